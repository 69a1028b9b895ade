#include "plan.h"

#include <algorithm>

#include "alexnet/runtime/checks.h"

#include "onednn/linear.h"

namespace alexnet::cpu {
namespace {

bool is_kept(const CompileOptions& options, const Layer& layer) {
  return std::ranges::find(options.kept, name_of(layer)) != options.kept.end();
}

/// The first layer whose output needs a gradient: that of the first trainable parameters, or the first kept layer.
std::size_t first_layer_with_gradient(const Network& network, const CompileOptions& options) {
  const auto count = network.layers().size();
  if (options.backward == Backward::kNone) {
    return count;
  }
  if (needs_input_gradient(options)) {
    return 0;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const bool learns = network.facts(i).trainable_count > 0 && !is_frozen(options, network.layers()[i]);
    if (learns || is_kept(options, network.layers()[i])) {
      return i;
    }
  }
  return count;
}

/// The order of an activation that no library kernel asked for: 16 or 8 channels side by side where that divides.
Layout plain_layout(int rows, const Shape& shape) {
  if (shape.size() == 1) {
    return Layout::plain_rows(rows, shape[0]);
  }
  const std::int64_t lanes = shape[0] % 16 == 0 ? 16 : shape[0] % 8 == 0 ? 8 : 1;
  return lanes == 1 ? Layout::planes(rows, shape[0], shape[1], shape[2])
                    : Layout::blocked(rows, shape[0], shape[1], shape[2], lanes);
}

/// Moves an activation into the order that the next step wants.
class ReorderStep final : public Step {
 public:
  ReorderStep(const Layout& from, const Layout& to) {
    in = from;
    out = to;
  }
  void forward(StepCall& call) override { onednn::reorder_activation(in, call.input, out, call.output); }
  void backward_data(StepCall& call) override {
    onednn::reorder_activation(out, call.output_gradient, in, call.input_gradient);
  }
};

}  // namespace

std::size_t StepContext::parameter(const std::string& suffix) const {
  return weights->index_of(name_of(network->layers()[layer]) + "." + suffix);
}

Plan::Plan(const Network& network, CpuParameters& weights, const CompileOptions& options, int rows, int threads) {
  make_steps(network, weights, options, rows, threads);
  place(options, network, weights);
}

void Plan::add(std::unique_ptr<Step> step, std::size_t first_layer, std::size_t last_layer, std::string label) {
  step->first_layer = first_layer;
  step->last_layer = last_layer;
  steps_.push_back(std::move(step));
  labels_.push_back(std::move(label));
}

void Plan::make_steps(const Network& network, CpuParameters& weights, const CompileOptions& options, int rows,
                      int threads) {
  const auto& layers = network.layers();
  const auto first_gradient = first_layer_with_gradient(network, options);
  const auto* normalize = network.normalize();
  const std::size_t begin = normalize != nullptr ? 1 : 0;
  StepContext context;
  context.network = &network;
  context.options = &options;
  context.weights = &weights;
  context.threads = threads;
  context.input = plain_layout(rows, network.input());
  const auto input_label = normalize != nullptr ? normalize->name : std::string("input");
  if (begin == layers.size() || !std::holds_alternative<Conv2D>(layers[begin])) {
    add(std::make_unique<InputStep>(normalize, context, context.input), 0, 0, input_label);
  }
  for (std::size_t i = begin; i < layers.size();) {
    const auto can_fuse = [&](std::size_t j) { return j < layers.size() && !is_kept(options, layers[j]); };
    const bool linear = std::holds_alternative<Conv2D>(layers[i]) || std::holds_alternative<Dense>(layers[i]);
    context.layer = i;
    context.fuse_relu =
        linear && !is_kept(options, layers[i]) && can_fuse(i + 1) && std::holds_alternative<ReLU>(layers[i + 1]);
    const std::size_t last = i + (context.fuse_relu ? 1 : 0);
    // A max pool behind the ReLU passes gradients only where its output is above 0: the ReLU's backward is done by it.
    context.pool_masks = context.fuse_relu && last + 1 < layers.size() &&
                         std::holds_alternative<MaxPool2D>(layers[last + 1]) && options.backward != Backward::kNone;
    context.free_input = steps_.empty();
    context.frozen = is_frozen(options, layers[i]);
    context.input_gradient = i > first_gradient || needs_input_gradient(options);
    auto step = std::visit(Overload{[&](const Normalize&) -> std::unique_ptr<Step> { return nullptr; },
                                    [&](const auto& layer) { return make_step(layer, context); }},
                           layers[i]);
    if (context.frozen) {
      step->parameters.clear();
    }
    if (steps_.empty()) {
      context.layer = 0;
      add(std::make_unique<InputStep>(normalize, context, step->in), 0, 0, input_label);
    } else if (!(step->in == steps_.back()->out)) {
      add(std::make_unique<ReorderStep>(steps_.back()->out, step->in), i, i, "order for " + name_of(layers[i]));
    }
    context.input = step->out;
    context.after_relu_mask = context.pool_masks;
    add(std::move(step), i, last,
        name_of(layers[i]) + (context.fuse_relu ? "+" + name_of(layers[last]) : std::string()));
    i = last + 1;
  }
  first_gradient_ = steps_.size();
  for (std::size_t s = 0; s < steps_.size() && first_gradient < layers.size(); ++s) {
    // Nothing goes back through a reordering in front of the first layer that learns.
    const bool reorders = steps_[s]->last_layer == first_gradient && !needs_input_gradient(options) &&
                          dynamic_cast<const ReorderStep*>(steps_[s].get()) != nullptr;
    if (steps_[s]->last_layer >= first_gradient && !reorders &&
        (s > 0 || needs_input_gradient(options) || begin == 1)) {
      first_gradient_ = s;
      break;
    }
  }
}

void Plan::place(const CompileOptions& options, const Network& network, const CpuParameters& weights) {
  const int count = static_cast<int>(steps_.size());
  const int end = 2 * count + 1;
  const bool backward = options.backward != Backward::kNone;
  std::size_t scratch = 0;
  std::size_t weight_gradients = 0;
  for (int s = 0; s < count; ++s) {
    const auto& step = *steps_[static_cast<std::size_t>(s)];
    const auto& label = labels_[static_cast<std::size_t>(s)];
    const auto bytes = static_cast<std::size_t>(step.out.size()) * sizeof(float);
    const bool has_gradient = static_cast<std::size_t>(s) >= first_gradient_;
    const bool kept = is_kept(options, network.layers()[step.last_layer]);
    const int value = arena_.add(label + " output", bytes, s, std::min(s + 1, count));
    if (backward && step.needs_output()) {
      arena_.extend(value, 2 * count - s);
    }
    if (kept) {
      arena_.extend(value, end);
    }
    if (backward && s > 0 && step.needs_input()) {
      arena_.extend(values_.back(), 2 * count - s);
    }
    values_.push_back(value);
    saved_.push_back(step.saved_bytes() > 0
                         ? arena_.add(label + " saved", step.saved_bytes(), s, backward ? 2 * count - s : s)
                         : -1);
    gradients_.push_back(-1);
    if (backward && has_gradient) {
      const bool to_end = kept || (s == 0 && needs_input_gradient(options));
      // A kept layer's gradient may be given before anything ran backward.
      gradients_.back() =
          arena_.add(label + " gradient", bytes, kept ? count : 2 * count - s - 1, to_end ? end : 2 * count - s);
    }
    scratch = std::max(scratch, step.scratch_bytes());
    std::size_t own = 0;
    gradient_offsets_.emplace_back();
    for (const auto parameter : step.parameters) {
      gradient_offsets_.back().push_back(own);
      own += (weights.floats(parameter) * sizeof(float) + 63) / 64 * 64;
    }
    weight_gradients = std::max(weight_gradients, own);
  }
  scratch_ = arena_.add("scratch", scratch, 0, end);
  if (options.backward == Backward::kAll) {
    weight_gradients_ = arena_.add("weight gradients", weight_gradients, count, end);
  }
  arena_.place();
}

std::size_t Plan::derived_floats() const {
  std::size_t floats = 0;
  for (const auto& step : steps_) {
    floats += step->derived_floats();
  }
  return floats;
}

std::size_t Plan::step_of(std::size_t layer) const {
  std::size_t s = 0;
  while (s + 1 < steps_.size() && steps_[s]->last_layer < layer) {
    ++s;
  }
  // A reordering stands before its layer under the same number: the last one is the layer itself.
  while (s + 1 < steps_.size() && steps_[s + 1]->last_layer == layer) {
    ++s;
  }
  return s;
}

StepCall Plan::call(std::size_t s) const {
  StepCall call;
  call.input = s > 0 ? value(s - 1) : nullptr;
  call.output = value(s);
  call.output_gradient = gradient(s);
  call.input_gradient = s > 0 ? gradient(s - 1) : nullptr;
  call.saved = saved_[s] < 0 ? nullptr : base_ + arena_.offset(saved_[s]);
  call.scratch = base_ + arena_.offset(scratch_);
  if (weight_gradients_ >= 0) {
    for (const auto offset : gradient_offsets_[s]) {
      call.gradients.push_back(reinterpret_cast<float*>(base_ + arena_.offset(weight_gradients_) + offset));
    }
  }
  return call;
}

void Plan::weights_changed() {
  for (auto& step : steps_) {
    step->weights_changed();
  }
}

}  // namespace alexnet::cpu
