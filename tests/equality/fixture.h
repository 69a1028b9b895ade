#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/formats/safetensors.h"

namespace alexnet::test {

/// Another program's results: tests/data/equality/<name>.safetensors.
class Fixture {
 public:
  explicit Fixture(const std::string& name);

  /// "PyTorch 2.15.0 by tools/fixtures/make_pytorch_fixtures.py"
  [[nodiscard]] const std::string& made_by() const { return metadata("made_by"); }
  /// "PyTorch"
  [[nodiscard]] std::string maker() const { return made_by().substr(0, made_by().find(' ')); }
  /// Both throw std::runtime_error, which says what to run, where the fixture lacks the key.
  [[nodiscard]] const std::string& metadata(const std::string& key) const;
  [[nodiscard]] std::span<const double> numbers(const std::string& key) const;
  [[nodiscard]] bool has(const std::string& key) const { return file_.tensors.contains(key); }
  /// "the fixture X is out of date: run tools/fixtures/..."
  [[nodiscard]] std::string out_of_date() const;

 private:
  std::string name_;
  SafetensorsFile file_;
};

/// The largest differences by who is compared with whom, what of, and which quantity: printed when all tests have run.
class LargestDifferences {
 public:
  /// `difference` is relative and may be NaN, which counts as the largest.
  static void add(const std::string& theirs, const std::string& ours, const std::string& of,
                  const std::string& quantity, double difference);
};

/// The largest |a - b| relative to the largest |b|; what is below `kLeastScale` everywhere counts as zero.
inline constexpr double kLeastScale = 1e-4;
[[nodiscard]] double relative_difference(std::span<const double> a, std::span<const double> b);

/// The same between a tensor and its sketch: a projection of all elements, then some elements spread evenly (`sketch`
/// of tools/fixtures/make_pytorch_fixtures.py). The projection's difference is relative to the tensor's norm.
[[nodiscard]] double difference_from_sketch(const Tensor& tensor, std::span<const double> sketch);

}  // namespace alexnet::test
