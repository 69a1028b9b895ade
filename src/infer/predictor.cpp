#include "alexnet/infer/predictor.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/infer/evaluation.h"

namespace alexnet {
namespace {

using nlohmann::ordered_json;

ordered_json to_value(const PredictedPhoto& photo, OutputKind output) {
  ordered_json value = {{"file", photo.file}};
  if (!photo.error.empty()) {
    value["error"] = photo.error;
    return value;
  }
  const char* key = output == OutputKind::kProbabilities ? "probability" : "score";
  value["classes"] = ordered_json::array();
  for (const ClassScore& score : photo.classes) {
    ordered_json entry = {{"name", score.name}, {"index", score.index}, {key, score.value}};
    if (score.raw) {
      entry["raw_probability"] = *score.raw;
    }
    value["classes"].push_back(std::move(entry));
  }
  if (photo.unknown) {
    value["unknown"] = *photo.unknown;
  }
  return value;
}

std::string to_text(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::vector<double> output_values(std::span<const double> scores, OutputKind output) {
  std::vector<double> values(scores.begin(), scores.end());
  if (output == OutputKind::kScores || values.empty()) {
    return values;
  }
  // softmax(s)[i] = exp(s[i] - max) / sum over j of exp(s[j] - max): no exp overflows
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double& value : values) {
    value = std::exp(value - largest);
    sum += value;
  }
  for (double& value : values) {
    value /= sum;
  }
  return values;
}

std::vector<ClassScore> top_classes(std::span<const double> values, const std::vector<std::string>& classes,
                                    std::size_t count) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  order.resize(std::min(order.size(), count));
  std::vector<ClassScore> top;
  top.reserve(order.size());
  for (const std::size_t index : order) {
    top.push_back({index, index < classes.size() ? classes[index] : fmt::format("{}", index), values[index], {}});
  }
  return top;
}

void check_geometry(const Geometry& geometry, const Network& network) {
  const Shape made = {geometry.channels, geometry.height, geometry.width};
  if (network.input() != made) {
    const std::string first = network.layers().empty() ? network.name() : name_of(network.layers().front());
    throw Error(Message::kNetworkInvalid, {{"where", first},
                                           {"expected", fmt::format("photos of {}", to_string(network.input()))},
                                           {"got", fmt::format("a geometry that makes {}", to_string(made))}});
  }
}

Predictor::Predictor(Model model, const Backend& backend, const PredictorOptions& options)
    : model_(std::move(model)),
      calibration_(calibration_of(model_)),
      precision_(choose_precision(options.precision, backend, model_)),
      cuts_(cuts_of(options.views, model_.geometry)) {
  check_geometry(model_.geometry, model_.network);
  parameters_ = backend.parameters(model_.network, std::exchange(model_.weights, {}));
  const auto views = static_cast<int>(cuts_.size());
  CompileOptions compile;
  compile.batch = std::max(1, options.batch / views) * views;
  compile.threads = options.threads;
  compile.precision = precision_;
  compile.input_ranges = model_.input_ranges;
  program_ = backend.compile(model_.network, parameters_, compile);
  const Geometry& geometry = model_.geometry;
  batch_.input = Tensor(ElementType::kU8, {compile.batch, geometry.height, geometry.width, geometry.channels});
  while (batch_.photos.size() < static_cast<std::size_t>(compile.batch)) {
    for (const Cut& cut : cuts_) {
      batch_.photos.push_back({.crop_top = cut.top, .crop_left = cut.left, .flipped = cut.flipped});
    }
  }
}

std::vector<std::vector<double>> Predictor::scores(std::span<const Image> squares) {
  const std::size_t rows = batch_.photos.size();
  const std::size_t row_bytes = batch_.input.bytes() / rows;
  std::vector<std::vector<double>> scores;
  while (!squares.empty()) {
    const auto part = squares.first(std::min(squares.size(), rows / cuts_.size()));
    std::uint8_t* out = batch_.input.as<std::uint8_t>().data();
    for (const Image& square : part) {
      for (const Cut& cut : cuts_) {
        apply_cut(square, model_.geometry, cut, out);
        out += row_bytes;
      }
    }
    batch_.rows = static_cast<int>(part.size() * cuts_.size());
    const Tensor& all = program_->infer(batch_);
    for (int photo = 0; photo < static_cast<int>(part.size()); ++photo) {
      scores.push_back(scores_of_photo(all, photo, static_cast<int>(cuts_.size()), model_.network.output()));
    }
    squares = squares.subspan(part.size());
  }
  return scores;
}

std::vector<std::vector<double>> Predictor::predict(std::span<const Image> photos) {
  std::vector<Image> squares;
  squares.reserve(photos.size());
  for (const Image& photo : photos) {
    squares.push_back(prepare(photo, model_.geometry));
  }
  std::vector<std::vector<double>> values = scores(squares);
  for (std::vector<double>& row : values) {
    row = calibrated_values(row, model_.network.output(), calibration_);
  }
  return values;
}

std::vector<ClassScore> Predictor::top(std::span<const double> scores, std::size_t count) const {
  const OutputKind output = model_.network.output();
  std::vector<ClassScore> classes = top_classes(calibrated_values(scores, output, calibration_), model_.classes, count);
  if (calibration_ && output == OutputKind::kProbabilities) {
    const std::vector<double> raw = output_values(scores, output);
    for (ClassScore& one : classes) {
      one.raw = raw[one.index];
    }
  }
  return classes;
}

std::string to_json_line(const PredictedPhoto& photo, OutputKind output) { return to_text(to_value(photo, output)); }

std::string predict_document(const std::vector<std::string>& lines, std::optional<double> temperature,
                             std::optional<double> min_confidence, Precision precision) {
  ordered_json head = {{"schema", "alexnet.predict"}, {"version", 1}, {"precision", name_of(precision)}};
  if (temperature) {
    head["temperature"] = *temperature;
  }
  if (min_confidence) {
    head["min_confidence"] = *min_confidence;
  }
  std::string text = to_text(head);
  text.back() = ',';  // the lines join the object as they are: of 100,000 photos no tree is made
  text += "\"predictions\":[";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += i > 0 ? ",\n" : "\n";
    text += lines[i];
  }
  return text + "\n]}";
}

}  // namespace alexnet
