#include "rounded_to_bf16.h"

#include "kernels/kernels.h"

namespace alexnet::cpu {
namespace {

const char* const kForm = "rounded to bf16";

class RoundedToBf16 final : public Linear {
 public:
  RoundedToBf16(const LinearOptions& options, const std::function<std::unique_ptr<Linear>(const LinearOptions&)>& make)
      : source_(options.source),
        inner_(make(at_f32(options))),
        form_(source_.derived(kForm, options.weight, inner_->weights().floats())) {}

  const Layout& input() const override { return inner_->input(); }
  const Layout& output() const override { return inner_->output(); }
  const onednn::WeightLayout& weights() const override { return inner_->weights(); }
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(input().size() + output().size()) * sizeof(float) + inner_->scratch_bytes();
  }
  std::size_t derived_floats() const override { return inner_->derived_floats(); }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    x = rounded(x, input(), scratch);
    inner_->forward(x, rounded_weights(w), bias, y, scratch);
  }
  void backward_data(const float* dy, const float* w, float* dx, std::byte* scratch) override {
    dy = rounded(dy, output(), scratch);
    inner_->backward_data(dy, rounded_weights(w), dx, scratch);
  }
  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    x = rounded(x, input(), scratch);
    dy = rounded(dy, output(), scratch);
    inner_->backward_weights(x, dy, dw, dbias, scratch);
  }
  void weights_changed() override {
    stale_ = true;
    inner_->weights_changed();
  }

  std::string forward_kernel() const override { return "bf16 " + inner_->forward_kernel(); }
  std::string backward_data_kernel() const override { return "bf16 " + inner_->backward_data_kernel(); }
  std::string backward_weights_kernel() const override { return "bf16 " + inner_->backward_weights_kernel(); }

 private:
  static LinearOptions at_f32(LinearOptions options) {
    options.precision = Precision::kF32;
    options.source = options.source.made_into(kForm);
    return options;
  }

  /// A copy at the front of `scratch`, which goes on behind it.
  static const float* rounded(const float* values, const Layout& layout, std::byte*& scratch) {
    auto* to = reinterpret_cast<float*>(scratch);
    scratch += static_cast<std::size_t>(layout.size()) * sizeof(float);
    kernels().round_to_bf16(values, to, layout.size());
    return to;
  }

  const float* rounded_weights(const float* w) {
    if (stale_) {
      form_->renew(source_.version(), [&](float* form) {
        kernels().round_to_bf16(w, form, static_cast<std::int64_t>(inner_->weights().floats()));
      });
      stale_ = false;
    }
    return form_->data();
  }

  WeightSource source_;
  std::unique_ptr<Linear> inner_;
  std::shared_ptr<DerivedForm> form_;
  bool stale_ = true;
};

}  // namespace

std::unique_ptr<Linear> make_rounded_to_bf16(const LinearOptions& options,
                                             const std::function<std::unique_ptr<Linear>(const LinearOptions&)>& make) {
  return std::make_unique<RoundedToBf16>(options, make);
}

}  // namespace alexnet::cpu
