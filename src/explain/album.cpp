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
#include "alexnet/explain/neighbours.h"
#include "alexnet/explain/patches.h"

#include "explain/captions.h"
#include "explain/page_writer.h"
#include "explain/patch_pictures.h"
#include "explain/photo_svg.h"
#include "explain/tables.h"
#include "explain/unit_page.h"

namespace alexnet::explain {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kTop = 5;
constexpr int kThumbnail = 256;  // kept of each photo whose like is looked for
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

/// A photo whose like is looked for.
struct Searched {
  std::size_t entry;  // in the document's photos
  PhotoPage page;
  Image small;
};

/// The five largest, with what they are without temperature.
std::vector<ClassScore> largest(const PhotoPass& pass, const std::vector<ClassScore>& all) {
  std::vector<ClassScore> top(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(kTop, all.size())));
  if (pass.calibration() && pass.network().output() == OutputKind::kProbabilities) {
    const auto raw = output_values(pass.scores(), OutputKind::kProbabilities);
    for (ClassScore& score : top) {
      score.raw = raw[score.index];
    }
  }
  return top;
}

}  // namespace

struct Album::State {
  std::filesystem::path folder;
  AlbumOptions options;
  Say say;
  PhotoPass pass;
  std::optional<std::size_t> wanted;
  std::optional<std::size_t> against;
  std::string filters_words;
  ordered_json document;
  std::set<std::string> names = {"filters.png", "filters.csv", "explain.json", "patches", "patches.csv", "units.csv"};
  NeighbourSearch search;
  std::vector<Searched> searched;

