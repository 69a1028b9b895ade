#pragma once

#include <string>
#include <vector>

#include "alexnet/formats/run_folder.h"
#include "alexnet/runtime/backend.h"

namespace alexnet {

/// How long a layer's parameters are as one vector, and their gradient: what tells a layer that stands still from one
/// that runs away.
class LayerNorms {
 public:
  explicit LayerNorms(const Network& network);

  /// Adds up one update's gradients as it is shown them. Valid as long as this object.
  [[nodiscard]] GradientObserver observer();
  /// Of the update that `observer` saw last; one a layer that learns.
  [[nodiscard]] std::vector<double> gradient_norms() const;
  /// A row a layer. `gradient_norms` may be empty: not known.
  [[nodiscard]] std::vector<LayerRow> rows(int epoch, const Weights& weights,
                                           const std::vector<double>& gradient_norms) const;

 private:
  std::vector<std::string> layers_;
  std::vector<std::string> parameters_;  ///< as network.trainable()
  std::vector<std::size_t> layer_of_;    ///< index in layers_, of each parameter
  std::vector<double> squares_;          ///< one a layer
};

}  // namespace alexnet
