#include "equality/fixture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/source_tree.h"

namespace alexnet::test {
namespace {

constexpr const char* kRow = "{:<11} {:<14} {:<27} {:<15} {:>8}\n";

class Report : public testing::Environment {
 public:
  void TearDown() override {
    fmt::print(kRow, "theirs", "ours", "of", "quantity", "largest");
    for (const auto& [key, difference] : table) {
      fmt::print(kRow, key[0], key[1], key[2], key[3], fmt::format("{:.1e}", difference));
    }
  }
  std::map<std::array<std::string, 4>, double> table;
};

/// Whichever is larger; a NaN stays.
double larger(double a, double b) { return b <= a ? a : b; }

}  // namespace

Fixture::Fixture(const std::string& name) : name_(name) {
  const auto path = testing_support::test_data() / "equality" / (name + ".safetensors");
  if (!std::filesystem::exists(path)) {
    throw std::runtime_error(fmt::format("{} is missing: tools/fixtures/make_*_fixture*.py make it", path.string()));
  }
  file_ = read_safetensors(path);
}

const std::string& Fixture::metadata(const std::string& key) const {
  const auto found = file_.metadata.find(key);
  if (found == file_.metadata.end()) {
    throw std::runtime_error(fmt::format("no '{}': {}", key, out_of_date()));
  }
  return found->second;
}

std::span<const double> Fixture::numbers(const std::string& key) const {
  const auto found = file_.tensors.find(key);
  if (found == file_.tensors.end()) {
    throw std::runtime_error(fmt::format("no '{}': {}", key, out_of_date()));
  }
  return found->second.as<double>();
}

std::string Fixture::out_of_date() const {
  const auto maker = file_.metadata.find("made_by");
  return fmt::format("tests/data/equality/{}.safetensors is out of date. It was made by {}: run that again", name_,
                     maker == file_.metadata.end() ? "?" : maker->second);
}

void LargestDifferences::add(const std::string& theirs, const std::string& ours, const std::string& of,
                             const std::string& quantity, double difference) {
  static auto* const report = dynamic_cast<Report*>(testing::AddGlobalTestEnvironment(new Report));
  double& largest = report->table[{theirs, ours, of, quantity}];
  largest = larger(largest, difference);
}

double relative_difference(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double scale = kLeastScale;
  double difference = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    scale = std::max(scale, std::abs(b[i]));
    difference = larger(difference, std::abs(a[i] - b[i]));
  }
  return difference / scale;
}

double difference_from_sketch(const Tensor& tensor, std::span<const double> sketch) {
  const Tensor converted = tensor.converted(ElementType::kF64);
  const auto values = converted.as<double>();
  const std::size_t samples = sketch.size() - 1;
  if (sketch.empty() || samples > values.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double projection = 0;
  double norm = kLeastScale;
  double largest = kLeastScale;
  for (std::size_t i = 0; i < values.size(); ++i) {
    projection += (static_cast<double>(static_cast<std::uint32_t>(i * 2654435761U)) / 0x1p32 - 0.5) * values[i];
    norm = std::hypot(norm, values[i]);
    largest = std::max(largest, std::abs(values[i]));
  }
  double difference = std::abs(projection - sketch[0]) / norm;
  for (std::size_t i = 0; i < samples; ++i) {
    difference = larger(difference, std::abs(values[i * values.size() / samples] - sketch[1 + i]) / largest);
  }
  return difference;
}

}  // namespace alexnet::test
