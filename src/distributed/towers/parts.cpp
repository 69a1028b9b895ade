#include "distributed/towers/parts.h"

#include <algorithm>
#include <utility>

#include "alexnet/network/rewrites/towers.h"

#include "runtime/rank_parts.h"

namespace alexnet::distributed {
namespace {

const ParameterSpec* find_spec(const Network& network, const std::string& parameter) {
  const auto found = std::ranges::find(network.parameters(), parameter, &ParameterSpec::name);
  return found == network.parameters().end() ? nullptr : &*found;
}

bool has_layer(const Network& network, std::string_view layer) {
  return std::ranges::any_of(network.layers(), [&](const Layer& l) { return name_of(l) == layer; });
}

std::span<std::byte> bytes_of(Tensor& tensor) { return {tensor.data(), tensor.bytes()}; }
std::span<const std::byte> bytes_of(const Tensor& tensor) { return {tensor.data(), tensor.bytes()}; }

}  // namespace

TowerParts::TowerParts(const Network& whole, Communicator& communicator)
    : whole_(whole),
      tower_(split(whole, communicator.rank(), communicator.size())),
      other_(split(whole, 1, communicator.size())),
      communicator_(communicator) {
  for (const ParameterSpec& spec : whole_.parameters()) {
    const ParameterSpec* part = find_spec(other_, spec.name);
    const Place place = part == nullptr             ? Place::kRootAlone
                        : part->shape == spec.shape ? Place::kCommon
                                                    : Place::kShared;
    shares_.push_back({&spec, place, part == nullptr ? Shape{} : part->shape});
  }
  const auto trainable = whole_.trainable();
  for (std::size_t i = 0; i < trainable.size(); ++i) {
    if (find_spec(tower_, trainable[i].name) != nullptr) {
      own_trainable_.push_back(i);
    }
  }
}

bool TowerParts::is_root_alone(std::string_view layer) const { return !has_layer(other_, layer); }

std::vector<std::string> TowerParts::names() const {
  std::vector<std::string> names;
  std::ranges::transform(shares_, std::back_inserter(names), [](const Share& share) { return share.spec->name; });
  return names;
}

const TowerParts::Share& TowerParts::share_of(const std::string& parameter) const {
  return *std::ranges::find_if(shares_, [&](const Share& share) { return share.spec->name == parameter; });
}

Weights TowerParts::scatter(const std::vector<std::string>& names, const Weights& whole, ElementType type) const {
  Weights own;
  for (const std::string& name : names) {
    const Share& share = share_of(name);
    const Tensor values = is_root() ? whole.at(name).converted(type) : Tensor();
    if (share.place == Place::kRootAlone) {
      if (is_root()) {
        own.emplace(name, values);
      }
      continue;
    }
    Tensor part = share.place == Place::kCommon && is_root() ? values : Tensor(type, share.part);
    if (share.place == Place::kCommon) {
      communicator_.broadcast(bytes_of(part), 0);
    } else {
      communicator_.scatter(bytes_of(values), bytes_of(part), 0);
    }
    own.emplace(name, std::move(part));
  }
  return own;
}

Weights TowerParts::part_of(const Parameters& own, std::string_view parameter) const {
  const auto found = std::ranges::find(tower_.parameters(), parameter, &ParameterSpec::name);
  if (found == tower_.parameters().end()) {
    return {};
  }
  return {{found->name, own.read(static_cast<std::size_t>(found - tower_.parameters().begin()))}};
}

Weights TowerParts::gather(const Weights& own) const {
  Weights whole;
  for (const Share& share : shares_) {
    const auto found = own.find(share.spec->name);
    if (found == own.end()) {
      continue;  // what is rank 0's alone, or no part of a slot
    }
    const Tensor& part = found->second;
    Tensor values = share.place == Place::kShared
                        ? (is_root() ? Tensor(part.type(), share.spec->shape) : Tensor(part.type(), {0}))
                        : part;
    if (share.place == Place::kShared) {
      communicator_.gather(bytes_of(part), bytes_of(values), 0);
    }
    if (is_root()) {
      whole.emplace(share.spec->name, std::move(values));
    }
  }
  return whole;
}

Tensor TowerParts::gather_activation(std::string_view layer, Tensor own) const {
  Shape shape = whole_.facts(whole_.index_of(layer)).output;
  const RankParts parts{communicator_.size(), own.shape().front(),
                        own.size() / std::max<std::int64_t>(1, own.shape().front())};
  shape.insert(shape.begin(), parts.rows);
  if (own.shape() == shape) {
    return own;  // before the first convolution every tower has all of it
  }
  Tensor received(own.type(), {is_root() ? parts.ranks : 0, parts.rows, parts.size});
  communicator_.gather(bytes_of(std::as_const(own)), bytes_of(received), 0);
  if (!is_root()) {
    return own;
  }
  Tensor whole(own.type(), shape);
  const RankParts in_bytes{parts.ranks, parts.rows, parts.size * static_cast<std::int64_t>(size_of(own.type()))};
  in_bytes.join(std::as_const(received).data(), whole.data());
  return whole;
}

void TowerParts::pick_rates(std::span<const double> whole, std::vector<double>& own) const {
  if (whole.size() <= 1) {
    own.assign(whole.begin(), whole.end());
    return;
  }
  own.resize(own_trainable_.size());
  std::ranges::transform(own_trainable_, own.begin(), [&](std::size_t i) { return whole[i]; });
}

CompileOptions TowerParts::options_for(CompileOptions options, std::shared_ptr<Communicator> communicator) const {
  const auto is_elsewhere = [this](const std::string& layer) { return !has_layer(tower_, layer); };
  std::erase_if(options.frozen, is_elsewhere);
  std::erase_if(options.kept, is_elsewhere);
  options.communicator = std::move(communicator);
  return options;
}

}  // namespace alexnet::distributed
