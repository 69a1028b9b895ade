#include "backends/reference/program.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"
#include "alexnet/runtime/loss.h"

#include "backends/reference/input.h"
#include "runtime/rank_parts.h"

namespace alexnet::reference {
namespace {

[[noreturn]] void wrong_call(std::string where, std::string expected, std::string got) {
  throw Error(Message::kWrongCall,
              {{"where", std::move(where)}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

}  // namespace

template <class T>
ReferenceProgram<T>::ReferenceProgram(std::shared_ptr<ReferenceParameters> parameters, CompileOptions options)
    : parameters_(std::move(parameters)),
      network_(parameters_->network()),
      options_(std::move(options)),
      loss_(options_.loss.value_or(loss_for(network_.output()))),
      trainable_(network_.trainable()),
      profile_(options_.profile) {
  plan_memory();
  plan_update();
  plan_profile();
  lowered_.reserve(layers_.size());
  for (const Layer& layer : network_.layers()) {
    lowered_.emplace_back(layer, options_);
  }
}

template <class T>
const Tensor& ReferenceProgram<T>::infer(const Batch& batch) {
  run_forward(batch, LastCall::kInfer);
  return scores();
}

template <class T>
TrainResult ReferenceProgram<T>::train(const Batch& batch, const TrainCall& call) {
  check_train_call(options_, trainable_.size(), call);
  if (!call.loss) {
    check_labels(network_, batch, loss_);
  }
  run_forward(batch, LastCall::kTrain);

  TrainResult result{0, &scores()};
  if (call.loss) {
    result.loss = run_given_loss(call);
  } else {
    profile_.measure(loss_step_, call_.rows, [&] {
      result.loss = loss_and_gradient<T>(loss_, batch, network_.classes(), layers_.back().y, layers_.back().dy);
    });
  }
  run_backward(layers_.size() - 1, true, call.observer);
  is_pending_ = options_.accumulate && !call.update;
  if (call.before_update) {
    call.before_update();
  }
  if (call.update) {
    run_update(call.rates);
  }
  return result;
}

template <class T>
double ReferenceProgram<T>::run_given_loss(const TrainCall& call) {
  const Tensor& values = scores();
  Tensor gradient(values.type(), values.shape());
  const double loss = call.loss(values, gradient);
  std::ranges::copy(std::as_const(gradient).template as<T>(), layers_.back().dy.begin());
  return loss;
}

template <class T>
void ReferenceProgram<T>::update(std::span<const double> rates) {
  check_update(options_, trainable_.size(), rates);
  run_update(rates);
  is_pending_ = false;
}

template <class T>
void ReferenceProgram<T>::backward(std::string_view layer, const Tensor& gradient) {
  const std::size_t index = kept_index(network_, options_, layer);
  if (options_.backward == Backward::kNone) {
    wrong_call("Program::backward", "a program compiled with backward = input or all", "none");
  }
  if (last_call_ != LastCall::kInfer) {
    wrong_call("Program::backward", "a call of infer with the same batch before it", "none");
  }
  LayerData<T>& data = layers_[index];
  Shape expected = {call_.rows};
  expected.insert(expected.end(), data.facts->output.begin(), data.facts->output.end());
  if (gradient.shape() != expected) {
    throw Error(Message::kShapeMismatch, {{"where", fmt::format("gradient of layer {}", layer)},
                                          {"expected", to_string(expected)},
                                          {"got", to_string(gradient.shape())}});
  }
  const Tensor converted = gradient.converted(element_type_of<T>());
  std::copy_n(converted.as<T>().begin(), converted.size(), data.dy.begin());
  run_backward(index, false, {});
}

template <class T>
Tensor ReferenceProgram<T>::kept(std::string_view layer) const {
  const LayerData<T>& data = layers_[kept_index(network_, options_, layer)];
  if (last_call_ == LastCall::kNone) {
    wrong_call("Program::kept", "a call of infer or train before it", "none");
  }
  return rows_of(data.y, data.facts->output);
}

template <class T>
Tensor ReferenceProgram<T>::kept_gradient(std::string_view layer) const {
  const std::size_t index = kept_index(network_, options_, layer);
  if (!last_gradient_ || index > *last_gradient_) {
    wrong_call(fmt::format("Program::kept_gradient of {}", layer),
               "a call of train, or of backward from this layer or a later one", "none");
  }
  return rows_of(layers_[index].dy, layers_[index].facts->output);
}

template <class T>
Tensor ReferenceProgram<T>::input_gradient() const {
  if (!needs_input_gradient(options_) || !last_gradient_) {
    wrong_call("Program::input_gradient", "a call of backward of a program compiled with backward = input", "none");
  }
  return rows_of(input_gradient_, network_.input());
}

template <class T>
MemoryReport ReferenceProgram<T>::memory() const {
  MemoryReport report{arena_.bytes(), parameters_->bytes(), arena_.rows()};
  std::size_t scratch = 0;
  for (const LayerData<T>& data : layers_) {
    scratch += (data.saved.capacity() + data.sums.capacity()) * sizeof(double) + data.exchanged.capacity() * sizeof(T);
  }
  std::size_t scores = 0;
  for (const auto& [rows, tensor] : scores_) {
    scores += tensor.bytes();
  }
  report.rows.push_back({"scratch", static_cast<std::int64_t>(scratch), -1});
  report.rows.push_back({"scores", static_cast<std::int64_t>(scores), -1});
  return report;
}

template <class T>
void ReferenceProgram<T>::run_forward(const Batch& batch, LastCall kind) {
  check_batch(network_, batch, options_.batch);
  last_call_ = LastCall::kNone;
  last_gradient_.reset();
  call_.rows = batch.rows;
  call_.training = options_.statistics == Statistics::kTraining;
  call_.keep_statistics = call_.training && kind == LastCall::kTrain;
  call_.ranks = options_.share_statistics && kind == LastCall::kTrain ? options_.communicator.get() : nullptr;
  call_.seed = options_.seed;
  call_.epoch = batch.epoch;
  call_.position = batch.position;
  call_.photos = batch.photos;
  call_.communicator = options_.communicator.get();
  frozen_call_ = call_;
  frozen_call_.training = frozen_call_.keep_statistics = false;
  unpack_input(batch, input_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    profile_.measure(steps_[i].forward, call_.rows, [&] {
      std::visit([&](const auto& layer) { forward(layer, call_of(i), lowered_[i](layers_[i])); }, network_.layers()[i]);
    });
  }
  if (call_.keep_statistics) {
    parameters_->changed();
  }
  last_call_ = kind;
}

template <class T>
bool ReferenceProgram<T>::learns(std::size_t layer) const {
  return layers_[layer].facts->trainable_count > 0 && !is_frozen(options_, network_.layers()[layer]);
}

template <class T>
const Call& ReferenceProgram<T>::call_of(std::size_t layer) const {
  return is_frozen(options_, network_.layers()[layer]) ? frozen_call_ : call_;
}

template <class T>
void ReferenceProgram<T>::run_backward(std::size_t last, bool weights, const GradientObserver& observer) {
  for (std::size_t i = last + 1; i-- > 0;) {
    LayerData<T>& data = layers_[i];
    if (weights && learns(i)) {
      profile_.measure(steps_[i].backward_weights, call_.rows, [&] {
        std::visit(Overload{[&](const Conv2D& layer) { backward_weights(layer, call_, lowered_[i](data)); },
                            [&](const LocallyConnected2D& layer) { backward_weights(layer, call_, data); },
                            [&](const BatchNorm& layer) { backward_weights(layer, call_, data); },
                            [&](const Dense& layer) { backward_weights(layer, call_, lowered_[i](data)); },
                            [](const auto&) {}},
                   network_.layers()[i]);
      });
      add_pending(i);
      show_gradients(i, observer);
    }
    if (!data.dx.empty()) {
      profile_.measure(steps_[i].backward_data, call_.rows, [&] {
        std::visit([&](const auto& layer) { backward_data(layer, call_of(i), lowered_[i](data)); },
                   network_.layers()[i]);
      });
    }
  }
  last_gradient_ = last;
}

template <class T>
void ReferenceProgram<T>::show_gradients(std::size_t layer, const GradientObserver& observer) {
  if (!observer) {
    return;
  }
  std::size_t parameter = first_trainable_[layer];
  for (const std::span<T> gradient : layers_[layer].gradients) {
    if (gradient.empty()) {
      continue;
    }
    const ParameterSpec& spec = trainable_[parameter];
    GradientView view;
    view.parameter = parameter++;
    view.name = &spec.name;
    if constexpr (std::is_same_v<T, float>) {
      view.values = gradient;
    } else {
      view.values64 = gradient;
    }
    view.logical = [gradient, &spec] { return Tensor::of<T>(spec.shape, gradient); };
    view.assign = [gradient](const Tensor& values) { std::ranges::copy(values.as<T>(), gradient.begin()); };
    observer(view);
  }
}

template <class T>
void ReferenceProgram<T>::add_pending(std::size_t layer) {
  for (std::size_t p = 0; p < pending_[layer].size(); ++p) {
    const std::span<T> sums = pending_[layer][p];
    const std::span<T> gradients = layers_[layer].gradients[p];
    for (std::size_t i = 0; i < sums.size(); ++i) {
      gradients[i] += is_pending_ ? sums[i] : T{0};
      sums[i] = gradients[i];
    }
  }
}

template <class T>
double ReferenceProgram<T>::clip_scale() const {
  if (options_.clip_norm == 0) {
    return 1;
  }
  double sum = 0;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const std::span<T> gradients : layers_[i].gradients) {
      sum += learns(i) ? sum_of_squares<T>(gradients) : 0;
    }
  }
  const double norm = std::sqrt(sum_over_towers(network_, options_.communicator.get(), sum));
  return norm > options_.clip_norm ? options_.clip_norm / norm : 1;
}

template <class T>
void ReferenceProgram<T>::run_update(std::span<const double> rates) {
  const UpdateStep step{.scale = clip_scale(), .t = parameters_->step() + 1};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (learns(i)) {
      profile_.measure(steps_[i].update, call_.rows, [&] { update_layer(i, rates, step); });
    }
  }
  parameters_->set_step(step.t);
}

template <class T>
void ReferenceProgram<T>::update_layer(std::size_t layer, std::span<const double> rates, UpdateStep step) {
  const double decay = std::visit([](const auto& rule) { return rule.decay; }, *options_.update);
  const double kept = kept_average(options_.average, step.t - 1);
  const LayerData<T>& data = layers_[layer];
  std::size_t k = 0;  // trainable parameters of the layer so far
  for (std::size_t p = 0; p < data.parameters.size(); ++p) {
    if (data.gradients[p].empty()) {
      continue;
    }
    const std::size_t parameter = first_trainable_[layer] + k;
    const ParameterSpec& spec = trainable_[parameter];
    step.rate = rates[rates.size() == 1 ? 0 : parameter] * spec.options.rate;
    step.decay = decay * spec.options.decay;
    step.trusted = has_trust_ratio(spec);
    if (step.rate != 0) {
      reference::update<T>(*options_.update, step, data.parameters[p], data.gradients[p], slots_[layer][k]);
      if (options_.average > 0) {
        follow<T>(kept, data.parameters[p], averages_[layer][k]);
      }
    }
    ++k;
  }
}

template <class T>
Tensor& ReferenceProgram<T>::scores() {
  const std::int64_t classes = network_.classes();
  Tensor& made = scores_.try_emplace(call_.rows, element_type_of<T>(), Shape{call_.rows, classes}).first->second;
  std::copy_n(layers_.back().y.begin(), call_.rows * classes, made.template as<T>().begin());
  return made;
}

template <class T>
Tensor ReferenceProgram<T>::rows_of(std::span<const T> values, const Shape& photo) const {
  Shape shape = {call_.rows};
  shape.insert(shape.end(), photo.begin(), photo.end());
  return Tensor::of<T>(std::move(shape), values);
}

template class ReferenceProgram<float>;
template class ReferenceProgram<double>;

}  // namespace alexnet::reference
