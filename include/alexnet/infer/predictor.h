#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alexnet/formats/model_file.h"
#include "alexnet/image/image.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/infer/precision_choice.h"
#include "alexnet/infer/views.h"
#include "alexnet/runtime/backend.h"

namespace alexnet {

/// A class and what the network gives it: a probability, or a hinge score.
struct ClassScore {
  std::size_t index = 0;
  std::string name;
  double value = 0;
  std::optional<double> raw = {};  ///< of a model with a temperature: the probability without it
};

/// What the scores say: softmax in double for `probabilities`, the scores themselves for `scores`.
[[nodiscard]] std::vector<double> output_values(std::span<const double> scores, OutputKind output);

/// The `count` largest of `values`, largest first, equal ones in class order. `classes` may be empty: then "0", "1",
/// ...
[[nodiscard]] std::vector<ClassScore> top_classes(std::span<const double> values,
                                                  const std::vector<std::string>& classes, std::size_t count);

struct PredictorOptions {
  int batch = 16;   ///< most pictures of one call of the network, that is photos times views; at least one photo's
  int threads = 0;  ///< 0 = the backend's default
  Views views = Views::kCenter;
  PrecisionChoice precision = PrecisionChoice::kModel;
};

/// A model ready to classify photos: Geometry, views and an inference Program.
/// Threads: one call at a time.
class Predictor {
 public:
  /// Throws kNetworkInvalid when the geometry does not give what the network reads, kOptionInvalid where it has no room
  /// for the views, kModelInvalid for a calibration that cannot be read,
  /// kNotCalibrated, kPrecisionUnsupported.
  Predictor(Model model, const Backend& backend, const PredictorOptions& options = {});

  /// The model; its weights live in the backend and are empty here.
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] Precision precision() const { return precision_; }
  /// Its weights, for further Programs over them: they are only read, also while this predictor works.
  [[nodiscard]] const std::shared_ptr<Parameters>& parameters() const { return parameters_; }
  /// What the model learnt about its confidence.
  [[nodiscard]] const std::optional<Calibration>& calibration() const { return calibration_; }
  /// For each photo the value of every class (see calibrated_values), averaged over its views.
  [[nodiscard]] std::vector<std::vector<double>> predict(std::span<const Image> photos);
  /// For each photo the score of every class: mean_scores of its views. The photos are prepared ones (see prepare), so
  /// that a caller need not hold them in full size.
  [[nodiscard]] std::vector<std::vector<double>> scores(std::span<const Image> squares);
  /// The `count` largest values of one photo's scores, with what they are without temperature.
  [[nodiscard]] std::vector<ClassScore> top(std::span<const double> scores, std::size_t count) const;

 private:
  Model model_;
  std::optional<Calibration> calibration_;
  Precision precision_;
  std::shared_ptr<Parameters> parameters_;
  std::unique_ptr<Program> program_;
  std::vector<Cut> cuts_;
  Batch batch_;
};

/// Checks that a geometry makes what the network reads; throws kNetworkInvalid.
void check_geometry(const Geometry& geometry, const Network& network);

/// One predicted photo, or why it could not be read.
struct PredictedPhoto {
  std::string file;
  std::vector<ClassScore> classes;   ///< largest first
  std::string error = {};            ///< not empty: there are no classes
  std::optional<bool> unknown = {};  ///< whether it is too uncertain; none where nobody asked
};

/// One photo as one line of JSON, an entry of `predictions`: {file, classes[].{name, index, probability | score}} or
/// {file, error}. `probability` is calibrated where the model has a temperature; then `raw_probability` is the one
/// without it. `unknown` stands where it was asked for.
[[nodiscard]] std::string to_json_line(const PredictedPhoto& photo, OutputKind output);
/// Document `alexnet.predict` of such lines: predictions[], precision, and temperature and min_confidence where there
/// are some.
[[nodiscard]] std::string predict_document(const std::vector<std::string>& lines,
                                           std::optional<double> temperature = {},
                                           std::optional<double> min_confidence = {},
                                           Precision precision = Precision::kF32);

}  // namespace alexnet
