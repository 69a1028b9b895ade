#include "network/layer_json.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"

#include "network/layer_rules.h"

namespace alexnet {
namespace {

using Json = nlohmann::ordered_json;

class JsonWriter final : public FieldVisitor {
 public:
  explicit JsonWriter(Json& object) : object_(object) {}

  void require(std::string_view /*key*/) override {}
  void field(std::string_view key, int& value) override { set(key, value); }
  void field(std::string_view key, std::int64_t& value) override { set(key, value); }
  void field(std::string_view key, bool& value) override { set(key, value); }
  void field(std::string_view key, double& value) override { set(key, value); }
  void field(std::string_view key, std::string& value) override { set(key, value); }
  void field(std::string_view key, std::vector<double>& value) override { set(key, value); }
  void field(std::string_view key, Padding& value) override {
    if (value.mode == Padding::Mode::kSame) {
      set(key, "same");
    } else {
      set(key, Json::array({value.top, value.left, value.bottom, value.right}));
    }
  }

 private:
  void choose(std::string_view key, std::size_t& index, std::span<const std::string_view> names) override {
    set(key, names[index]);
  }
  void nest(std::string_view key, const std::function<void(FieldVisitor&)>& inner) override {
    Json group = Json::object();
    JsonWriter writer(group);
    inner(writer);
    set(key, std::move(group));
  }
  void set(std::string_view key, Json value) { object_[std::string(key)] = std::move(value); }

  Json& object_;
};

/// Fills options from an object. Remembers which keys were asked for: any other is unknown.
class JsonReader final : public FieldVisitor {
 public:
  JsonReader(const Json& object, std::string place, std::vector<std::string> known = {})
      : object_(object), place_(std::move(place)), known_(std::move(known)) {
    if (!object.is_object()) {
      refuse_json(place_, "an object", brief(object));
    }
  }

