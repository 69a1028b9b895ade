#include "distributed/towers/root.h"

#include <algorithm>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"

#include "distributed/towers/options_text.h"

namespace alexnet::distributed {
namespace {

ElementType element_type(Precision precision) {
  return precision == Precision::kF64 ? ElementType::kF64 : ElementType::kF32;
}

[[noreturn]] void only_infers_and_trains(std::string where) {
  throw Error(Message::kWrongCall, {{"where", std::move(where)},
                                    {"expected", "infer, train and kept of a program in towers"},
                                    {"got", "a call that needs the whole network in one place"}});
}

/// Names of the weights; refuses those that are none of `specs`, or have another shape.
std::vector<std::string> known_names(const Weights& weights, const std::vector<ParameterSpec>& specs) {
  std::vector<std::string> names;
  for (const std::size_t place : places_of(weights, specs)) {
    names.push_back(specs[place].name);
  }
  return names;
}

}  // namespace

TowerLine::~TowerLine() {
  text_.clear();
  give_at_end(Order::kEnd);
}

/// Whatever failed before has its own error, which ends the other ranks.
void TowerLine::give_at_end(Order order) noexcept {
  try {
    if (in_order_) {
      give(order);
    }
  } catch (const std::exception&) {
    communicator_->abort("rank 0 cannot reach the other towers");
  }
}

void TowerLine::give(Order order, const std::function<void()>& own_share) {
  if (!std::exchange(in_order_, false)) {
    throw Error(Message::kCommunication, {{"where", "the towers"}, {"reason", "an earlier call to them failed"}});
  }
  text_.send(order, *communicator_);
  if (own_share) {
    own_share();
  }
  in_order_ = true;
}

void TowerLine::release(std::uint32_t program) noexcept {
  text().put(program);
  give_at_end(Order::kRelease);
}

TowerParameters::TowerParameters(std::shared_ptr<TowerLine> line, const Backend& backend, const Network& whole,
                                 const Weights& weights, Precision precision)
    : line_(std::move(line)), parts_(whole, *line_->communicator()), type_(element_type(precision)) {
  check_weights(whole, weights, "the given weights");
  OrderText& text = line_->text();
  text.put(backend.name());
  text.put(std::string_view(whole.to_json()));
  text.put(precision);
  line_->give(Order::kParameters, [&] {
    own_ = backend.parameters(parts_.tower(), parts_.scatter(parts_.names(), weights, type_), precision);
  });
}

Weights TowerParameters::read() const {
  Weights whole;
  static_cast<void>(line_->text());
  line_->give(Order::kRead, [&] { whole = parts_.gather(own_->read()); });
  return whole;
}

Tensor TowerParameters::read(std::size_t parameter) const {
  const std::string& name = network().parameters()[parameter].name;
  Weights whole;
  line_->text().put(std::string_view(name));
  line_->give(Order::kReadOne, [&] { whole = parts_.gather(parts_.part_of(*own_, name)); });
  return std::move(whole.at(name));
}

void TowerParameters::write(const Weights& weights) {
  const auto names = known_names(weights, network().parameters());
  line_->text().put_names(names);
  line_->give(Order::kWrite, [&] { own_->write(parts_.scatter(names, weights, type_)); });
}

Weights TowerParameters::read_slot(std::string_view slot) const {
  const Weights own = own_->read_slot(slot);
  Weights whole;
  line_->text().put(slot);
  line_->give(Order::kReadSlot, [&] { whole = parts_.gather(own); });
  return whole;
}

void TowerParameters::write_slot(std::string_view slot, const Weights& values) {
  const auto names = known_names(values, network().trainable());
  OrderText& text = line_->text();
  text.put(slot);
  text.put_names(names);
  line_->give(Order::kWriteSlot, [&] { own_->write_slot(slot, parts_.scatter(names, values, type_)); });
}

void TowerParameters::set_step(std::int64_t step) {
  line_->text().put(step);
  line_->give(Order::kSetStep, [&] { own_->set_step(step); });
}

TowerProgram::TowerProgram(std::shared_ptr<TowerLine> line, const Backend& backend,
                           std::shared_ptr<TowerParameters> parameters, CompileOptions options)
    : line_(std::move(line)),
      parameters_(std::move(parameters)),
      options_(std::move(options)),
      loss_(options_.loss.value_or(loss_for(network().output()))),
      trainable_(network().trainable().size()),
      number_(line_->new_program()) {
  const TowerParts& parts = parameters_->parts();
  own_ = backend.compile(parts.tower(), parameters_->own(), parts.options_for(options_, line_->communicator()));
  OrderText& text = line_->text();
  text.put(number_);
  put_options(text, options_);
  line_->give(Order::kCompile);
}

TowerProgram::~TowerProgram() { line_->release(number_); }

OrderText& TowerProgram::text_of(const Batch& batch) {
  OrderText& text = line_->text();
  text.put(number_);
  put_batch(text, batch);
  return text;
}

const Tensor& TowerProgram::infer(const Batch& batch) {
  check_batch(network(), batch, options_.batch);
  static_cast<void>(text_of(batch));
  const Tensor* scores = nullptr;
  line_->give(Order::kInfer, [&] { scores = &own_->infer(batch); });
  return *scores;
}

TrainResult TowerProgram::train(const Batch& batch, const TrainCall& call) {
  if (call.before_update || call.loss) {
    only_infers_and_trains(call.loss ? "TrainCall::loss" : "TrainCall::before_update");
  }
  check_train_call(options_, trainable_, call);
  check_batch(network(), batch, options_.batch);
  check_labels(network(), batch, loss_);
  OrderText& text = text_of(batch);
  text.put(call.update);
  text.put_list(call.rates);
  const bool is_observed = static_cast<bool>(call.observer);
  text.put(is_observed);
  TrainCall own = call;
  if (is_observed) {
    own.observer = [&](const GradientView& part) { show_whole(part, call.observer); };
  }
  parameters_->parts().pick_rates(call.rates, rates_);
  own.rates = rates_;
  TrainResult result;
  line_->give(Order::kTrain, [&] { result = own_->train(batch, own); });
  return result;
}

/// While the others give their parts of the same gradient.
void TowerProgram::show_whole(const GradientView& part, const GradientObserver& observer) const {
  Weights whole = parameters_->parts().gather({{*part.name, part.logical()}});
  Tensor& gradient = whole.begin()->second;
  GradientView view;
  view.parameter = parameters_->parts().place_in_whole(part.parameter);
  view.name = part.name;
  if (gradient.type() == ElementType::kF64) {
    view.values64 = gradient.as<double>();
  } else {
    view.values = gradient.as<float>();
  }
  view.logical = [&gradient] { return gradient; };
  view.assign = [](const Tensor&) { only_infers_and_trains("GradientView::assign"); };
  observer(view);
}

Tensor TowerProgram::kept(std::string_view layer) const {
  static_cast<void>(kept_index(network(), options_, layer));
  Tensor own = own_->kept(layer);
  if (parameters_->parts().is_root_alone(layer)) {
    return own;
  }
  OrderText& text = line_->text();
  text.put(number_);
  text.put(layer);
  Tensor whole;
  line_->give(Order::kKept, [&] { whole = parameters_->parts().gather_activation(layer, std::move(own)); });
  return whole;
}

void TowerProgram::update(std::span<const double> /*rates*/) { only_infers_and_trains("Program::update"); }

void TowerProgram::backward(std::string_view /*layer*/, const Tensor& /*gradient*/) {
  only_infers_and_trains("Program::backward");
}

Tensor TowerProgram::kept_gradient(std::string_view /*layer*/) const {
  only_infers_and_trains("Program::kept_gradient");
}

Tensor TowerProgram::input_gradient() const { only_infers_and_trains("Program::input_gradient"); }

namespace {

class TowerBackend final : public Backend {
 public:
  TowerBackend(std::shared_ptr<const Backend> backend, std::shared_ptr<Communicator> communicator)
      : backend_(std::move(backend)), line_(std::make_shared<TowerLine>(std::move(communicator))) {}

