#include "alexnet/explain/photo_pass.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/infer/predictor.h"

namespace alexnet::explain {
namespace {

/// Row 0 of (1, ...) in f64.
Tensor of_one_photo(const Tensor& tensor) {
  Shape shape(tensor.shape().begin() + 1, tensor.shape().end());
  return tensor.converted(ElementType::kF64).reshaped(std::move(shape));
}

}  // namespace

PhotoPass::PhotoPass(Model model, const Backend& backend, int threads)
    : PhotoPass{backend.parameters(model.network, std::move(model.weights)), std::move(model), backend, threads} {}

PhotoPass::PhotoPass(std::shared_ptr<Parameters> parameters, Model model, const Backend& backend, int threads)
    : model_(std::move(model)),
      calibration_(calibration_of(model_)),
      backend_(backend),
      threads_(threads),
      parameters_(std::move(parameters)) {
  check_geometry(model_.geometry, model_.network);
  model_.weights.clear();
  CompileOptions options{.batch = 1, .backward = Backward::kInput};
  for (const Layer& layer : model_.network.layers()) {
    options.kept.push_back(name_of(layer));
  }
  program_ = program(options);
}

Weights PhotoPass::weights_of(std::size_t layer) const {
  std::size_t index = 0;  // in network().parameters(), which are in layer order
  for (std::size_t before = 0; before < layer; ++before) {
    index += network().facts(before).parameters.size();
  }
  Weights weights;
  for (const ParameterSpec& spec : network().facts(layer).parameters) {
    weights.emplace(spec.name, parameters_->read(index++));
  }
  return weights;
}

std::unique_ptr<Program> PhotoPass::program(CompileOptions options) const {
  options.threads = threads_;
  return backend_.compile(model_.network, parameters_, options);
}

Batch PhotoPass::batch_of(int rows) const {
  const Geometry& geometry = model_.geometry;
  const Cut centre = centre_cut(geometry);
  Batch batch;
  batch.input = Tensor(ElementType::kU8, {rows, geometry.height, geometry.width, geometry.channels});
  batch.rows = rows;
  batch.photos.assign(static_cast<std::size_t>(rows), PhotoFacts{.crop_top = centre.top, .crop_left = centre.left});
  return batch;
}

void PhotoPass::look(const Image& photo) {
  const Geometry& geometry = model_.geometry;
  photo_ = photo;
  cut_ = Image(geometry.width, geometry.height, geometry.channels);
  apply_cut(prepare(photo, geometry), geometry, centre_cut(geometry), cut_.pixels.data());
  Batch batch = batch_of(1);
  std::ranges::copy(cut_.pixels, batch.input.as<std::uint8_t>().begin());
  scores_ = row_of(program_->infer(batch), 0);
}

PhotoWindow PhotoPass::window() const {
  return window_of(model_.geometry, centre_cut(model_.geometry), photo_.width, photo_.height);
}

std::vector<double> PhotoPass::values() const { return values_of(scores_); }

std::vector<double> PhotoPass::values_of(std::span<const double> scores) const {
  return calibrated_values(scores, model_.network.output(), calibration_);
}

Tensor PhotoPass::activation(std::string_view layer) const { return of_one_photo(program_->kept(layer)); }

void PhotoPass::backward(std::size_t class_index, std::optional<std::size_t> less) {
  for (const std::size_t index : {class_index, less.value_or(class_index)}) {
    if (index >= scores_.size()) {
      throw Error(Message::kWrongCall, {{"where", "PhotoPass::backward"},
                                        {"expected", fmt::format("a photo and a class of {}", scores_.size())},
                                        {"got", fmt::to_string(index)}});
    }
  }
  Tensor gradient(ElementType::kF32, {1, network().classes()});
  gradient.as<float>()[class_index] = 1;
  if (less) {
    gradient.as<float>()[*less] -= 1;
  }
  program_->backward(name_of(network().layers().back()), gradient);
}

Tensor PhotoPass::gradient(std::string_view layer) const { return of_one_photo(program_->kept_gradient(layer)); }

Tensor PhotoPass::pixel_gradient() const { return of_one_photo(program_->input_gradient()); }

std::vector<std::vector<double>> PhotoPass::scores_of(const std::vector<Image>& cuts) {
  if (!many_) {
    many_ = program({.batch = kBatch});
  }
  std::vector<std::vector<double>> all;
  Batch batch = batch_of(kBatch);
  for (std::size_t first = 0; first < cuts.size(); first += kBatch) {
    batch.rows = static_cast<int>(std::min<std::size_t>(kBatch, cuts.size() - first));
    auto out = batch.input.as<std::uint8_t>().begin();
    for (std::size_t i = first; i < first + static_cast<std::size_t>(batch.rows); ++i) {
      out = std::ranges::copy(cuts[i].pixels, out).out;
    }
    const Tensor& scores = many_->infer(batch);
    for (int row = 0; row < batch.rows; ++row) {
      all.push_back(row_of(scores, row));
    }
  }
  return all;
}

}  // namespace alexnet::explain
