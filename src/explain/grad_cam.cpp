#include <algorithm>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/explain/heat.h"

#include "explain/lattice.h"

namespace alexnet::explain {
namespace {

constexpr std::int64_t kLeastSide = 6;

/// Layers with maps, from the first convolution on.
std::vector<std::size_t> layers_with_maps(const Network& network) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const Layer& layer = network.layers()[i];
    const bool convolution = std::holds_alternative<Conv2D>(layer) || std::holds_alternative<LocallyConnected2D>(layer);
    if ((convolution || !found.empty()) && network.facts(i).output.size() == 3) {
      found.push_back(i);
    }
  }
  if (found.empty()) {
    throw Error(Message::kNoConvolution, {{"where", network.name()}});
  }
  return found;
}

}  // namespace

std::string grad_cam_layer(const Network& network) {
  const auto layers = layers_with_maps(network);
  const auto large = std::find_if(layers.rbegin(), layers.rend(), [&](std::size_t i) {
    const Shape& shape = network.facts(i).output;
    return shape[1] >= kLeastSide && shape[2] >= kLeastSide;
  });
  return name_of(network.layers()[large == layers.rend() ? layers.back() : *large]);
}

void check_grad_cam_layer(const Network& network, const std::string& layer) {
  const auto layers = layers_with_maps(network);
  if (std::ranges::find(layers, network.index_of(layer)) != layers.end()) {
    return;
  }
  std::vector<std::string> names;
  names.reserve(layers.size());
  for (const std::size_t i : layers) {
    names.push_back(name_of(network.layers()[i]));
  }
  throw Error(Message::kUnknownName, {{"kind", "layer with maps"},
                                      {"where", layer},
                                      {"known", fmt::format("{}", fmt::join(names, ", "))},
                                      {"nearest", names.back()}});
}

namespace {

/// sum over k of w[k] a[k], of the scores that `pass` went back from.
GradCam weighted_maps(const PhotoPass& pass, const std::string& layer) {
  const Tensor activation = pass.activation(layer);
  const Tensor gradient = pass.gradient(layer);
  const Shape& shape = activation.shape();  // (K,H,W)
  const auto cells = static_cast<std::size_t>(shape[1] * shape[2]);
  GradCam cam{.layer = layer, .weights = {}, .map = {}};
  cam.map = {.width = static_cast<int>(shape[2]),
             .height = static_cast<int>(shape[1]),
             .lattice = lattice_of(pass.network(), pass.network().index_of(layer)),
             .values = std::vector<double>(cells)};
  cam.map.reach = cam.map.lattice.step_x / 2;
  for (std::size_t k = 0; k < static_cast<std::size_t>(shape[0]); ++k) {
    // w[k] = mean over the map of d score / d a[k]
    double sum = 0;
    for (const double slope : gradient.as<double>().subspan(k * cells, cells)) {
      sum += slope;
    }
    cam.weights.push_back(sum / static_cast<double>(cells));
    const auto map = activation.as<double>().subspan(k * cells, cells);
    for (std::size_t i = 0; i < cells; ++i) {
      cam.map.values[i] += cam.weights[k] * map[i];
    }
  }
  return cam;
}

}  // namespace

GradCam grad_cam(PhotoPass& pass, std::size_t class_index, const std::string& layer) {
  check_grad_cam_layer(pass.network(), layer);
  pass.backward(class_index);
  GradCam cam = weighted_maps(pass, layer);
  for (double& value : cam.map.values) {
    value = std::max(value, 0.0);
  }
  return cam;
}

GradCam grad_cam_against(PhotoPass& pass, std::size_t class_index, std::size_t other, const std::string& layer) {
  check_grad_cam_layer(pass.network(), layer);
  pass.backward(class_index, other);
  return weighted_maps(pass, layer);
}

}  // namespace alexnet::explain
