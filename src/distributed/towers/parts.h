#pragma once

#include <string>
#include <vector>

#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"
#include "alexnet/runtime/backend.h"
#include "alexnet/runtime/communicator.h"

#include "distributed/towers/order.h"

namespace alexnet::distributed {

/// A whole network, this rank's tower of it, and how what belongs to them goes from rank 0 to all and back. Every rank
/// makes the same calls.
class TowerParts {
 public:
  TowerParts(const Network& whole, Communicator& communicator);
  ~TowerParts() = default;
  TowerParts(const TowerParts&) = delete;
  TowerParts& operator=(const TowerParts&) = delete;

  [[nodiscard]] const Network& whole() const { return whole_; }
  [[nodiscard]] const Network& tower() const { return tower_; }
  /// Whether the layer stands in rank 0's tower and in no other.
  [[nodiscard]] bool is_root_alone(std::string_view layer) const;
  /// Of all parameters, in layer order.
  [[nodiscard]] std::vector<std::string> names() const;

  /// This rank's part of the parameters called `names`, from those of rank 0 in `whole`, which is empty elsewhere.
  [[nodiscard]] Weights scatter(const std::vector<std::string>& names, const Weights& whole, ElementType type) const;
  /// This rank's part of a parameter; nothing where it has none.
  [[nodiscard]] Weights part_of(const Parameters& own, std::string_view parameter) const;
  /// The whole parameters on rank 0, nothing elsewhere, from the parts that each has.
  [[nodiscard]] Weights gather(const Weights& own) const;
  /// The whole activation of a layer on rank 0; elsewhere what was given.
  [[nodiscard]] Tensor gather_activation(std::string_view layer, Tensor own) const;
  /// Those of the tower's trainable parameters, of those of the whole network; one stays one.
  void pick_rates(std::span<const double> whole, std::vector<double>& own) const;
  /// Place among the whole network's trainable parameters of the tower's own.
  [[nodiscard]] std::size_t place_in_whole(std::size_t trainable) const { return own_trainable_[trainable]; }
  /// Options that are for the tower: its own layers, and the communicator.
  [[nodiscard]] CompileOptions options_for(CompileOptions options, std::shared_ptr<Communicator> communicator) const;

 private:
  enum class Place { kRootAlone, kCommon, kShared };
  struct Share {
    const ParameterSpec* spec;  ///< of the whole network
    Place place;
    Shape part;  ///< shape of one tower's part
  };
  [[nodiscard]] const Share& share_of(const std::string& parameter) const;
  [[nodiscard]] bool is_root() const { return communicator_.rank() == 0; }

  Network whole_;
  Network tower_;
  Network other_;  ///< tower 1
  Communicator& communicator_;
  std::vector<Share> shares_;               ///< of every parameter of the whole network
  std::vector<std::size_t> own_trainable_;  ///< places of the tower's trainable parameters among the whole network's
};

}  // namespace alexnet::distributed
