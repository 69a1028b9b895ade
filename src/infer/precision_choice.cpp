#include "alexnet/infer/precision_choice.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

constexpr std::array<std::pair<std::string_view, PrecisionChoice>, 5> kChoices = {{{"model", PrecisionChoice::kModel},
                                                                                   {"auto", PrecisionChoice::kAuto},
                                                                                   {"f32", PrecisionChoice::kF32},
                                                                                   {"bf16", PrecisionChoice::kBF16},
                                                                                   {"i8", PrecisionChoice::kI8}}};

}  // namespace

PrecisionChoice precision_choice(std::string_view name) {
  std::vector<std::string> names;
  names.reserve(kChoices.size());
  for (const auto& [known, choice] : kChoices) {
    if (known == name) {
      return choice;
    }
    names.emplace_back(known);
  }
  throw Error(Message::kUnknownName, {{"kind", "precision"},
                                      {"where", std::string(name)},
                                      {"known", "model, auto, f32, bf16, i8"},
                                      {"nearest", nearest_name(name, names)}});
}

Precision choose_precision(PrecisionChoice choice, const Backend& backend) {
  switch (choice) {
    case PrecisionChoice::kBF16:
      return Precision::kBF16;
    case PrecisionChoice::kI8:
      return Precision::kI8;
    case PrecisionChoice::kAuto:
      return backend.support(Precision::kBF16) == Support::kFast ? Precision::kBF16 : Precision::kF32;
    case PrecisionChoice::kModel:
    case PrecisionChoice::kF32:
      break;
  }
  return Precision::kF32;
}

Precision choose_precision(PrecisionChoice choice, const Backend& backend, const Model& model) {
  const bool calibrated = !model.input_ranges.empty();
  if (choice == PrecisionChoice::kI8 && !calibrated) {
    throw Error(Message::kNotCalibrated, {{"where", "the model of network " + model.network.name()}});
  }
  const bool as_suits = choice == PrecisionChoice::kModel || choice == PrecisionChoice::kAuto;
  if (as_suits && calibrated && backend.support(Precision::kI8) == Support::kFast) {
    return Precision::kI8;
  }
  return choose_precision(choice, backend);
}

}  // namespace alexnet
