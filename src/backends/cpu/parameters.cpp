#include "parameters.h"

#include <algorithm>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"

namespace alexnet::cpu {
namespace {

/// Groups of the convolution that each parameter belongs to.
std::vector<int> groups_of(const Network& network) {
  std::vector<int> groups;
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const auto* conv = std::get_if<Conv2D>(&network.layers()[i]);
    for (const auto& spec : network.facts(i).parameters) {
      groups.push_back(conv != nullptr && spec.shape.size() == 4 ? conv->groups : 1);
    }
  }
  return groups;
}

}  // namespace

CpuParameters::CpuParameters(const Network& network, Weights weights) : network_(network) {
  const auto groups = groups_of(network_);
  for (std::size_t i = 0; i < network_.parameters().size(); ++i) {
    const auto& spec = network_.parameters()[i];
    const auto layout = onednn::WeightLayout::logical(spec.shape, groups[i]);
    Tensor& given = weights.at(spec.name);
    Tensor values = given.type() == ElementType::kF32 ? std::move(given) : given.converted(ElementType::kF32);
    stored_.push_back({layout, layout, FloatBuffer(std::move(values))});
  }
}

std::size_t CpuParameters::index_of(const std::string& parameter) const {
  for (std::size_t i = 0; i < network_.parameters().size(); ++i) {
    if (network_.parameters()[i].name == parameter) {
      return i;
    }
  }
  throw Error(Message::kTensorSurplus, {{"where", parameter}, {"file", "the weights given"}});
}

void CpuParameters::put(std::size_t parameter, const Tensor& tensor, float* target) const {
  const auto& spec = network_.parameters()[parameter];
  if (tensor.shape() != spec.shape) {
    throw Error(Message::kTensorShape, {{"where", spec.name},
                                        {"file", "the weights given"},
                                        {"expected", to_string(spec.shape)},
                                        {"got", to_string(tensor.shape())}});
  }
  const auto& stored = stored_[parameter];
  const Tensor f32 = tensor.type() == ElementType::kF32 ? Tensor() : tensor.converted(ElementType::kF32);
  const auto& source = f32.empty() ? tensor : f32;
  onednn::reorder(stored.logical, source.as<float>().data(), stored.layout, target);
}

Tensor CpuParameters::logical(std::size_t parameter, const float* values) const {
  Tensor tensor(ElementType::kF32, network_.parameters()[parameter].shape);
  const auto& stored = stored_[parameter];
  onednn::reorder(stored.layout, values, stored.logical, tensor.as<float>().data());
  return tensor;
}

FloatBuffer CpuParameters::elements(std::size_t parameter) const {
  Tensor ones(ElementType::kF32, network_.parameters()[parameter].shape);
  std::ranges::fill(ones.as<float>(), 1.0F);
  const std::size_t floats = stored_[parameter].values.size();
  if (floats == static_cast<std::size_t>(ones.size())) {
    return {};
  }
  FloatBuffer stored(floats);
  put(parameter, ones, stored.data());
  return stored;
}

Weights CpuParameters::read() const {
  Weights weights;
  for (std::size_t i = 0; i < stored_.size(); ++i) {
    weights.emplace(network_.parameters()[i].name, logical(i, stored_[i].values.data()));
  }
  return weights;
}

void CpuParameters::write(const Weights& weights) {
  static_cast<void>(places_of(weights, network_.parameters()));  // refused before anything is written
  for (const auto& [name, tensor] : weights) {
    const auto i = index_of(name);
    put(i, tensor, stored_[i].values.data());
  }
  changed();
}

std::vector<std::string> CpuParameters::slots() const {
  std::vector<std::string> names;
  for (const auto& [name, values] : slots_) {
    names.push_back(name);
  }
  return names;
}

Weights CpuParameters::read_slot(std::string_view slot) const {
  const auto found = slots_.find(slot);
  if (found == slots_.end()) {
    throw Error(Message::kUnknownName, {{"kind", "slot"}, {"where", std::string(slot)}});
  }
  Weights weights;
  for (std::size_t i = 0; i < stored_.size(); ++i) {
    if (found->second[i].size() > 0) {
      weights.emplace(network_.parameters()[i].name, logical(i, found->second[i].data()));
    }
  }
  return weights;
}

void CpuParameters::write_slot(std::string_view slot, const Weights& values) {
  static_cast<void>(places_of(values, network_.trainable()));
  make_slots({std::string(slot)});
  for (const auto& [name, tensor] : values) {
    const auto i = index_of(name);
    put(i, tensor, slot_values(std::string(slot), i));
  }
  changed();  // a Program may read the average
}

void CpuParameters::make_slots(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    auto& slot = slots_[name];
    if (slot.empty()) {
      for (std::size_t i = 0; i < stored_.size(); ++i) {
        const bool trainable = network_.parameters()[i].role == ParameterRole::kTrainable;
        slot.emplace_back(trainable ? stored_[i].values.size() : 0);
      }
    }
  }
}

void CpuParameters::make_average() {
  if (slots_.contains(kAverageSlot)) {
    return;
  }
  make_slots({kAverageSlot});
  for (std::size_t i = 0; i < stored_.size(); ++i) {
    FloatBuffer& average = slots_.find(kAverageSlot)->second[i];
    std::copy_n(stored_[i].values.data(), average.size(), average.data());
  }
}

float* CpuParameters::slot_values(const std::string& slot, std::size_t parameter) {
  return slots_.find(slot)->second[parameter].data();
}

void CpuParameters::choose_layout(std::size_t parameter, const onednn::WeightLayout& layout) {
  auto& stored = stored_[parameter];
  if (stored.chosen && stored.layout == layout) {
    return;  // nothing is written: other Programs may be reading
  }
  stored.chosen = true;
  if (stored.layout == layout) {
    return;
  }
  const auto moved = [&](const FloatBuffer& from) {
    FloatBuffer to(layout.floats());
    onednn::reorder(stored.layout, from.data(), layout, to.data());
    return to;
  };
  for (auto& [name, slot] : slots_) {
    if (slot[parameter].size() > 0) {
      slot[parameter] = moved(slot[parameter]);
    }
  }
  stored.values = moved(stored.values);
  stored.layout = layout;
  changed();
}

std::shared_ptr<DerivedForm> CpuParameters::derived(const std::string& name, std::size_t floats) {
  const std::lock_guard lock(derived_mutex_);
  std::shared_ptr<DerivedForm> form = derived_[name].lock();
  if (form == nullptr) {
    form = std::make_shared<DerivedForm>(floats);
    derived_[name] = form;
  }
  return form;
}

std::int64_t CpuParameters::bytes() const {
  std::size_t floats = 0;
  {
    const std::lock_guard lock(derived_mutex_);
    for (const auto& [name, held] : derived_) {
      const auto form = held.lock();
      floats += form != nullptr ? form->floats() : 0;
    }
  }
  for (const auto& stored : stored_) {
    floats += stored.values.size();
  }
  for (const auto& [name, slot] : slots_) {
    for (const auto& buffer : slot) {
      floats += buffer.size();
    }
  }
  return static_cast<std::int64_t>(floats * sizeof(float));
}

}  // namespace alexnet::cpu
