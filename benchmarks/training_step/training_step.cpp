// How fast a network trains on this machine: photos a second, and where the time goes layer by layer.

#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "benchmarks/training_step/measurement.h"
#include "benchmarks/training_step/report.h"

int main(int argc, char** argv) {
  namespace bench = alexnet::benchmarks;
  bench::StepOptions options;
  bool json = false;
  CLI::App app("Measures training steps of a network on random photos.");
  app.add_option("network", options.network, "tutorial, alexnet-paper, torchvision, alexnet-2012")
      ->capture_default_str();
  app.add_option("--batch", options.batch, "photos a step")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--threads", options.threads, "0: the physical cores")->check(CLI::NonNegativeNumber);
  app.add_option("--steps", options.steps, "steps that count")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--warm-up", options.warm_up, "steps before them")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_flag("--json", json, "one JSON document");
  CLI11_PARSE(app, argc, argv);
  try {
    const bench::StepMeasurement measurement = bench::measure_steps(options);
    fmt::print("{}", json ? bench::to_json(measurement) : bench::to_text(measurement));
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
