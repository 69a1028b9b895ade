#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet::reference {

/// Host tensors of one element type, in logical order. Slots hold one tensor for each trainable parameter.
class ReferenceParameters final : public Parameters {
 public:
  /// The weights have been checked against the network.
  ReferenceParameters(Network network, const Weights& weights, ElementType type);

  [[nodiscard]] const Network& network() const override { return network_; }
  [[nodiscard]] Weights read() const override;
  [[nodiscard]] Tensor read(std::size_t parameter) const override { return values_[parameter]; }
  void write(const Weights& weights) override;
  [[nodiscard]] std::vector<std::string> slots() const override;
  [[nodiscard]] Weights read_slot(std::string_view slot) const override;
  void write_slot(std::string_view slot, const Weights& values) override;
  [[nodiscard]] std::int64_t step() const override { return step_; }
  void set_step(std::int64_t step) override;
  [[nodiscard]] std::uint64_t version() const override { return version_; }

  [[nodiscard]] ElementType type() const { return type_; }
  /// Master copy and slots.
  [[nodiscard]] std::int64_t bytes() const;
  /// The parameter at an index of network().parameters(). Its memory stays where it is.
  [[nodiscard]] Tensor& value(std::size_t parameter) { return values_[parameter]; }
  /// The slot's tensors in network().trainable() order, made as zeros where it does not exist.
  [[nodiscard]] std::vector<Tensor>& slot(std::string_view name);
  /// The slot of the moving average, made from the weights where it does not exist.
  [[nodiscard]] std::vector<Tensor>& average();
  /// Says that values were changed through `value` or `slot`.
  void changed() { ++version_; }

 private:
  Network network_;
  ElementType type_;
  std::vector<ParameterSpec> trainable_;
  std::vector<Tensor> values_;
  std::map<std::string, std::vector<Tensor>, std::less<>> slots_;
  std::int64_t step_ = 0;
  std::uint64_t version_ = 1;
};

}  // namespace alexnet::reference
