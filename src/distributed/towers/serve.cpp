#include <map>
#include <memory>
#include <optional>

#include "alexnet/distributed/towers.h"

#include "distributed/towers/options_text.h"
#include "distributed/towers/order.h"
#include "distributed/towers/parts.h"

namespace alexnet {
namespace distributed {
namespace {

using MakeBackend = std::function<std::shared_ptr<Backend>(std::string_view name)>;

/// A rank other than 0: does as it is told.
class TowerServer {
 public:
  TowerServer(MakeBackend make, std::shared_ptr<Communicator> communicator)
      : make_(std::move(make)), communicator_(std::move(communicator)) {}

  void run() {
    for (Order order = text_.receive(*communicator_); order != Order::kEnd; order = text_.receive(*communicator_)) {
      obey(order);
    }
  }

 private:
  void obey(Order order);
  void make_parameters();
  void compile();
  void train();
  [[nodiscard]] Program& program() { return *programs_.at(text_.get<std::uint32_t>()); }
  [[nodiscard]] Weights scattered(const std::vector<std::string>& names) const {
    return parts_->scatter(names, {}, type_);
  }

  MakeBackend make_;
  std::shared_ptr<Backend> backend_;
  std::shared_ptr<Communicator> communicator_;
  OrderText text_;
  std::unique_ptr<TowerParts> parts_;
  ElementType type_ = ElementType::kF32;
  std::shared_ptr<Parameters> parameters_;
  std::map<std::uint32_t, std::unique_ptr<Program>> programs_;
  Batch batch_;
  std::vector<double> whole_rates_;
  std::vector<double> rates_;
};

void TowerServer::obey(Order order) {
  switch (order) {
    case Order::kParameters:
      make_parameters();
      break;
    case Order::kRead:
      static_cast<void>(parts_->gather(parameters_->read()));
      break;
    case Order::kReadOne:
      static_cast<void>(parts_->gather(parts_->part_of(*parameters_, text_.get_text())));
      break;
    case Order::kWrite:
      parameters_->write(scattered(text_.get_names()));
      break;
    case Order::kReadSlot:
      static_cast<void>(parts_->gather(parameters_->read_slot(text_.get_text())));
      break;
    case Order::kWriteSlot: {
      const std::string slot = text_.get_text();
      parameters_->write_slot(slot, scattered(text_.get_names()));
      break;
    }
    case Order::kSetStep:
      parameters_->set_step(text_.get<std::int64_t>());
      break;
    case Order::kCompile:
      compile();
      break;
    case Order::kInfer: {
      Program& of_order = program();
      get_batch(text_, batch_);
      static_cast<void>(of_order.infer(batch_));
      break;
    }
    case Order::kTrain:
      train();
      break;
    case Order::kKept: {
      const Program& of_order = program();
      const std::string layer = text_.get_text();
      static_cast<void>(parts_->gather_activation(layer, of_order.kept(layer)));
      break;
    }
    case Order::kRelease:
      programs_.erase(text_.get<std::uint32_t>());
      break;
    case Order::kEnd:
      break;
  }
}

void TowerServer::make_parameters() {
  backend_ = make_(text_.get_text());
  const Network whole = Network::from_json(text_.get_text());
  const auto precision = text_.get<Precision>();
  type_ = precision == Precision::kF64 ? ElementType::kF64 : ElementType::kF32;
  parts_ = std::make_unique<TowerParts>(whole, *communicator_);
  parameters_ = backend_->parameters(parts_->tower(), scattered(parts_->names()), precision);
}

void TowerServer::compile() {
  const auto number = text_.get<std::uint32_t>();
  const CompileOptions options = parts_->options_for(get_options(text_), communicator_);
  programs_[number] = backend_->compile(parts_->tower(), parameters_, options);
}

void TowerServer::train() {
  Program& of_order = program();
  get_batch(text_, batch_);
  TrainCall call;
  call.update = text_.get<bool>();
  text_.get_list(whole_rates_);
  parts_->pick_rates(whole_rates_, rates_);
  call.rates = rates_;
  if (text_.get<bool>()) {
    call.observer = [this](const GradientView& part) {
      static_cast<void>(parts_->gather({{*part.name, part.logical()}}));
    };
  }
  static_cast<void>(of_order.train(batch_, call));
}

}  // namespace
}  // namespace distributed

void serve_tower(const std::function<std::shared_ptr<Backend>(std::string_view name)>& make,
                 const std::shared_ptr<Communicator>& communicator) {
  distributed::TowerServer(make, communicator).run();
}

}  // namespace alexnet
