#include "cli/sources.h"

#include <algorithm>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/known_sets.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/models/models.h"

namespace alexnet::cli {

namespace {

Network with_classes(const Network& network, int classes) {
  Network::Options options = network.options();
  auto* last = std::get_if<Dense>(&options.layers.back());
  if (classes == 0 || last == nullptr) {
    return network;
  }
  last->units = classes;
  return Network(std::move(options));
}

}  // namespace

Network network_by_name_or_file(const std::string& text, int classes) {
  const bool preset = std::ranges::any_of(models::presets(), [&](const auto& p) { return p.name == text; });
  const bool exists = std::filesystem::exists(text);
  if (preset || (!exists && text.find_first_of("/.") == std::string::npos)) {
    return models::by_name(text, classes);
  }
  if (text.ends_with(".json")) {
    return with_classes(Network::from_json(read_text(text)), classes);
  }
  if (classes != 0) {
    throw Error(Message::kOptionInvalid, {{"where", "--classes"},
                                          {"expected", "a network by name"},
                                          {"got", "a model file, which has its classes"},
                                          {"hint", "alexnet summary " + text}});
  }
  return read_model(find_model(text)).network;
}

bool is_known_set(const std::string& text) {
  return !std::filesystem::is_directory(text) &&
         std::ranges::any_of(known_sets(), [&](const auto& set) { return set.name == text; });
}

std::string network_that_suits(const std::string& data) {
  return is_known_set(data) ? known_set(data).network : "tutorial";
}

bool is_run(const std::filesystem::path& path) { return std::filesystem::exists(path / "run.json"); }

}  // namespace alexnet::cli
