#include "equality/cases.h"

#include <algorithm>

#include "alexnet/models/models.h"

#include "equality/scaled_down.h"

namespace alexnet::test {
namespace {

constexpr int kClasses = 7;  // make_batch gives them to the rows in turn

}  // namespace

std::vector<std::string> equality_groups() {
  std::vector<std::string> groups = layer_kinds();
  std::erase_if(groups, is_for_kernels);
  for (const models::Preset& preset : models::presets()) {
    groups.push_back(preset.name);
  }
  return groups;
}

std::vector<LayerCase> equality_cases(const std::string& group) {
  std::vector<LayerCase> cases = cases_of(group);
  for (LayerCase& layer_case : cases) {
    if (layer_case.statistics == Statistics::kTraining) {
      layer_case.network = without_dropout(layer_case.network);
    }
  }
  if (cases.empty()) {
    cases.push_back({.name = group,
                     .kind = "network",
                     .network = scaled_down(models::by_name(group, kClasses)),
                     .bytes = true,
                     .facts = true});
  }
  return cases;
}

// Few: layers are compared element by element. A network needs more: where batch normalisation sees one value a row, as
// behind dense layers, few rows that lie close blow up every rounding before them.
int equality_rows(const LayerCase& layer_case) { return layer_case.kind == "network" ? 8 : 4; }

Batch equality_batch(const LayerCase& layer_case, int rows) {
  return make_batch(layer_case, rows, rows, ElementType::kF64);
}

Weights equality_weights(const LayerCase& layer_case) { return make_weights(layer_case, ElementType::kF64); }

Tensor equality_upstream(const LayerCase& layer_case, int rows) {
  return random_tensor({rows, layer_case.network.classes()}, 1, ElementType::kF64);
}

}  // namespace alexnet::test
