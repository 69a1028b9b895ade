#include "alexnet/infer/views.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"center", "ten", "nine"};

std::vector<Cut> five_cuts(const Geometry& geometry, const Cut& centre) {
  const int right = geometry.resize - geometry.width;
  const int bottom = geometry.resize - geometry.height;
  return {{.left = 0, .top = 0},
          {.left = right, .top = 0},
          centre,
          {.left = 0, .top = bottom},
          {.left = right, .top = bottom}};
}

std::vector<Cut> ten_cuts(const Geometry& geometry, const Cut& centre) {
  std::vector<Cut> cuts = five_cuts(geometry, centre);
  for (Cut cut : five_cuts(geometry, centre)) {
    cut.flipped = true;
    cuts.push_back(cut);
  }
  return cuts;
}

std::vector<Cut> nine_cuts(const Geometry& geometry, const Cut& centre) {
  std::vector<Cut> cuts;
  for (const int top : {0, centre.top, geometry.resize - geometry.height}) {
    for (const int left : {0, centre.left, geometry.resize - geometry.width}) {
      cuts.push_back({.left = left, .top = top});
    }
  }
  return cuts;
}

/// log(sum of exp(x)), the largest x taken out first: no exp overflows.
double log_sum_exp(std::span<const double> x) {
  const double largest = *std::max_element(x.begin(), x.end());
  double sum = 0;
  for (const double value : x) {
    sum += std::exp(value - largest);
  }
  return largest + std::log(sum);
}

/// mean[j] = sum over rows of w s[j]
std::vector<double> mean_of_scores(std::span<const std::vector<double>> rows, std::span<const double> weights) {
  std::vector<double> mean(rows[0].size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t j = 0; j < mean.size(); ++j) {
      mean[j] += weights[r] * rows[r][j];
    }
  }
  return mean;
}

/// mean[j] = log(sum over rows of w softmax(s)[j]) = log(sum over rows of exp(s[j] - log_sum_exp(s) + log(w)))
std::vector<double> log_of_mean_probabilities(std::span<const std::vector<double>> rows,
                                              std::span<const double> weights) {
  std::vector<double> offsets;
  std::vector<std::size_t> counted;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (weights[r] > 0) {
      counted.push_back(r);
      offsets.push_back(std::log(weights[r]) - log_sum_exp(rows[r]));
    }
  }
  std::vector<double> mean(rows[0].size());
  std::vector<double> terms(counted.size());
  for (std::size_t j = 0; j < mean.size(); ++j) {
    for (std::size_t k = 0; k < counted.size(); ++k) {
      terms[k] = rows[counted[k]][j] + offsets[k];
    }
    mean[j] = log_sum_exp(terms);
  }
  return mean;
}

}  // namespace

std::string_view name_of(Views views) { return kNames.at(static_cast<std::size_t>(views)); }

Views views_by_name(std::string_view name) {
  const std::vector<std::string> names(kNames.begin(), kNames.end());
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    throw Error(Message::kUnknownName, {{"kind", "views"},
                                        {"where", std::string(name)},
                                        {"nearest", nearest_name(name, names)},
                                        {"known", fmt::format("{}", fmt::join(names, ", "))}});
  }
  return static_cast<Views>(found - names.begin());
}

std::vector<Cut> cuts_of(Views views, const Geometry& geometry) {
  const Cut centre = centre_cut(geometry);
  if (views == Views::kCenter) {
    return {centre};
  }
  if (geometry.resize <= std::min(geometry.width, geometry.height)) {
    throw Error(
        Message::kOptionInvalid,
        {{"where", fmt::format("views {}", name_of(views))},
         {"expected", "a model that sees parts of a larger square, as 224x224 of 256"},
         {"got", fmt::format("{}x{} of a square of {}: the whole", geometry.width, geometry.height, geometry.resize)},
         {"hint", "use --views center, or train with --crop random or a larger --resize"}});
  }
  return views == Views::kTen ? ten_cuts(geometry, centre) : nine_cuts(geometry, centre);
}

std::vector<double> mean_scores(std::span<const std::vector<double>> rows, std::span<const double> weights,
                                OutputKind output) {
  if (rows.size() == 1) {
    return rows[0];
  }
  const std::vector<double> equal(weights.empty() ? rows.size() : 0, 1.0 / static_cast<double>(rows.size()));
  const auto share = weights.empty() ? std::span<const double>(equal) : weights;
  return output == OutputKind::kScores ? mean_of_scores(rows, share) : log_of_mean_probabilities(rows, share);
}

}  // namespace alexnet
