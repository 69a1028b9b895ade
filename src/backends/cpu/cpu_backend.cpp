#include "alexnet/backends/cpu_backend.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <omp.h>
#include <sched.h>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"

#include "core/machine.h"
#include "kernels/kernels.h"
#include "onednn/weight_layout.h"
#include "program.h"

namespace alexnet {
namespace cpu {
namespace {

[[noreturn]] void wrong_parameters(std::string expected, std::string got) {
  throw Error(Message::kWrongCall,
              {{"where", "Backend::compile, parameters"}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(int threads) : threads_(threads > 0 ? threads : omp_get_num_procs()) {}

  [[nodiscard]] std::string_view name() const override { return "cpu"; }
  [[nodiscard]] std::vector<std::string> description() const override {
    return {processor_name(), onednn::library_version() + " on " + onednn::instruction_set(),
            std::string("own kernels for ") + kernels().name, std::to_string(threads_) + " threads"};
  }

  /// A window's place of the maximum is kept in a byte.
  [[nodiscard]] bool supports(const Layer& layer, Precision) const override {
    const auto* pool = std::get_if<MaxPool2D>(&layer);
    return pool == nullptr || pool->window <= 16;
  }

  [[nodiscard]] Support support(Precision precision) const override {
    switch (precision) {
      case Precision::kF32:
        return Support::kFast;
      case Precision::kBF16:
        return onednn::bf16_support();
      case Precision::kI8:
        return onednn::has_int8() || onednn::vector_set() != onednn::VectorSet::kBaseline ? Support::kFast
                                                                                          : Support::kEmulated;
      case Precision::kF64:
        break;
    }
    return Support::kNone;
  }

  [[nodiscard]] std::shared_ptr<Parameters> parameters(const Network& network, Weights weights,
                                                       Precision precision) const override {
    if (precision == Precision::kF64) {
      throw Error(Message::kWrongCall, {{"where", "parameters of backend cpu"}, {"expected", "f32"}, {"got", "f64"}});
    }
    check_weights(network, weights, "the given weights");
    return std::make_shared<CpuParameters>(network, std::move(weights));
  }

  [[nodiscard]] std::unique_ptr<Program> compile(const Network& network, std::shared_ptr<Parameters> parameters,
                                                 const CompileOptions& options) const override {
    check_compile(*this, network, options);
    auto own = std::dynamic_pointer_cast<CpuParameters>(std::move(parameters));
    if (!own) {
      wrong_parameters("parameters made by backend cpu", "those of another backend, or none");
    }
    if (!(own->network() == network)) {
      wrong_parameters("parameters of network " + network.name(), "those of network " + own->network().name());
    }
    return std::make_unique<CpuProgram>(std::move(own), options, options.threads > 0 ? options.threads : threads_);
  }

 private:
  int threads_;
};

}  // namespace
}  // namespace cpu

std::shared_ptr<Backend> make_cpu_backend(int threads) { return std::make_shared<cpu::CpuBackend>(threads); }

}  // namespace alexnet
