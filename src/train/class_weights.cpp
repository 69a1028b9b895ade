#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/train/recipe.h"

#include "data/csv_reader.h"
#include "train/recipe_text.h"

namespace alexnet {
namespace {

/// Of a file with the columns class,weight: one for each class.
std::vector<double> weights_of_file(const std::filesystem::path& path, const std::vector<std::string>& classes) {
  const std::string text = read_text(path);
  CsvReader reader(text, path, "class,weight");
  std::vector<double> weights(classes.size());
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    const auto fields = reader.record();
    const auto found = std::ranges::find(classes, fields[0]);
    if (found == classes.end()) {
      reject_csv(path, line, fmt::format("a class of the photos ({})", fmt::join(classes, ", ")), fields[0]);
    }
    double& weight = weights[static_cast<std::size_t>(found - classes.begin())];
    if (weight != 0) {
      reject_csv(path, line, "each class once", fields[0] + " a second time");
    }
    if (!parse_number(fields[1], weight) || !std::isfinite(weight) || weight <= 0) {
      reject_csv(path, line, "a weight above 0", fields[1]);
    }
  }
  std::vector<std::string> missing;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (weights[c] == 0) {
      missing.push_back(classes[c]);
    }
  }
  if (!missing.empty()) {
    throw Error(Message::kFileFormat, {{"where", path.string()},
                                       {"expected", "a weight for every class"},
                                       {"got", fmt::format("none for {}", fmt::join(missing, ", "))}});
  }
  return weights;
}

/// What a class of n photos weighs before all are scaled.
double weight_of(ClassWeights kind, std::int64_t n) {
  // Effective number of n photos: (1 - b^n) / (1 - b). Source: Cui et al. 2019, with b = 0.999.
  constexpr double kBeta = 0.999;
  const auto number = static_cast<double>(n);
  const double effective = kind == ClassWeights::kBalanced ? number : (1 - std::pow(kBeta, number)) / (1 - kBeta);
  return n == 0 ? 0 : 1 / effective;
}

}  // namespace

std::vector<float> class_weights_for(const Recipe& recipe, const std::vector<std::string>& classes,
                                     const std::vector<std::int64_t>& photos) {
  std::vector<double> weights;
  if (recipe.class_weights == ClassWeights::kNone) {
    return {};
  }
  if (recipe.class_weights == ClassWeights::kFile) {
    weights = weights_of_file(recipe.class_weights_file, classes);
  } else {
    std::ranges::transform(photos, std::back_inserter(weights),
                           [&](std::int64_t n) { return weight_of(recipe.class_weights, n); });
  }
  double sum = 0;  // over photos
  double count = 0;
  for (std::size_t c = 0; c < photos.size(); ++c) {
    sum += weights[c] * static_cast<double>(photos[c]);
    count += static_cast<double>(photos[c]);
  }
  std::vector<float> scaled;
  std::ranges::transform(weights, std::back_inserter(scaled),
                         [&](double w) { return static_cast<float>(w * count / sum); });
  return scaled;
}

std::vector<std::int64_t> training_photos(const Dataset& dataset, const Split& split) {
  std::vector<std::int64_t> photos(dataset.classes().size());
  for (const std::size_t item : split.items(Part::kTrain)) {
    ++photos[static_cast<std::size_t>(dataset.items()[item].label)];
  }
  return photos;
}

}  // namespace alexnet
