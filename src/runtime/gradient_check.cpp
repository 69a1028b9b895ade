#include "alexnet/runtime/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"

namespace alexnet {
namespace {

/// The smallest gradient that the tolerance is relative to: below it the rounding of the loss is all that one sees.
constexpr double kLeastScale = 0.01;

Batch random_batch(const Network& network, const GradientCheckOptions& options, RandomStream& draws) {
  Batch batch;
  Shape shape = {options.batch};
  shape.insert(shape.end(), network.input().begin(), network.input().end());
  batch.input = Tensor(ElementType::kF64, shape);
  batch.rows = options.batch;
  for (double& value : batch.input.as<double>()) {
    value = network.normalize() != nullptr ? 255 * draws.uniform() : draws.normal();
  }
  for (int row = 0; row < options.batch; ++row) {
    batch.labels.push_back(static_cast<std::int32_t>(draws.below(static_cast<std::uint64_t>(network.classes()))));
  }
  return batch;
}

/// The given batch with its input in f64.
Batch given_batch(const GradientCheckOptions& options) {
  Batch batch = options.at;
  const bool floats = batch.input.type() == ElementType::kF32 || batch.input.type() == ElementType::kF64;
  if (!floats || batch.rows != batch.input.shape().front()) {
    throw Error(Message::kWrongCall, {{"where", "GradientCheckOptions::at"},
                                      {"expected", "an input of F32 or F64 whose rows all count"},
                                      {"got", fmt::format("{} {} with {} rows", name_of(batch.input.type()),
                                                          to_string(batch.input.shape()), batch.rows)}});
  }
  batch.input = batch.input.converted(ElementType::kF64);
  return batch;
}

class Checker {
 public:
  Checker(const Backend& backend, const Network& network, const GradientCheckOptions& options)
      : options_(options),
        draws_(DrawKey{options.seed}),
        network_(network),
        batch_(options.at.input.empty() ? random_batch(network, options, draws_) : given_batch(options)),
        weights_(options.weights.empty() ? initial_weights(network, options.seed, ElementType::kF64) : options.weights),
        parameters_(backend.parameters(network, weights_, Precision::kF64)) {
    CompileOptions compile;
    compile.batch = batch_.rows;
    compile.precision = Precision::kF64;
    compile.statistics = options.statistics;
    compile.kept = {name_of(network.layers().back())};
    compile.seed = options.seed;
    compile.backward = Backward::kAll;
    training_ = backend.compile(network, parameters_, compile);
    compile.backward = Backward::kInput;
    saliency_ = backend.compile(network, parameters_, compile);
  }

  GradientCheckReport run() {
    std::map<std::size_t, std::pair<std::string, Tensor>> gradients;  // in layer order
    const auto keep = [&](const GradientView& view) { gradients[view.parameter] = {*view.name, view.logical()}; };
    loss_ = training_->train(batch_, {.rates = {}, .update = false, .observer = keep}).loss;
    const Tensor of_input = input_gradient();

    GradientCheckReport report;
    for (const auto& [parameter, named] : gradients) {
      const auto& [name, gradient] = named;
      Tensor value = weights_.at(name).converted(ElementType::kF64);
      const auto show = [&, &shown = name] { parameters_->write({{shown, value}}); };
      report.rows.push_back(check(name, gradient, value, options_.step, show));
    }
    const Normalize* normalize = network_.normalize();
    const double unit = normalize == nullptr || normalize->scale == 0 ? 1 : 1 / std::abs(normalize->scale);
    report.rows.push_back(check("input", of_input, batch_.input, options_.step * unit, [] {}));
    report.passed = std::ranges::all_of(report.rows, &GradientCheckRow::passed);
    return report;
  }

 private:
  /// From the gradient of the scores that `train` has left.
  Tensor input_gradient() {
    const std::string& last = name_of(network_.layers().back());
    static_cast<void>(saliency_->infer(batch_));
    saliency_->backward(last, training_->kept_gradient(last));
    return saliency_->input_gradient().converted(ElementType::kF64);
  }

  double loss() { return training_->train(batch_, {.rates = {}, .update = false, .observer = {}}).loss; }

  /// slope = (loss(x + h) - loss(x - h)) / 2h. Where slope and gradient differ, a kink of the loss between x - h and
  /// x + h would make the slopes of its two halves differ at least as much: then the element says nothing.
  GradientCheckRow check(const std::string& name, const Tensor& gradient, Tensor& value, double step,
                         const std::function<void()>& show) {
    GradientCheckRow row{name};
    const std::span<const double> expected = gradient.as<double>();
    double scale = kLeastScale;
    for (const double g : expected) {
      scale = std::max(scale, std::abs(g));
    }
    for (const std::int64_t index : sample(gradient.size())) {
      const auto i = static_cast<std::size_t>(index);
      const double x = value.as<double>()[i];
      const auto at = [&](double moved) {
        value.as<double>()[i] = moved;
        show();
        return loss();
      };
      const double above = x + step;
      const double below = x - step;
      const double loss_above = at(above);
      const double loss_below = at(below);
      const double error = std::abs((loss_above - loss_below) / (above - below) - expected[i]);
      const double bend = std::abs((loss_above - loss_) / (above - x) - (loss_ - loss_below) / (x - below));
      value.as<double>()[i] = x;
      if (error > options_.tolerance * scale && bend >= error) {
        ++row.kinks;
      } else {
        ++row.checked;
        row.worst = std::max(row.worst, std::isfinite(error) ? error / scale : std::numeric_limits<double>::infinity());
      }
    }
    show();
    row.passed = row.worst <= options_.tolerance && row.checked >= row.kinks;
    return row;
  }

  /// One index from each of `samples` equal parts of 0..size-1.
  std::vector<std::int64_t> sample(std::int64_t size) {
    const std::int64_t parts = options_.samples == 0 ? size : std::min<std::int64_t>(options_.samples, size);
    std::vector<std::int64_t> indices;
    for (std::int64_t part = 0; part < parts; ++part) {
      const auto inside = static_cast<std::int64_t>(draws_.below(static_cast<std::uint64_t>(size)));
      indices.push_back((part * size + inside) / parts);
    }
    return indices;
  }

  const GradientCheckOptions& options_;
  RandomStream draws_;
  const Network& network_;
  Batch batch_;
  Weights weights_;
  std::shared_ptr<Parameters> parameters_;
  std::unique_ptr<Program> training_;
  std::unique_ptr<Program> saliency_;
  double loss_ = 0;
};

}  // namespace

std::string GradientCheckReport::text() const {
  std::string text = fmt::format("{:<28} {:>7} {:>7} {:>10}\n", "tensor", "checked", "skipped", "worst");
  for (const GradientCheckRow& row : rows) {
    text += fmt::format("{:<28} {:>7} {:>7} {:>10.1e}  {}\n", row.name, row.checked, row.kinks, row.worst,
                        row.passed ? "ok" : "FAILED");
  }
  return text;
}

GradientCheckReport check_gradients(const Backend& backend, const Network& network,
                                    const GradientCheckOptions& options) {
  return Checker(backend, network, options).run();
}

}  // namespace alexnet
