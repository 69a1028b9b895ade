#include "cli/gradient_doctor.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"
#include "alexnet/runtime/gradient_check.h"

#include "cli/words.h"

namespace alexnet::cli {
namespace {

constexpr int kMostSamples = 40;
constexpr int kBatch = 2;

/// Seconds of one forward pass of `kBatch` photos in double.
double forward_seconds(const Backend& backend, const Network& network) {
  const auto program = backend.compile(
      network, backend.parameters(network, initial_weights(network, 1, ElementType::kF64), Precision::kF64),
      {.batch = kBatch, .precision = Precision::kF64});
  Batch batch;
  Shape shape = network.input();
  shape.insert(shape.begin(), kBatch);
  batch.input = Tensor(ElementType::kF64, shape);
  batch.rows = kBatch;
  const auto start = std::chrono::steady_clock::now();
  program->infer(batch);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string as_json(const GradientCheckReport& report, const std::string& network,
                    const GradientCheckOptions& options) {
  nlohmann::ordered_json document = {{"schema", "alexnet.gradients"},
                                     {"version", 1},
                                     {"network", network},
                                     {"passed", report.passed},
                                     {"samples", options.samples},
                                     {"batch", options.batch},
                                     {"tolerance", options.tolerance}};
  document["rows"] = nlohmann::ordered_json::array();
  for (const auto& row : report.rows) {
    document["rows"].push_back({{"name", row.name},
                                {"checked", row.checked},
                                {"kinks", row.kinks},
                                {"worst", row.worst},
                                {"passed", row.passed}});
  }
  return document.dump();
}

}  // namespace

int check_network_gradients(Console& console, const std::string& name, int seconds) {
  const auto network = models::by_name(name);
  const auto backend = make_backend("reference");
  // A sample of a parameter (or of the input) needs a forward pass at either side of its value.
  const double round = forward_seconds(*backend, network) * 2 * static_cast<double>(network.trainable().size() + 1);
  GradientCheckOptions options;
  options.batch = kBatch;
  options.samples = std::clamp(static_cast<int>(seconds / round), 1, kMostSamples);
  const double estimate = round * options.samples;
  console.say(fmt::format("checking {} elements of each parameter and of the input in double; about {}",
                          options.samples, seconds_words(estimate)));
  if (estimate > 2.0 * seconds) {
    console.say("this network is slow here: plain loops in double, and one element of each is the least");
  }
  const auto report = check_gradients(*backend, network, options);
  if (console.json()) {
    console.print_document(as_json(report, name, options));
  } else {
    console.print(report.text());
  }
  return report.passed ? 0 : 1;
}

}  // namespace alexnet::cli