  State(Model model, const Backend& backend, std::filesystem::path to, AlbumOptions given)
      : folder(std::move(to)),
        options(std::move(given)),
        say(options.language),
        pass(std::move(model), backend, options.threads),
        search(pass.network()) {
    for (const std::string& layer : unit_layers(pass.network())) {
      names.insert(plain_name(layer));
    }
  }

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
              {"note", say.word(kNote)},
              {"filters",
               {{"file", "filters.png"},
                {"values", "filters.csv"},
                {"caption", caption(sheet, network, say)},
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
  const auto against = class_index(model, options.against);
  const FilterSheet sheet = filter_sheet(model.network, model.weights);
  state_ = std::make_unique<State>(std::move(model), backend, std::move(folder), std::move(options));
  state_->wanted = wanted;
  state_->against = against;
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
  page.classes = largest(pass, all);
  const auto of_class = [&](std::size_t index) { return *std::ranges::find(all, index, &ClassScore::index); };
  page.explained = state_->wanted ? of_class(*state_->wanted) : all.front();
  make_folder(state_->folder / page.folder);
  PageWriter writer(pass, state_->folder, page, state_->say);
  writer.draw_photo();
  writer.draw_classes();
  writer.draw_heat(state_->options.layer);
  if (state_->against && *state_->against != page.explained.index) {
    writer.draw_against(of_class(*state_->against), state_->options.layer);
  }
  writer.draw_layers();
  if (state_->options.photos.dataset) {
    state_->search.add(pass);
    state_->searched.push_back({state_->document["photos"].size(), page, small_copy(photo, kThumbnail)});
  }
  state_->document["photos"].push_back(writer.document());
  return page;
}

void Album::add_error(const std::string& file, const std::string& error) {
  state_->document["photos"].push_back({{"file", file}, {"error", error}});
}

NeighboursDone Album::find_neighbours(const EvaluationProgress& progress) {
  const PhotoSet& set = state_->options.photos;
  NeighboursDone done;
  if (!set.dataset || state_->searched.empty()) {
    return done;
  }
  done.skipped = state_->search.search(state_->pass, set, progress);
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < state_->searched.size(); ++i) {
    const Searched& photo = state_->searched[i];
    const auto& found = state_->search.found()[i];
    const std::string link = photo.page.folder + "/neighbours";
    write_file_atomically(state_->folder / (link + ".svg"),
                          neighbours_svg(photo.small, photo.page.file, set, found, state_->say));
    write_file_atomically(state_->folder / (link + ".csv"), to_csv(found, set));
    done.files.push_back(link + ".svg");
    ordered_json& entry = state_->document["photos"][photo.entry];
    entry["pictures"].push_back(neighbours_entry(link, photo.page.file, found, set, state_->say));
    entry["neighbours"] = to_value(found, set);
    for (const Neighbours& of_layer : found) {
      const auto leak = leak_in(of_layer, set);
      if (leak && pairs.insert(std::minmax(leak->first, leak->second)).second) {
        done.leaks.push_back(
            {set.file_of(leak->first), set.part_of(leak->first), set.file_of(leak->second), set.part_of(leak->second)});
      }
    }
  }
  return done;
}

PatchesDone Album::add_patches(const EvaluationProgress& progress) {
  const PhotoSet& set = state_->options.photos;
  const int threads = std::max(state_->options.threads, 1);
  const PatchOptions options{.threads = threads};
  const PatchSearch search = find_patches(state_->pass, set, options, progress);
  const auto tiles = patch_tiles(state_->pass, set, search.layers, kSheetTile, threads);
  PatchesDone done{.files = {}, .photos = search.photos, .skipped = search.skipped};
  make_folder(state_->folder / "patches");
  ordered_json layers = ordered_json::array();
  for (std::size_t l = 0; l < search.layers.size(); ++l) {
    const LayerPatches& layer = search.layers[l];
    ordered_json sheets = ordered_json::array();
    const std::size_t count = layer.units.size();
    for (std::size_t first = 0; first < count; first += kUnitsASheet) {
      const std::size_t last = std::min(first + kUnitsASheet, count);
      const std::string number = count > kUnitsASheet ? fmt::format("-{}", first / kUnitsASheet + 1) : "";
      const std::string file = fmt::format("patches/{}{}.png", plain_name(layer.layer), number);
      write_picture(state_->folder / file, patch_sheet(layer, tiles[l], first, last));
      done.files.push_back(file);
      sheets.push_back({{"file", file}, {"first", first}, {"last", last - 1}});
    }
    done.units += count;
    done.dead += layer.dead().size();
    layers.push_back({{"layer", layer.layer},
                      {"read_at", layer.place.layer},
                      {"units", count},
                      {"dead", layer.dead()},
                      {"field", layer.field.size},
                      {"step", layer.field.step},
                      {"sheets", std::move(sheets)},
                      {"caption", caption(layer, options, search.photos, state_->say)}});
  }
  write_file_atomically(state_->folder / "patches.csv", patches_csv(search, set));
  write_file_atomically(state_->folder / "units.csv", units_csv(search, set));
  state_->document["patches"] = {{"photos", set.name},
                                 {"count", search.photos},
                                 {"values", "patches.csv"},
                                 {"units", "units.csv"},
                                 {"settings", {{"of_each", options.count}, {"of_one_photo", options.per_photo}}},
                                 {"layers", std::move(layers)}};
  return done;
}

UnitDone Album::add_unit(const Unit& unit, const SyntheticOptions& synthetic, const UnitProgress& progress) {
  const PhotoSet& set = state_->options.photos;
  PhotoPass& pass = state_->pass;
  const int threads = std::max(state_->options.threads, 1);
  UnitFacts facts{.unit = unit};
  facts.filter = incoming_filter(pass.network(), pass.weights(), unit);
  if (set.dataset) {
    facts.patches = find_patches(pass, set, {.layers = {unit.layer}, .threads = threads}, progress.photos);
  }
  facts.synthetic = synthesize(pass, unit, synthetic, progress.steps);
  const std::string link = fmt::format("{}/{}", plain_name(unit.layer), unit.index);
  state_->document["units"].push_back(
      write_unit_page(state_->folder / link, link, pass, set, facts, synthetic, threads, state_->say));
  UnitDone done{.page = link + "/index.html", .converged = facts.converged()};
  if (facts.patches) {
    done.dead = facts.own()->dead;
    done.skipped = facts.patches->skipped;
  }
  return done;
}

const Network& Album::network() const { return state_->pass.network(); }

std::string Album::finish() {
  std::string text = state_->document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
  write_file_atomically(state_->folder / "explain.json", text + "\n");
  return text;
}

}  // namespace alexnet::explain
