#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/explain/heat.h"

namespace alexnet::explain {
namespace {

/// `count` places of a patch, spread evenly from edge to edge: round(i * room / (count - 1)).
std::vector<int> places(int side, int patch, int count) {
  const int room = side - patch;
  const int kept = std::min(count, room + 1);
  std::vector<int> starts;
  starts.reserve(static_cast<std::size_t>(kept));
  for (int i = 0; i < kept; ++i) {
    starts.push_back(kept == 1 ? room / 2 : static_cast<int>(std::lround(static_cast<double>(i) * room / (kept - 1))));
  }
  return starts;
}

Image with_patch(const Image& cut, int left, int top, int patch, std::uint8_t grey) {
  Image covered = cut;
  const auto channels = static_cast<std::size_t>(cut.channels);
  for (int y = top; y < top + patch; ++y) {
    std::uint8_t* first = covered.row(y) + static_cast<std::size_t>(left) * channels;
    std::fill_n(first, static_cast<std::size_t>(patch) * channels, grey);
  }
  return covered;
}

/// Of one axis: the first centre and the step.
std::pair<double, double> axis(const std::vector<int>& starts, int patch) {
  const auto gaps = static_cast<double>(starts.size() - 1);
  const double step = starts.size() > 1 ? (starts.back() - starts.front()) / gaps : 1;
  return {starts.front() + patch / 2.0, step};
}

int checked_patch(const Image& cut, const OcclusionOptions& options) {
  const int shorter = std::min(cut.width, cut.height);
  const int patch = options.patch == 0 ? std::max(1, shorter / 7) : options.patch;
  if (patch < 1 || patch > shorter || options.places < 1) {
    throw Error(Message::kWrongCall,
                {{"where", "occlusion"},
                 {"expected", fmt::format("a patch of 1 to {} pixels and at least 1 place", shorter)},
                 {"got", fmt::format("{} pixels, {} places", patch, options.places)}});
  }
  return patch;
}

}  // namespace

Occlusion occlusion(PhotoPass& pass, std::size_t class_index, const OcclusionOptions& options) {
  const Image& cut = pass.cut();
  const int patch = checked_patch(cut, options);
  const std::vector<int> columns = places(cut.width, patch, options.places);
  const std::vector<int> rows = places(cut.height, patch, options.places);
  std::vector<Image> covered;
  for (const int top : rows) {
    for (const int left : columns) {
      covered.push_back(with_patch(cut, left, top, patch, options.grey));
    }
  }
  const auto [x, step_x] = axis(columns, patch);
  const auto [y, step_y] = axis(rows, patch);
  Occlusion found{.patch = patch};
  found.scores = {.width = static_cast<int>(columns.size()),
                  .height = static_cast<int>(rows.size()),
                  .lattice = {.x = x, .y = y, .step_x = step_x, .step_y = step_y},
                  .reach = patch / 2.0};
  const bool probability = pass.network().output() == OutputKind::kProbabilities;
  if (probability) {
    found.points = found.scores;
  }
  const double score = pass.scores().at(class_index);
  const double value = pass.values()[class_index];
  for (const auto& scores : pass.scores_of(covered)) {
    found.scores.values.push_back(score - scores[class_index]);
    if (probability) {
      found.points.values.push_back(100 * (value - pass.values_of(scores)[class_index]));
    }
  }
  return found;
}

}  // namespace alexnet::explain
