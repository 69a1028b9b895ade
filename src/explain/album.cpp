#include "alexnet/explain/album.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/explain/filters.h"
#include "alexnet/explain/heat.h"

#include "explain/captions.h"
#include "explain/page_writer.h"
#include "explain/tables.h"

namespace alexnet::explain {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kTop = 5;
constexpr const char* kNote =
    "These pictures show what moves the answer of this model for these photos. They do not show why, and they are no "
    "proof that the model would answer the same for the same reason elsewhere.";

/// Nothing where no class is asked for.
std::optional<std::size_t> class_index(const Model& model, const std::string& name) {
  if (name.empty()) {
    return std::nullopt;
  }
  const auto count = static_cast<std::size_t>(model.network.classes());
  std::vector<std::string> names;
  for (const ClassScore& score : top_classes(std::vector<double>(count), model.classes, count)) {
    names.push_back(score.name);
  }
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    throw Error(Message::kUnknownName, {{"kind", "class"},
                                        {"where", name},
                                        {"known", fmt::format("{}", fmt::join(names, ", "))},
                                        {"nearest", nearest_name(name, names)}});
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

struct Album::State {
  std::filesystem::path folder;
  AlbumOptions options;
  PhotoPass pass;
  std::optional<std::size_t> wanted;
  std::string filters_words;
  ordered_json document;
  std::set<std::string> names = {"filters.png", "filters.csv", "explain.json"};

  State(Model model, const Backend& backend, std::filesystem::path to, AlbumOptions given)
      : folder(std::move(to)), options(std::move(given)), pass(std::move(model), backend, options.threads) {}

  void write_filters(const FilterSheet& sheet);
  [[nodiscard]] std::string new_folder(const std::string& file);
};

void Album::State::write_filters(const FilterSheet& sheet) {
  const Network& network = pass.network();
  filters_words = fmt::format("{} filters of {}", sheet.filters.size(), sheet.layer);
  make_folder(folder);
  write_picture(folder / "filters.png", sheet.picture);
  write_file_atomically(folder / "filters.csv", to_csv(sheet));
  document = {{"schema", "alexnet.explain"},
              {"version", 1},
              {"model", options.model_name},
              {"network", network.name()},
              {"note", kNote},
              {"filters",
               {{"file", "filters.png"},
                {"values", "filters.csv"},
                {"caption", caption(sheet, network)},
                {"settings",
                 {{"layer", sheet.layer},
                  {"count", sheet.filters.size()},
                  {"parts", sheet.parts},
                  {"scale_end", sheet.largest},
                  {"enlarged", sheet.enlarged}}}}},
              {"photos", ordered_json::array()}};
}

/// The photo's name without its ending; another photo of that name gets a number.
std::string Album::State::new_folder(const std::string& file) {
  const std::string stem = plain_name(file == "-" ? "stdin" : std::filesystem::path(file).stem().string());
  std::string name = stem;
  for (int i = 2; !names.insert(name).second; ++i) {
    name = fmt::format("{}-{}", stem, i);
  }
  return name;
}

Album::Album(Model model, const Backend& backend, std::filesystem::path folder, AlbumOptions options) {
  if (options.layer.empty()) {
    options.layer = grad_cam_layer(model.network);
  }
  check_grad_cam_layer(model.network, options.layer);
  const auto wanted = class_index(model, options.class_name);
  const FilterSheet sheet = filter_sheet(model.network, model.weights);
  state_ = std::make_unique<State>(std::move(model), backend, std::move(folder), std::move(options));
  state_->wanted = wanted;
  state_->write_filters(sheet);
}

Album::~Album() = default;
Album::Album(Album&&) noexcept = default;

const std::string& Album::filters() const { return state_->filters_words; }

PhotoPage Album::add(const std::string& file, const Image& photo) {
  PhotoPass& pass = state_->pass;
  pass.look(photo);
  const auto values = pass.values();
  const auto all = top_classes(values, pass.model().classes, values.size());
  PhotoPage page{.file = file, .folder = state_->new_folder(file), .classes = {}, .explained = {}, .pictures = {}};
  page.classes.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(kTop, all.size())));
  page.explained = state_->wanted ? *std::ranges::find(all, *state_->wanted, &ClassScore::index) : all.front();
  make_folder(state_->folder / page.folder);
  PageWriter writer(pass, state_->folder, page);
  writer.draw_photo();
  writer.draw_heat(state_->options.layer);
  writer.draw_layers();
  state_->document["photos"].push_back(writer.document());
  return page;
}

void Album::add_error(const std::string& file, const std::string& error) {
  state_->document["photos"].push_back({{"file", file}, {"error", error}});
}

std::string Album::finish() {
  std::string text = state_->document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
  write_file_atomically(state_->folder / "explain.json", text + "\n");
  return text;
}

}  // namespace alexnet::explain
