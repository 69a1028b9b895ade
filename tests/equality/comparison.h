#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

#include "equality/cases.h"
#include "equality/fixture.h"

namespace alexnet::test {

/// What computes on our side.
struct Machine {
  const char* name;
  const char* backend;
  Precision precision;
};
void PrintTo(const Machine& machine, std::ostream* out);
/// The reference in double and in float, and backend cpu.
[[nodiscard]] const std::vector<Machine>& machines();
/// A name for gtest: letters and digits of both.
[[nodiscard]] std::string test_name(const Machine& machine, const std::string& what);

/// What is compared, each relative to the largest element of its tensor.
enum class Quantity { kScores, kInputGradient, kLoss, kGradients, kSgd, kAdam };

/// One case on one machine beside its part of a fixture: <case>/<what>. Tolerances: comparison.cpp.
class Comparison {
 public:
  /// All three must live on.
  Comparison(const Machine& machine, const LayerCase& layer_case, const Fixture& fixture);

  /// Of the pixels' own values for bytes; the latter from equality_upstream.
  void scores_and_input_gradient();
  /// A layer's activation, where the photos have been cropped and mirrored but not coloured.
  void activation_without_colours(const std::string& layer);
  /// Losses of a step for each rate, and the parameters behind the last: <case>/<losses>, <case>/<updated>/<parameter>.
  /// Gradients of the first step where the fixture has them.
  void training_steps(const std::string& losses, const std::string& updated, const UpdateRule& rule,
                      const std::vector<double>& rates, Quantity quantity);

 private:
  [[nodiscard]] std::shared_ptr<Parameters> parameters() const;
  [[nodiscard]] std::unique_ptr<Program> compile(std::shared_ptr<Parameters> parameters, CompileOptions options) const;
  void expect_sketch(Quantity quantity, const std::string& key, const Tensor& tensor) const;
  void expect(Quantity quantity, const std::string& what, double difference) const;

  const Machine& machine_;
  const LayerCase& case_;
  const Fixture& fixture_;
  std::shared_ptr<Backend> backend_;
  Batch batch_;
  Weights weights_;
};

}  // namespace alexnet::test
