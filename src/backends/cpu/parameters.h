#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

#include "memory.h"
#include "onednn/weight_layout.h"

namespace alexnet::cpu {

/// What kernels read in place of a parameter's stored values, such as their spectra: one for all Programs that want it.
class DerivedForm {
 public:
  explicit DerivedForm(std::size_t floats) : values_(floats) {}
  [[nodiscard]] const float* data() const { return values_.data(); }
  [[nodiscard]] std::size_t floats() const { return values_.size(); }
  /// Calls make(values) unless this version of the parameters has gone through it.
  template <class Make>
  void renew(std::uint64_t version, Make make) {
    const std::lock_guard lock(mutex_);
    if (version_ != version) {
      make(values_.data());
      version_ = version;
    }
  }

 private:
  std::mutex mutex_;
  std::uint64_t version_ = 0;
  FloatBuffer values_;
};

/// The master copy of a network's weights and its slots. Each weight tensor lies in the order that the kernels of the
/// first Program compiled over it chose: training never re-orders it. Slots lie in the same order.
class CpuParameters final : public Parameters {
 public:
  /// Takes over the memory of f32 weights; they have been checked against the network.
  CpuParameters(const Network& network, Weights weights);

  const Network& network() const override { return network_; }
  Weights read() const override;
  Tensor read(std::size_t parameter) const override { return logical(parameter, stored_[parameter].values.data()); }
  void write(const Weights& weights) override;
  std::vector<std::string> slots() const override;
  Weights read_slot(std::string_view slot) const override;
  void write_slot(std::string_view slot, const Weights& values) override;
  std::int64_t step() const override { return step_; }
  void set_step(std::int64_t step) override { step_ = step; }
  std::uint64_t version() const override { return version_; }

  [[nodiscard]] std::size_t index_of(const std::string& parameter) const;
  [[nodiscard]] float* values(std::size_t parameter) { return stored_[parameter].values.data(); }
  [[nodiscard]] std::size_t floats(std::size_t parameter) const { return stored_[parameter].values.size(); }
  [[nodiscard]] const onednn::WeightLayout& layout(std::size_t parameter) const { return stored_[parameter].layout; }
  /// True once a Program has chosen the order.
  [[nodiscard]] bool is_chosen(std::size_t parameter) const { return stored_[parameter].chosen; }
  /// Moves the parameter and its slots into another order.
  void choose_layout(std::size_t parameter, const onednn::WeightLayout& layout);
  /// Makes slots (zero) that are not there yet.
  void make_slots(const std::vector<std::string>& names);
  /// Makes the slot of the moving average, from the weights, if it is not there yet.
  void make_average();
  [[nodiscard]] float* slot_values(const std::string& slot, std::size_t parameter);
  void changed() { ++version_; }
  /// The derived form of that name, while somebody holds it; else a new one.
  [[nodiscard]] std::shared_ptr<DerivedForm> derived(const std::string& name, std::size_t floats);
  [[nodiscard]] std::int64_t bytes() const;
  /// 1 where the stored order has an element and 0 in its padding; empty where there is no padding.
  [[nodiscard]] FloatBuffer elements(std::size_t parameter) const;
  /// A tensor of the parameter's shape from values in its stored order.
  [[nodiscard]] Tensor logical(std::size_t parameter, const float* values) const;
  /// Such a tensor into the parameter's stored order.
  void put(std::size_t parameter, const Tensor& tensor, float* target) const;

 private:
  struct Stored {
    onednn::WeightLayout logical;
    onednn::WeightLayout layout;
    FloatBuffer values;
    bool chosen = false;
  };

  Network network_;
  std::vector<Stored> stored_;  ///< in network.parameters() order
  std::map<std::string, std::vector<FloatBuffer>, std::less<>> slots_;
  std::int64_t step_ = 0;
  std::uint64_t version_ = 1;
  mutable std::mutex derived_mutex_;
  std::map<std::string, std::weak_ptr<DerivedForm>> derived_;
};

/// Where a Program's passes read trainable parameters: the master copy, or its moving average.
class WeightSource {
 public:
  WeightSource() = default;
  WeightSource(CpuParameters& parameters, bool average) : parameters_(&parameters), average_(average) {}
  [[nodiscard]] const float* values(std::size_t parameter) const {
    return average_ ? parameters_->slot_values(kAverageSlot, parameter) : parameters_->values(parameter);
  }
  [[nodiscard]] std::uint64_t version() const { return parameters_->version(); }
  /// The form `what` of a parameter, shared with the other Programs that read it here.
  [[nodiscard]] std::shared_ptr<DerivedForm> derived(const std::string& what, std::size_t parameter,
                                                     std::size_t floats) const {
    return parameters_->derived(what + form_ + " of " + std::to_string(parameter) + (average_ ? " averaged" : ""),
                                floats);
  }
  /// The source of what computes with another form of the weights: what it derives is its own.
  [[nodiscard]] WeightSource made_into(const std::string& form) const {
    WeightSource source = *this;
    source.form_ += " of " + form;
    return source;
  }

 private:
  CpuParameters* parameters_ = nullptr;
  bool average_ = false;
  std::string form_;
};

}  // namespace alexnet::cpu