  void require(std::string_view key) override {
    if (!object_.contains(key)) {
      refuse_json(place_, fmt::format("the key {}", key), "none");
    }
  }
  void field(std::string_view key, int& value) override {
    read(key, [&](const Json& json) {
      value = static_cast<int>(whole(key, json, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    });
  }
  void field(std::string_view key, std::int64_t& value) override {
    read(key, [&](const Json& json) {
      value = whole(key, json, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    });
  }
  void field(std::string_view key, bool& value) override {
    read(key, [&](const Json& json) {
      need(json.is_boolean(), key, "true or false", json);
      value = json.get<bool>();
    });
  }
  void field(std::string_view key, double& value) override {
    read(key, [&](const Json& json) {
      need(json.is_number(), key, "a number", json);
      value = json.get<double>();
    });
  }
  void field(std::string_view key, std::string& value) override {
    read(key, [&](const Json& json) {
      need(json.is_string(), key, "a text", json);
      value = json.get<std::string>();
    });
  }
  void field(std::string_view key, std::vector<double>& value) override {
    read(key, [&](const Json& json) {
      const bool numbers = json.is_array() && std::ranges::all_of(json, [](const Json& j) { return j.is_number(); });
      need(numbers, key, "a list of numbers", json);
      value = json.get<std::vector<double>>();
    });
  }
  void field(std::string_view key, Padding& value) override {
    read(key, [&](const Json& json) { value = padding(key, json); });
  }

  void finish() const { refuse_unknown_keys(object_, known_, place_); }

 private:
  void choose(std::string_view key, std::size_t& index, std::span<const std::string_view> names) override {
    read(key, [&](const Json& json) {
      const auto found = json.is_string() ? std::ranges::find(names, json.get_ref<const std::string&>()) : names.end();
      need(found != names.end(), key, fmt::format("one of {}", fmt::join(names, ", ")), json);
      index = static_cast<std::size_t>(found - names.begin());
    });
  }
  void nest(std::string_view key, const std::function<void(FieldVisitor&)>& inner) override {
    read(key, [&](const Json& json) {
      JsonReader reader(json, at(key));
      inner(reader);
      reader.finish();
    });
  }

  template <class Take>
  void read(std::string_view key, const Take& take) {
    known_.emplace_back(key);
    if (const auto found = object_.find(key); found != object_.end()) {
      take(*found);
    }
  }
  [[nodiscard]] std::string at(std::string_view key) const { return fmt::format("{}, key {}", place_, key); }
  void need(bool good, std::string_view key, const std::string& expected, const Json& got) const {
    if (!good) {
      refuse_json(at(key), expected, brief(got));
    }
  }
  [[nodiscard]] std::int64_t whole(std::string_view key, const Json& json, std::int64_t least,
                                   std::int64_t most) const {
    const bool fits = json.is_number_unsigned() ? json.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                                                : json.is_number_integer() && json.get<std::int64_t>() >= least;
    need(fits, key, fmt::format("a whole number up to {}", most), json);
    return json.get<std::int64_t>();
  }
  [[nodiscard]] Padding padding(std::string_view key, const Json& json) const {
    if (json.is_string() && json == "same") {
      return Padding::same();
    }
    need(json.is_array() && json.size() == 4, key, "[top, left, bottom, right] or \"same\"", json);
    const auto side = [&](std::size_t i) {
      return static_cast<int>(whole(key, json[i], std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    };
    return Padding::of(side(0), side(1), side(2), side(3));
  }

  const Json& object_;
  std::string place_;
  std::vector<std::string> known_;
};

/// A layer of the kind called `kind`, or what `place` says is wrong with it.
Layer layer_of_kind(const Json& kind, const std::string& place) {
  Layer layer;
  std::vector<std::string> names;
  const auto consider = [&]<class L>(L candidate) {
    names.emplace_back(LayerRules<L>::kKind);
    if (kind == LayerRules<L>::kKind) {
      layer = std::move(candidate);
    }
  };
  [&]<class... L>(const std::variant<L...>* /*all*/) { (consider(L{}), ...); }(static_cast<const Layer*>(nullptr));
  if (kind != kind_of(layer)) {
    const std::string nearest = kind.is_string() ? nearest_name(kind.get<std::string>(), names) : "";
    refuse_json(place + ", key kind", nearest.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : nearest,
                brief(kind));
  }
  return layer;
}

}  // namespace

void refuse_json(const std::string& place, const std::string& expected, const std::string& got) {
  throw Error(Message::kFileFormat, {{"where", place}, {"expected", expected}, {"got", got}});
}

std::string brief(const Json& value) {
  constexpr std::size_t kLongest = 60;
  if (value.is_object() || value.is_array()) {
    return value.type_name();
  }
  const std::string text = value.dump();
  return text.size() > kLongest ? std::string("a long ") + value.type_name() : text;
}

void refuse_unknown_keys(const Json& object, const std::vector<std::string>& known, const std::string& place) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known, key) == known.end()) {
      const std::string nearest = nearest_name(key, known);
      refuse_json(place, nearest.empty() ? fmt::format("only the keys {}", fmt::join(known, ", ")) : "key " + nearest,
                  "key " + brief(key));
    }
  }
}

Json layer_to_json(const Layer& layer) {
  Json object;
  object["kind"] = kind_of(layer);
  object["name"] = name_of(layer);
  JsonWriter writer(object);
  Layer copy = layer;
  std::visit([&]<class L>(L& l) { LayerRules<L>::fields(writer, l); }, copy);
  return object;
}

Layer layer_from_json(const Json& object, const std::string& place) {
  JsonReader header(object, place);
  header.require("kind");
  Layer layer = layer_of_kind(object.at("kind"), place);
  header.require("name");
  std::string name;
  header.field("name", name);
  JsonReader reader(object, fmt::format("layer {}", brief(name)), {"kind", "name"});
  std::visit(
      [&]<class L>(L& l) {
        l.name = name;
        LayerRules<L>::fields(reader, l);
      },
      layer);
  reader.finish();
  return layer;
}

}  // namespace alexnet