  [[nodiscard]] std::string_view name() const override { return backend_->name(); }
  [[nodiscard]] std::vector<std::string> description() const override { return backend_->description(); }
  [[nodiscard]] bool supports(const Layer& layer, Precision precision) const override {
    return backend_->supports(layer, precision);
  }
  /// Ranges of 8-bit integers are not sent to the other towers.
  [[nodiscard]] Support support(Precision precision) const override {
    return precision == Precision::kI8 ? Support::kNone : backend_->support(precision);
  }
  [[nodiscard]] std::shared_ptr<Parameters> parameters(const Network& network, Weights weights,
                                                       Precision precision) const override {
    return std::make_shared<TowerParameters>(line_, *backend_, network, weights, precision);
  }
  [[nodiscard]] std::unique_ptr<Program> compile(const Network& network, std::shared_ptr<Parameters> parameters,
                                                 const CompileOptions& options) const override {
    check_compile(*this, network, options);
    auto own = std::dynamic_pointer_cast<TowerParameters>(std::move(parameters));
    if (!own || !(own->network() == network)) {
      throw Error(Message::kWrongCall, {{"where", "Backend::compile, parameters"},
                                        {"expected", "parameters of this network that were made by this backend"},
                                        {"got", "others"}});
    }
    return std::make_unique<TowerProgram>(line_, *backend_, std::move(own), options);
  }

 private:
  std::shared_ptr<const Backend> backend_;
  std::shared_ptr<TowerLine> line_;
};

}  // namespace
}  // namespace alexnet::distributed

namespace alexnet {

std::shared_ptr<Backend> make_tower_backend(std::shared_ptr<const Backend> backend,
                                            std::shared_ptr<Communicator> communicator) {
  return std::make_shared<distributed::TowerBackend>(std::move(backend), std::move(communicator));
}

}  // namespace alexnet
