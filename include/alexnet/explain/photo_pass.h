#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/formats/model_file.h"
#include "alexnet/image/image.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/runtime/backend.h"

namespace alexnet::explain {

/// A model through which photos pass one at a time, with all that its layers computed and their gradients.
/// Threads: one call at a time.
class PhotoPass {
 public:
  /// Throws kNetworkInvalid when the geometry does not give what the network reads. `threads` 0 = the backend's
  /// default.
  PhotoPass(Model model, const Backend& backend, int threads = 0);
  /// Over weights that are on the device already, which it only reads; those of `model` are not looked at.
  PhotoPass(std::shared_ptr<Parameters> parameters, Model model, const Backend& backend, int threads = 0);

  /// The model; its weights live in the backend and are empty here.
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const Network& network() const { return model_.network; }

  [[nodiscard]] const std::optional<Calibration>& calibration() const { return calibration_; }
  [[nodiscard]] Weights weights() const { return parameters_->read(); }
  /// Those of one layer, by its index.
  [[nodiscard]] Weights weights_of(std::size_t layer) const;
  /// Another program over the same weights; it gets this one's number of threads.
  [[nodiscard]] std::unique_ptr<Program> program(CompileOptions options) const;

  /// Takes the photo's cut through the network.
  void look(const Image& photo);
  [[nodiscard]] const Image& photo() const { return photo_; }
  /// What the network saw of it.
  [[nodiscard]] const Image& cut() const { return cut_; }
  [[nodiscard]] PhotoWindow window() const;
  [[nodiscard]] const std::vector<double>& scores() const { return scores_; }
  /// Probabilities, with the model's temperature, or the scores (see calibrated_values).
  [[nodiscard]] std::vector<double> values() const;
  /// (C,H,W) or (C) in f64.
  [[nodiscard]] Tensor activation(std::string_view layer) const;

  /// Goes back from the score (not the probability) of a class, less that of another where one is given. Throws
  /// kWrongCall for a class that is not there.
  void backward(std::size_t class_index, std::optional<std::size_t> less = {});
  /// Of that score by a layer's activation, and by the pixels of the cut: (C,H,W) in f64.
  [[nodiscard]] Tensor gradient(std::string_view layer) const;
  [[nodiscard]] Tensor pixel_gradient() const;

  /// `scores` of other cuts, kBatch at a time; the pass of the photo stays.
  [[nodiscard]] std::vector<std::vector<double>> scores_of(const std::vector<Image>& cuts);
  /// What scores say: probabilities, with the model's temperature, or the scores themselves.
  [[nodiscard]] std::vector<double> values_of(std::span<const double> scores) const;

 private:
  static constexpr int kBatch = 32;
  [[nodiscard]] Batch batch_of(int rows) const;

  Model model_;
  std::optional<Calibration> calibration_;
  const Backend& backend_;
  int threads_;
  std::shared_ptr<Parameters> parameters_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<Program> many_;  ///< made when first asked for
  Image photo_;
  Image cut_;
  std::vector<double> scores_;
};

}  // namespace alexnet::explain
