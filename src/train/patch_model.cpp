#include "train/patch_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"

namespace alexnet {
namespace {

constexpr int kChannels = 3;
constexpr double kRidge = 1e-3;          // of pixels from 0 to 1
constexpr double kLeastContrast = 0.03;  // deviation of a patch that may be a filter
constexpr float kThreshold = 1;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

/// A part of a photo as (C,H,W) from 0 to 1, less its mean.
Vector patch_at(const Image& photo, int left, int top, int side) {
  Vector patch;
  patch.reserve(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * kChannels);
  for (int c = 0; c < kChannels; ++c) {
    for (int y = top; y < top + side; ++y) {
      for (int x = left; x < left + side; ++x) {
        patch.push_back(photo.row(y)[x * kChannels + c] / 255.0);
      }
    }
  }
  const double mean = std::accumulate(patch.begin(), patch.end(), 0.0) / static_cast<double>(patch.size());
  std::ranges::for_each(patch, [&](double& value) { value -= mean; });
  return patch;
}

/// Patches of photos and places drawn at random, about as many from each photo that is looked at.
std::vector<Vector> draw_patches(const Dataset& dataset, const std::vector<std::size_t>& items,
                                 const Geometry& geometry, const PatchOptions& options) {
  constexpr std::int64_t kPhotos = 400;  // enough of a set to be like it, few enough to decode on the side
  RandomStream draws(options.seed, Purpose::kPatches);
  const auto order = permutation(static_cast<std::int64_t>(items.size()), draws);
  const auto photos = std::min<std::int64_t>(kPhotos, static_cast<std::int64_t>(items.size()));
  const auto places = static_cast<std::uint64_t>(options.side - options.patch) + 1;
  std::vector<Vector> patches;
  for (std::int64_t i = 0; i < photos; ++i) {
    try {
      const auto item = items[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
      const Image photo = prepare(dataset.load(item, geometry.apply_orientation), geometry);
      for (std::int64_t n = 0; n < (options.sampled + photos - 1) / photos; ++n) {
        const auto left = static_cast<int>(draws.below(places));
        const auto top = static_cast<int>(draws.below(places));
        patches.push_back(patch_at(photo, left, top, options.patch));
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kBadData) {
        throw;
      }
    }
  }
  return patches;
}

/// L of the Cholesky decomposition L L^T of the patches' covariance plus kRidge on its diagonal.
std::vector<Vector> whitener(const std::vector<Vector>& patches) {
  const std::size_t size = patches.front().size();
  const auto count = static_cast<double>(patches.size());
  Vector mean(size, 0.0);
  for (const auto& patch : patches) {
    std::ranges::transform(mean, patch, mean.begin(), [&](double sum, double value) { return sum + value / count; });
  }
  std::vector<Vector> matrix(size, Vector(size, 0.0));
  for (const auto& patch : patches) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        matrix[i][j] += (patch[i] - mean[i]) * (patch[j] - mean[j]) / count;
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    matrix[i][i] += kRidge;
    for (std::size_t j = 0; j <= i; ++j) {
      const double rest =
          matrix[i][j] - std::inner_product(matrix[i].begin(), matrix[i].begin() + static_cast<std::ptrdiff_t>(j),
                                            matrix[j].begin(), 0.0);
      matrix[i][j] = i == j ? std::sqrt(rest) : rest / matrix[j][j];
    }
  }
  return matrix;
}

/// (L L^T)^-1 b, by substitution forward and back.
Vector solve(const std::vector<Vector>& l, Vector b) {
  const std::size_t size = b.size();
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      b[i] -= l[i][j] * b[j];
    }
    b[i] /= l[i][i];
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t j = i + 1; j < size; ++j) {
      b[i] -= l[j][i] * b[j];
    }
    b[i] /= l[i][i];
  }
  return b;
}

/// The first patches that are not nearly one colour, spread over all of them.
std::vector<Vector> make_filters(const std::vector<Vector>& patches, int count) {
  const auto l = whitener(patches);
  std::vector<Vector> filters;
  const std::size_t step = std::max<std::size_t>(1, patches.size() / (4 * static_cast<std::size_t>(count)));
  for (std::size_t i = 0; i < patches.size() && filters.size() < static_cast<std::size_t>(count); i += step) {
    const auto& patch = patches[i];
    if (dot(patch, patch) < kLeastContrast * kLeastContrast * static_cast<double>(patch.size())) {
      continue;
    }
    Vector filter = solve(l, patch);
    const double length = std::sqrt(dot(patch, filter));
    std::ranges::for_each(filter, [&](double& value) { value /= length; });
    filters.push_back(std::move(filter));
  }
  return filters;
}

Network patch_network(int filters, const PatchOptions& options) {
  const int map = options.side - options.patch + 1;
  const int stride = map / options.cells;
  return Network(
      {.name = "patches",
       .input = {kChannels, options.side, options.side},
       .layers = {Normalize{.name = "normalize"},
                  Conv2D{.name = "patches", .filters = 2 * filters, .kernel = options.patch}, ReLU{.name = "relu"},
                  AvgPool2D{.name = "cells", .window = map - (options.cells - 1) * stride, .stride = stride},
                  Flatten{.name = "flatten"}},
       .output = OutputKind::kScores});
}

}  // namespace

Model patch_model(const Dataset& dataset, const std::vector<std::size_t>& items, const PatchOptions& options) {
  const Geometry geometry{.channels = kChannels,
                          .mode = ResizeMode::kCrop,
                          .resize = options.side,
                          .width = options.side,
                          .height = options.side};
  const auto patches = draw_patches(dataset, items, geometry, options);
  const auto filters = patches.empty() ? std::vector<Vector>() : make_filters(patches, options.filters);
  if (filters.empty()) {
    throw Error(Message::kTooFewPhotos, {{"where", dataset.name()},
                                         {"expected", "photos that can be read and are not of one colour"},
                                         {"got", "none"}});
  }
  const int count = static_cast<int>(filters.size());
  Network network = patch_network(count, options);
  Tensor weight(ElementType::kF32, {2 * count, kChannels, options.patch, options.patch});
  auto values = weight.as<float>();
  for (const float sign : {1.0F, -1.0F}) {
    for (const auto& filter : filters) {
      std::ranges::transform(filter, values.begin(), [&](double value) { return sign * static_cast<float>(value); });
      values = values.subspan(filter.size());
    }
  }
  Tensor bias(ElementType::kF32, {2 * count});
  std::ranges::fill(bias.as<float>(), -kThreshold);
  Weights weights;
  weights.emplace("patches.weight", std::move(weight));
  weights.emplace("patches.bias", std::move(bias));
  return {.network = std::move(network), .weights = std::move(weights), .geometry = geometry, .classes = {}};
}

}  // namespace alexnet
