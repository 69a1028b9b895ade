#include "train/team.h"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

namespace alexnet {

/// Lengths first, then the lists, each padded to the longest.
std::vector<std::byte> Team::joined_bytes(std::span<const std::byte> mine, bool everywhere) const {
  const std::vector<std::size_t> lengths = told(mine.size());
  const std::size_t longest = *std::ranges::max_element(lengths);
  std::vector<std::byte> padded(mine.begin(), mine.end());
  padded.resize(longest);
  std::vector<std::byte> all(everywhere || leads() ? longest * lengths.size() : 0);
  if (everywhere) {
    ranks_->all_gather(padded, all);
  } else {
    ranks_->gather(padded, all, 0);
  }
  auto end = all.begin();
  for (std::size_t rank = 0; !all.empty() && rank < lengths.size(); ++rank) {
    const auto* const part = all.data() + rank * longest;
    end = std::copy(part, part + lengths[rank], end);  // to the left: nothing is overwritten before it is read
  }
  all.erase(end, all.end());
  return all;
}

std::vector<BadPhoto> Team::joined(const std::vector<BadPhoto>& mine) const {
  if (is_alone()) {
    return mine;
  }
  // One document a line: names and reasons hold no line ends as JSON.
  std::string text;
  for (const BadPhoto& photo : mine) {
    const nlohmann::json document = {photo.item, photo.path, photo.reason};
    text += document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  const std::vector<char> all = joined(std::vector<char>(text.begin(), text.end()));
  std::vector<BadPhoto> photos;
  for (auto line = all.begin(); line != all.end();) {
    const auto end = std::find(line, all.end(), '\n');
    const auto document = nlohmann::json::parse(line, end);
    photos.push_back({.item = document[0], .path = document[1], .reason = document[2]});
    line = end + 1;
  }
  return photos;
}

PhotoScores Team::joined_at_leader(PhotoScores mine) const {
  if (is_alone()) {
    return mine;
  }
  std::vector<double> values;
  for (const auto& row : mine.scores) {
    values.insert(values.end(), row.begin(), row.end());
  }
  values = joined_at_leader(values);
  PhotoScores all{.output = mine.output,
                  .items = joined_at_leader(mine.items),
                  .labels = joined_at_leader(mine.labels),
                  .skipped = joined(mine.skipped)};
  const std::size_t classes = all.items.empty() ? 0 : values.size() / all.items.size();
  all.scores.reserve(all.items.size());
  for (auto row = values.begin(); row != values.end(); row += static_cast<std::ptrdiff_t>(classes)) {
    all.scores.emplace_back(row, row + static_cast<std::ptrdiff_t>(classes));
  }
  return all;
}

std::vector<std::size_t> Team::part_of(std::vector<std::size_t> items) const {
  const std::size_t part = (items.size() + static_cast<std::size_t>(size()) - 1) / static_cast<std::size_t>(size());
  const std::size_t first = std::min(static_cast<std::size_t>(rank()) * part, items.size());
  const std::size_t last = std::min(first + part, items.size());
  return {items.begin() + static_cast<std::ptrdiff_t>(first), items.begin() + static_cast<std::ptrdiff_t>(last)};
}

Weights Team::of_leader(const Network& network, Weights weights) const {
  if (is_alone()) {
    return weights;
  }
  Weights all;
  for (const ParameterSpec& spec : network.parameters()) {
    Tensor tensor =
        leads() ? weights.at(spec.name).converted(ElementType::kF32) : Tensor(ElementType::kF32, spec.shape);
    ranks_->broadcast({tensor.data(), tensor.bytes()}, 0);
    all.emplace(spec.name, std::move(tensor));
  }
  return all;
}

void Team::average(Weights& weights) const {
  for (auto& [name, tensor] : weights) {
    Tensor sum = tensor.converted(ElementType::kF64);
    const std::span<double> values = sum.as<double>();
    ranks_->all_reduce(values);
    std::ranges::transform(values, values.begin(), [&](double value) { return value / size(); });
    tensor = sum.converted(tensor.type());
  }
}

}  // namespace alexnet
