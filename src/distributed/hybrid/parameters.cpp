#include "distributed/hybrid/parameters.h"

#include <algorithm>
#include <utility>

namespace alexnet::distributed {
namespace {

const ParameterSpec* find_spec(const Network& network, const std::string& name) {
  const auto found = std::ranges::find(network.parameters(), name, &ParameterSpec::name);
  return found == network.parameters().end() ? nullptr : &*found;
}

}  // namespace

HybridParameters::HybridParameters(const Backend& backend, std::shared_ptr<Communicator> communicator,
                                   const Network& network, const Weights& weights, Precision precision)
    : communicator_(std::move(communicator)),
      networks_(cut_hybrid(network, communicator_->rank(), communicator_->size())),
      whole_(backend.parameters(network, weights, precision)) {
  const Parts parts = parts_of(weights);
  convolutions_ = backend.parameters(networks_.convolutions, parts.convolutions, precision);
  dense_ = backend.parameters(networks_.dense, parts.dense, precision);
  head_ = backend.parameters(networks_.head, parts.head, precision);
}

/// Parts of the dense layers lie one behind the other along their first extent.
HybridParameters::Parts HybridParameters::parts_of(const Weights& whole) const {
  Parts parts;
  for (const auto& [name, tensor] : whole) {
    if (find_spec(networks_.convolutions, name) != nullptr) {
      parts.convolutions.emplace(name, tensor);
    } else if (const ParameterSpec* spec = find_spec(networks_.dense, name)) {
      Tensor own(tensor.type(), spec->shape);
      std::copy_n(tensor.data() + static_cast<std::size_t>(communicator_->rank()) * own.bytes(), own.bytes(),
                  own.data());
      parts.dense.emplace(name, std::move(own));
    } else {
      parts.head.emplace(name, tensor);
    }
  }
  return parts;
}

Tensor HybridParameters::gather(const std::string& name, const Tensor& own) const {
  Tensor whole(own.type(), find_spec(network(), name)->shape);
  communicator_->all_gather({own.data(), own.bytes()}, {whole.data(), whole.bytes()});
  return whole;
}

Weights HybridParameters::joined(Weights convolutions, const Weights& dense, Weights head) const {
  Weights whole = std::move(convolutions);
  whole.merge(head);
  for (const auto& [name, own] : dense) {
    whole.emplace(name, gather(name, own));
  }
  return whole;
}

Weights HybridParameters::read() const { return joined(convolutions_->read(), dense_->read(), head_->read()); }

Tensor HybridParameters::read(std::size_t parameter) const {
  const std::size_t dense = networks_.convolutions.parameters().size();
  const std::size_t head = dense + networks_.dense.parameters().size();
  if (parameter < dense) {
    return convolutions_->read(parameter);
  }
  return parameter < head ? gather(network().parameters()[parameter].name, dense_->read(parameter - dense))
                          : head_->read(parameter - head);
}

/// The whole copy refuses what does not fit, before a part is changed.
void HybridParameters::write(const Weights& weights) {
  whole_->write(weights);
  const Parts parts = parts_of(weights);
  convolutions_->write(parts.convolutions);
  dense_->write(parts.dense);
  head_->write(parts.head);
}

Weights HybridParameters::read_slot(std::string_view slot) const {
  return joined(convolutions_->read_slot(slot), dense_->read_slot(slot), head_->read_slot(slot));
}

void HybridParameters::write_slot(std::string_view slot, const Weights& values) {
  if (slot == kAverageSlot) {
    whole_->write_slot(slot, values);  // the others are of no use to a program that does not train
  }
  const Parts parts = parts_of(values);
  convolutions_->write_slot(slot, parts.convolutions);
  dense_->write_slot(slot, parts.dense);
  head_->write_slot(slot, parts.head);
}

void HybridParameters::set_step(std::int64_t step) {
  for (const auto& part : {convolutions_, dense_, head_}) {
    part->set_step(step);
  }
}

std::uint64_t HybridParameters::version() const {
  return whole_->version() + convolutions_->version() + dense_->version() + head_->version();
}

}  // namespace alexnet::distributed
