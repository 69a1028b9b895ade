#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "alexnet/network/layer.h"

namespace alexnet {

/// A layer as an object: `kind`, `name` and every option, those at their default too.
[[nodiscard]] nlohmann::ordered_json layer_to_json(const Layer& layer);

/// The layer of such an object; options left out keep their defaults. `place` says where it stands ("layer 3").
/// Throws kFileFormat naming layer and key: unknown kinds and keys, missing keys, wrong types, numbers out of range.
[[nodiscard]] Layer layer_from_json(const nlohmann::ordered_json& object, const std::string& place);

/// Refuses keys of `object` that are not among `known`, with the nearest of them.
void refuse_unknown_keys(const nlohmann::ordered_json& object, const std::vector<std::string>& known,
                         const std::string& place);

/// Throws kFileFormat.
[[noreturn]] void refuse_json(const std::string& place, const std::string& expected, const std::string& got);

/// A short form of any value, for errors: its JSON, or only its type where that is long.
[[nodiscard]] std::string brief(const nlohmann::ordered_json& value);

}  // namespace alexnet
