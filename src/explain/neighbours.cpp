#include "alexnet/explain/neighbours.h"

#include <algorithm>
#include <span>

#include "alexnet/core/error.h"

namespace alexnet::explain {

std::vector<std::string> neighbour_layers(const Network& network) {
  std::vector<std::string> names;
  try {
    names.push_back(last_hidden_layer(network));
  } catch (const Error& error) {
    if (error.message() != Message::kNetworkInvalid) {
      throw;
    }
  }
  const auto& layers = network.layers();
  const auto pool = std::find_if(layers.rbegin(), layers.rend(), [](const Layer& layer) {
    return std::holds_alternative<MaxPool2D>(layer) || std::holds_alternative<AvgPool2D>(layer);
  });
  if (pool != layers.rend() && (names.empty() || names.front() != name_of(*pool))) {
    names.push_back(name_of(*pool));
  }
  return names;
}

std::optional<std::pair<std::size_t, std::size_t>> leak_in(const Neighbours& neighbours, const PhotoSet& set) {
  for (const Neighbour& other : neighbours.nearest) {
    const std::size_t first = neighbours.nearest.front().item;
    const std::string part = set.part_of(other.item);
    if (other.distance <= kSamePhoto && !part.empty() && part != set.part_of(first)) {
      return std::pair(first, other.item);
    }
  }
  return std::nullopt;
}

NeighbourSearch::NeighbourSearch(const Network& network, std::size_t count)
    : layers_(neighbour_layers(network)), count_(count) {}

void NeighbourSearch::add(const PhotoPass& pass) {
  std::vector<std::vector<float>> vectors;
  for (const std::string& layer : layers_) {
    const Tensor values = pass.activation(layer).converted(ElementType::kF32);
    vectors.emplace_back(values.as<float>().begin(), values.as<float>().end());
  }
  queries_.push_back(std::move(vectors));
}

std::vector<BadPhoto> NeighbourSearch::search(const PhotoPass& pass, const PhotoSet& set,
                                              const EvaluationProgress& progress) {
  std::vector<std::vector<NearestPhotos>> nearest;
  for (const auto& vectors : queries_) {
    auto& row = nearest.emplace_back();
    for (const auto& vector : vectors) {
      row.emplace_back(vector, count_);
    }
  }
  const auto see = [&](const LoadedBatch& loaded, const Program& program) {
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      const Tensor rows = kept_floats(program, layers_[layer]);
      const std::size_t length = static_cast<std::size_t>(rows.size() / rows.shape().front());
      for (std::size_t row = 0; row < loaded.items.size(); ++row) {
        for (auto& photo : nearest) {
          photo[layer].see(loaded.items[row], rows.as<float>().subspan(row * length, length));
        }
      }
    }
  };
  auto bad = pass_set(pass, set, set.items, layers_, see, progress);
  found_.clear();
  for (const auto& row : nearest) {
    auto& photo = found_.emplace_back();
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      photo.push_back({layers_[layer], row[layer].found()});
    }
  }
  return bad;
}

}  // namespace alexnet::explain
