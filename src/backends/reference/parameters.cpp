#include "backends/reference/parameters.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"

namespace alexnet::reference {
namespace {

/// Copies the named tensors over `values` (one for each of `specs`), all or none.
void copy_named(const Weights& weights, const std::vector<ParameterSpec>& specs, std::vector<Tensor>& values) {
  const std::vector<std::size_t> places = places_of(weights, specs);
  auto place = places.begin();
  for (const auto& [name, tensor] : weights) {
    Tensor& value = values[*place++];
    const Tensor converted = tensor.converted(value.type());
    if (!converted.empty()) {
      std::memcpy(value.data(), converted.data(), converted.bytes());
    }
  }
}

Weights named(const std::vector<ParameterSpec>& specs, const std::vector<Tensor>& values) {
  Weights weights;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    weights.emplace(specs[i].name, values[i]);
  }
  return weights;
}

}  // namespace

ReferenceParameters::ReferenceParameters(Network network, const Weights& weights, ElementType type)
    : network_(std::move(network)), type_(type), trainable_(network_.trainable()) {
  for (const ParameterSpec& spec : network_.parameters()) {
    values_.emplace_back(type_, spec.shape);
  }
  copy_named(weights, network_.parameters(), values_);
}

Weights ReferenceParameters::read() const { return named(network_.parameters(), values_); }

void ReferenceParameters::write(const Weights& weights) {
  copy_named(weights, network_.parameters(), values_);
  changed();
}

std::vector<std::string> ReferenceParameters::slots() const {
  std::vector<std::string> names;
  for (const auto& [name, values] : slots_) {
    names.push_back(name);
  }
  return names;
}

Weights ReferenceParameters::read_slot(std::string_view slot) const {
  const auto found = slots_.find(slot);
  if (found == slots_.end()) {
    throw Error(Message::kUnknownName, {{"kind", "slot"},
                                        {"where", std::string(slot)},
                                        {"nearest", nearest_name(slot, slots())},
                                        {"known", fmt::format("{}", fmt::join(slots(), ", "))}});
  }
  return named(trainable_, found->second);
}

void ReferenceParameters::write_slot(std::string_view name, const Weights& values) {
  copy_named(values, trainable_, slot(name));
  changed();
}

void ReferenceParameters::set_step(std::int64_t step) {
  step_ = step;
  changed();
}

std::int64_t ReferenceParameters::bytes() const {
  std::size_t sum = 0;
  for (const Tensor& value : values_) {
    sum += value.bytes();
  }
  for (const auto& [name, values] : slots_) {
    for (const Tensor& value : values) {
      sum += value.bytes();
    }
  }
  return static_cast<std::int64_t>(sum);
}

std::vector<Tensor>& ReferenceParameters::average() {
  const bool is_new = !slots_.contains(kAverageSlot);
  std::vector<Tensor>& tensors = slot(kAverageSlot);
  for (std::size_t i = 0, trainable = 0; is_new && i < values_.size(); ++i) {
    if (network_.parameters()[i].role == ParameterRole::kTrainable) {
      tensors[trainable++] = values_[i];
    }
  }
  return tensors;
}

std::vector<Tensor>& ReferenceParameters::slot(std::string_view name) {
  const auto found = slots_.find(name);
  if (found != slots_.end()) {
    return found->second;
  }
  std::vector<Tensor>& made = slots_[std::string(name)];
  for (const ParameterSpec& spec : trainable_) {
    made.emplace_back(type_, spec.shape);
  }
  return made;
}

}  // namespace alexnet::reference
