#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/distributed/hybrid.h"
#include "alexnet/runtime/checks.h"

#include "distributed/hybrid/program.h"

namespace alexnet {
namespace distributed {
namespace {

[[noreturn]] void wrong_option(std::string where, std::string expected, std::string got) {
  throw Error(Message::kWrongCall,
              {{"where", std::move(where)}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

class HybridBackend final : public Backend {
 public:
  HybridBackend(std::shared_ptr<const Backend> backend, std::shared_ptr<Communicator> communicator, HybridScheme scheme)
      : backend_(std::move(backend)), communicator_(std::move(communicator)), scheme_(scheme) {}

  [[nodiscard]] std::string_view name() const override { return backend_->name(); }
  [[nodiscard]] std::vector<std::string> description() const override { return backend_->description(); }
  [[nodiscard]] bool supports(const Layer& layer, Precision precision) const override {
    return backend_->supports(layer, precision);
  }
  [[nodiscard]] Support support(Precision precision) const override { return backend_->support(precision); }
  [[nodiscard]] std::shared_ptr<Parameters> parameters(const Network& network, Weights weights,
                                                       Precision precision) const override {
    return std::make_shared<HybridParameters>(*backend_, communicator_, network, weights, precision);
  }
  [[nodiscard]] std::unique_ptr<Program> compile(const Network& network, std::shared_ptr<Parameters> parameters,
                                                 const CompileOptions& options) const override {
    auto own = std::dynamic_pointer_cast<HybridParameters>(std::move(parameters));
    if (!own || !(own->network() == network)) {
      wrong_option("Backend::compile, parameters", "parameters of this network that were made by this backend",
                   "others");
    }
    if (options.backward != Backward::kAll) {
      return backend_->compile(network, own->whole(), options);
    }
    check_training(own->dense()->network(), options);
    return std::make_unique<HybridProgram>(*backend_, std::move(own), options, communicator_, scheme_);
  }

 private:
  void check_training(const Network& dense, const CompileOptions& options) const {
    if (options.update && std::holds_alternative<Lars>(*options.update)) {
      wrong_option("CompileOptions::update", "another rule than Lars in a hybrid, which holds no dense weight whole",
                   "Lars");
    }
    if (!options.kept.empty()) {
      wrong_option("CompileOptions::kept", "no layers, in a hybrid that trains", options.kept.front());
    }
    for (const Layer& layer : dense.layers()) {
      if (scheme_ == HybridScheme::kInTurn && std::holds_alternative<BatchNorm>(layer)) {
        wrong_option(name_of(layer), "no batch normalisation behind a dense layer that sees the ranks in turn",
                     "batch_norm");
      }
    }
  }

  std::shared_ptr<const Backend> backend_;
  std::shared_ptr<Communicator> communicator_;
  HybridScheme scheme_;
};

}  // namespace
}  // namespace distributed

std::shared_ptr<Backend> make_hybrid_backend(std::shared_ptr<const Backend> backend,
                                             std::shared_ptr<Communicator> communicator, HybridScheme scheme) {
  return std::make_shared<distributed::HybridBackend>(std::move(backend), std::move(communicator), scheme);
}

}  // namespace alexnet
