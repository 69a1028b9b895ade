#include "alexnet/backends/reference_backend.h"

#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"

#include "backends/reference/parameters.h"
#include "backends/reference/program.h"

namespace alexnet {
namespace reference {
namespace {

ElementType element_type(Precision precision) {
  return precision == Precision::kF64 ? ElementType::kF64 : ElementType::kF32;
}

[[noreturn]] void wrong_parameters(std::string expected, std::string got) {
  throw Error(Message::kWrongCall,
              {{"where", "Backend::compile, parameters"}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

class ReferenceBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "reference"; }
  [[nodiscard]] std::vector<std::string> description() const override {
    return {"plain loops on one thread, sums in double"};
  }
  [[nodiscard]] bool supports(const Layer&, Precision) const override { return true; }
  [[nodiscard]] Support support(Precision) const override { return Support::kNative; }

  [[nodiscard]] std::shared_ptr<Parameters> parameters(const Network& network, Weights weights,
                                                       Precision precision) const override {
    check_weights(network, weights, "the given weights");
    return std::make_shared<ReferenceParameters>(network, weights, element_type(precision));
  }

  [[nodiscard]] std::unique_ptr<Program> compile(const Network& network, std::shared_ptr<Parameters> parameters,
                                                 const CompileOptions& options) const override {
    check_compile(*this, network, options);
    auto own = std::dynamic_pointer_cast<ReferenceParameters>(std::move(parameters));
    if (!own) {
      wrong_parameters("parameters made by backend reference", "those of another backend, or none");
    }
    if (!(own->network() == network)) {
      wrong_parameters("parameters of network " + network.name(), "those of network " + own->network().name());
    }
    if (own->type() != element_type(options.precision)) {
      wrong_parameters(std::string(name_of(element_type(options.precision))), std::string(name_of(own->type())));
    }
    if (options.precision == Precision::kF64) {
      return std::make_unique<ReferenceProgram<double>>(std::move(own), options);
    }
    return std::make_unique<ReferenceProgram<float>>(std::move(own), options);
  }
};

}  // namespace
}  // namespace reference

std::shared_ptr<Backend> make_reference_backend() { return std::make_shared<reference::ReferenceBackend>(); }

}  // namespace alexnet
