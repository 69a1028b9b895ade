#include "program.h"

#include <algorithm>
#include <utility>

#include <omp.h>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"
#include "alexnet/runtime/loss.h"

namespace alexnet::cpu {
namespace {

/// The number of OpenMP threads for the time of a call.
class ThreadScope {
 public:
  explicit ThreadScope(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  ~ThreadScope() { omp_set_num_threads(before_); }
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int before_;
};

[[noreturn]] void wrong_call(std::string where, std::string expected, std::string got) {
  throw Error(Message::kWrongCall,
              {{"where", std::move(where)}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

Shape with_rows(int rows, const Shape& photo) {
  Shape shape = {rows};
  shape.insert(shape.end(), photo.begin(), photo.end());
  return shape;
}

void describe_step(const Step& step, const Network& network, Step::Pass pass, ProfileRow& row) {
  row.kernel = step.kernel(pass);
  row.operations = step.operations(pass);
  // Each pass reads or writes both activations, and the weights or their gradient, once.
  std::size_t bytes = static_cast<std::size_t>(step.in.size() + step.out.size()) * sizeof(float);
  for (std::size_t layer = step.first_layer; layer <= step.last_layer; ++layer) {
    for (const ParameterSpec& spec : network.facts(layer).parameters) {
      bytes += static_cast<std::size_t>(element_count(spec.shape)) * step.bytes_a_weight(pass);
    }
  }
  row.bytes = static_cast<double>(bytes);
}

}  // namespace

CpuProgram::CpuProgram(std::shared_ptr<CpuParameters> parameters, CompileOptions options, int threads)
    : parameters_(std::move(parameters)),
      network_(parameters_->network()),
      options_(std::move(options)),
      loss_(options_.loss.value_or(loss_for(network_.output()))),
      threads_(threads),
      no_scores_(ElementType::kF32, {0, network_.classes()}),
      profile_(options_.profile) {
  int index = 0;
  for (const auto& spec : network_.parameters()) {
    trainable_index_.push_back(spec.role == ParameterRole::kTrainable ? index++ : -1);
  }
  trainable_ = static_cast<std::size_t>(index);
  if (options_.update) {
    parameters_->make_slots(slots_of(*options_.update));
  }
  if (options_.average > 0 || options_.read_average) {
    parameters_->make_average();
  }
  compiled(options_.batch);
  make_whole_gradients();
}

CpuProgram::Compiled& CpuProgram::compiled(int rows) {
  const auto found = compiled_.find(rows);
  if (found != compiled_.end()) {
    return found->second;
  }
  const ThreadScope scope(threads_);  // the library plans for the threads that it sees
  Compiled made;
  made.plan = std::make_unique<Plan>(network_, *parameters_, options_, rows, threads_);
  made.version = parameters_->version();
  made.scores = Tensor(ElementType::kF32, {rows, network_.classes()});
  made.scores_gradient = made.scores;
  const std::size_t floats = (made.plan->arena_bytes() + sizeof(float) - 1) / sizeof(float);
  if (floats > arena_.size()) {
    arena_ = FloatBuffer(floats);
    for (auto& [other_rows, other] : compiled_) {
      other.plan->bind(reinterpret_cast<std::byte*>(arena_.data()));
    }
  }
  made.plan->bind(reinterpret_cast<std::byte*>(arena_.data()));
  return compiled_.emplace(rows, std::move(made)).first->second;
}

void CpuProgram::run_forward(const Batch& batch, bool training) {
  check_batch(network_, batch, options_.batch);
  ran_ = inferred_ = false;
  last_backward_ = -1;
  last_rows_ = batch.rows;
  if (batch.rows == 0) {
    last_ = nullptr;
    ran_ = true;
    Plan& plan = *compiled_.at(options_.batch).plan;
    for (std::size_t s = 0; s < plan.steps() && training; ++s) {
      plan.step(s).forward_without_rows(training);
    }
    return;
  }
  last_ = &compiled(batch.rows);
  Plan& plan = *last_->plan;
  plan.guard();
  if (last_->version != parameters_->version()) {
    plan.weights_changed();
    last_->version = parameters_->version();
  }
  for (std::size_t s = 0; s < plan.steps(); ++s) {
    StepCall call = plan.call(s);
    call.batch = &batch;
    call.update_statistics = training;
    profile_.measure(
        plan.label(s), "forward", [&] { plan.step(s).forward(call); },
        [&](ProfileRow& row) { describe_step(plan.step(s), network_, Step::Pass::kForward, row); });
  }
  const auto last = plan.steps() - 1;
  to_logical(plan.step(last).out, plan.value(last), last_->scores.as<float>().data());
  ran_ = true;
}

const Tensor& CpuProgram::infer(const Batch& batch) {
  const ThreadScope scope(threads_);
  run_forward(batch, false);
  inferred_ = true;
  return scores();
}

TrainResult CpuProgram::train(const Batch& batch, const TrainCall& call) {
  check_train_call(options_, trainable_, call);
  if (!call.loss) {
    check_labels(network_, batch, loss_);
  }
  const ThreadScope scope(threads_);
  run_forward(batch, options_.statistics == Statistics::kTraining);
  TrainResult result{run_loss(batch, call), &scores()};
  if (last_ == nullptr) {
    finish_without_rows(call);
  } else {
    run_backward(last_->plan->steps() - 1, &call);
  }
  if (call.before_update) {
    call.before_update();
  }
  if (call.update && is_whole()) {
    update_all(call);
  }
  pending_ = options_.accumulate && !call.update;
  if (call.update) {
    parameters_->set_step(parameters_->step() + 1);
  }
  if (call.update || options_.statistics == Statistics::kTraining) {
    parameters_->changed();
  }
  return result;
}

void CpuProgram::update(std::span<const double> rates) {
  check_update(options_, trainable_, rates);
  const ThreadScope scope(threads_);
  update_all({.rates = rates});
  pending_ = false;
  parameters_->set_step(parameters_->step() + 1);
  parameters_->changed();
}

const Tensor& CpuProgram::scores() const { return last_ != nullptr ? last_->scores : no_scores_; }

double CpuProgram::run_loss(const Batch& batch, const TrainCall& call) {
  if (last_ == nullptr) {
    Tensor none(ElementType::kF32, no_scores_.shape());
    return call.loss ? call.loss(no_scores_, none) : 0;
  }
  double loss = 0;
  const auto own = [&] {
    loss = loss_and_gradient<float>(loss_, batch, network_.classes(), std::as_const(last_->scores).as<float>(),
                                    last_->scores_gradient.as<float>());
  };
  if (call.loss) {
    loss = call.loss(last_->scores, last_->scores_gradient);
  } else {
    profile_.measure("loss", "loss", own, [](ProfileRow& row) { row.kernel = "host"; });
  }
  const auto last = last_->plan->steps() - 1;
  if (float* gradient = last_->plan->gradient(last)) {
    from_logical(last_->plan->step(last).out, last_->scores_gradient.as<float>().data(), gradient);
  }
  return loss;
}

void CpuProgram::run_backward(std::size_t last, const TrainCall* train) {
  Plan& plan = *last_->plan;
  for (std::size_t s = last + 1; s-- > plan.first_gradient();) {
    Step& step = plan.step(s);
    StepCall call = plan.call(s);
    if (s == 0) {
      break;  // what is left is the input's own: input_gradient()
    }
    profile_.measure(
        plan.label(s), "backward data",
        [&] {
          step.prepare_backward(call);
          if (call.input_gradient != nullptr) {
            step.backward_data(call);
          }
        },
        [&](ProfileRow& row) {
          describe_step(step, network_, Step::Pass::kBackwardData, row);
          row.operations = call.input_gradient != nullptr ? row.operations : 0;
        });
    if (train != nullptr && !step.parameters.empty()) {
      run_backward_weights(s, call, *train);
    }
  }
  last_backward_ = static_cast<int>(last);
}

void CpuProgram::run_backward_weights(std::size_t s, StepCall& call, const TrainCall& train) {
  Plan& plan = *last_->plan;
  Step& step = plan.step(s);
  for (std::size_t i = 0; i < step.parameters.size() && is_whole() && !pending_; ++i) {
    call.gradients[i] = gradients_[step.parameters[i]].data();
  }
  profile_.measure(
      plan.label(s), "backward weights",
      [&] {
        step.backward_weights(call);
        clear_padding(step, call);
        for (std::size_t i = 0; i < step.parameters.size() && pending_; ++i) {
          FloatBuffer& sum = gradients_[step.parameters[i]];
          kernels().add(call.gradients[i], sum.data(), static_cast<std::int64_t>(sum.size()));
          call.gradients[i] = sum.data();
        }
      },
      [&](ProfileRow& row) { describe_step(step, network_, Step::Pass::kBackwardWeights, row); });
  for (std::size_t i = 0; i < step.parameters.size(); ++i) {
    finish_gradient(step.parameters[i], call.gradients[i], train, plan.label(s));
  }
}

/// A kernel may leave anything in the padding of a gradient, which would count in its norm.
void CpuProgram::clear_padding(const Step& step, const StepCall& call) const {
  for (std::size_t i = 0; i < step.parameters.size(); ++i) {
    const FloatBuffer& elements = elements_[step.parameters[i]];
    if (elements.size() > 0) {
      float* gradient = call.gradients[i];
      kernels().relu_backward(elements.data(), gradient, gradient, static_cast<std::int64_t>(elements.size()));
    }
  }
}

/// The observer, then the update, unless that waits for the other gradients: the layer's part of the pass is over, so
/// its weights may change at once.
void CpuProgram::finish_gradient(std::size_t parameter, float* gradient, const TrainCall& call,
                                 const std::string& label) {
  if (call.observer) {
    const auto& spec = network_.parameters()[parameter];
    GradientView view;
    view.parameter = static_cast<std::size_t>(trainable_index_[parameter]);
    view.name = &spec.name;
    view.values = {gradient, parameters_->floats(parameter)};
    view.layout = parameters_->layout(parameter).id();
    view.logical = [this, parameter, gradient] { return parameters_->logical(parameter, gradient); };
    view.assign = [this, parameter, gradient](const Tensor& values) { parameters_->put(parameter, values, gradient); };
    call.observer(view);
  }
  if (call.update && !is_whole()) {
    update_parameter(parameter, gradient, call, label, 1);
  }
}

/// A step without photos (a rank that has none left): gradients of zero in the order of every other step, last layer
/// first, since ranks add up what they are shown.
void CpuProgram::finish_without_rows(const TrainCall& call) {
  Plan& plan = *compiled_.at(options_.batch).plan;
  for (std::size_t s = plan.steps(); s-- > std::max<std::size_t>(1, plan.first_gradient());) {
    plan.step(s).backward_without_rows();
    for (const std::size_t parameter : plan.step(s).parameters) {
      FloatBuffer& whole = gradients_[parameter];
      FloatBuffer zeros(whole.size() > 0 ? 0 : parameters_->floats(parameter));
      if (!pending_) {
        std::fill_n(whole.data(), whole.size(), 0.0F);
      }
      finish_gradient(parameter, whole.size() > 0 ? whole.data() : zeros.data(), call, "no rows");
    }
  }
  last_backward_ = static_cast<int>(network_.layers().size());
}

void CpuProgram::backward(std::string_view layer, const Tensor& gradient) {
  const std::size_t index = kept_index(network_, options_, layer);
  if (options_.backward == Backward::kNone) {
    wrong_call("Program::backward", "a program compiled with backward = input or all", "none");
  }
  if (!inferred_) {
    wrong_call("Program::backward", "a call of infer with the same batch before it", "none");
  }
  const Shape expected = with_rows(last_rows_, network_.facts(index).output);
  if (gradient.shape() != expected) {
    throw Error(Message::kShapeMismatch, {{"where", "gradient of layer " + std::string(layer)},
                                          {"expected", to_string(expected)},
                                          {"got", to_string(gradient.shape())}});
  }
  if (last_ == nullptr) {
    last_backward_ = static_cast<int>(network_.layers().size());
    return;
  }
  const ThreadScope scope(threads_);
  const Plan& plan = *last_->plan;
  const auto s = plan.step_of(index);
  const Tensor values = gradient.converted(ElementType::kF32);
  from_logical(plan.step(s).out, values.as<float>().data(), plan.gradient(s));
  run_backward(s, nullptr);
}

Tensor CpuProgram::tensor_of(const Layout& layout, const float* values, const Shape& photo) const {
  Tensor tensor(ElementType::kF32, with_rows(last_rows_, photo));
  to_logical(layout, values, tensor.as<float>().data());
  return tensor;
}

Tensor CpuProgram::kept(std::string_view layer) const {
  const std::size_t index = kept_index(network_, options_, layer);
  if (!ran_) {
    wrong_call("Program::kept", "a call of infer or train before it", "none");
  }
  if (last_ == nullptr) {
    return Tensor(ElementType::kF32, with_rows(0, network_.facts(index).output));
  }
  const auto s = last_->plan->step_of(index);
  return tensor_of(last_->plan->step(s).out, last_->plan->value(s), network_.facts(index).output);
}

Tensor CpuProgram::kept_gradient(std::string_view layer) const {
  const std::size_t index = kept_index(network_, options_, layer);
  if (last_backward_ < (last_ == nullptr ? 0 : static_cast<int>(last_->plan->step_of(index)))) {
    wrong_call("Program::kept_gradient of " + std::string(layer),
               "a call of train, or of backward from this layer or a later one", "none");
  }
  if (last_ == nullptr) {
    return Tensor(ElementType::kF32, with_rows(0, network_.facts(index).output));
  }
  const auto s = last_->plan->step_of(index);
  return tensor_of(last_->plan->step(s).out, last_->plan->gradient(s), network_.facts(index).output);
}

Tensor CpuProgram::input_gradient() const {
  if (!needs_input_gradient(options_) || last_backward_ < 0) {
    wrong_call("Program::input_gradient", "a call of backward of a program compiled with backward = input", "none");
  }
  if (last_ == nullptr) {
    return Tensor(ElementType::kF32, with_rows(0, network_.input()));
  }
  return last_->plan->input().input_gradient(last_->plan->gradient(0), network_.input());
}

MemoryReport CpuProgram::memory() const {
  MemoryReport report;
  report.arena_bytes = static_cast<std::int64_t>(arena_.size() * sizeof(float));
  report.parameter_bytes = parameters_->bytes();
  for (const auto& [rows, compiled] : compiled_) {
    const auto derived = static_cast<std::int64_t>(compiled.plan->derived_floats() * sizeof(float));
    report.parameter_bytes += derived;
    if (rows == options_.batch) {
      report.rows = compiled.plan->memory_rows();
    }
  }
  for (const FloatBuffer& gradient : gradients_) {
    report.parameter_bytes += static_cast<std::int64_t>(gradient.size() * sizeof(float));
  }
  report.rows.push_back(
      {is_whole() ? "weights, slots, derived forms and gradients" : "weights, slots and derived forms",
       report.parameter_bytes, -1});
  return report;
}

}  // namespace alexnet::cpu
