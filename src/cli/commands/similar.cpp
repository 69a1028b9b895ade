#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/embedding_arguments.h"
#include "cli/evaluated_photos.h"
#include "cli/options.h"
#include "cli/photo_sources.h"
#include "cli/sources.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

/// Photos at most this far apart are called the same.
constexpr double kSame = 1e-3;

/// What was searched, and what was found.
struct Search {
  std::string layer;
  PartedPhotos photos;
  std::vector<Neighbour> found = {};
  std::vector<BadPhoto> skipped = {};

  [[nodiscard]] const std::string& path_of(const Neighbour& n) const { return photos.dataset->items()[n.item].path; }
  [[nodiscard]] const std::string& class_of(const Neighbour& n) const {
    return photos.dataset->classes()[static_cast<std::size_t>(photos.dataset->items()[n.item].label)];
  }
  [[nodiscard]] std::string part_of(const Neighbour& n) const {
    const auto& part = photos.parts[n.item];
    return part ? std::string(name_of(*part)) : "";
  }
  /// The first of those that are the same as the photo but lie in another part than the nearest; null where none does.
  [[nodiscard]] const Neighbour* leak() const {
    for (const auto& n : found) {
      if (n.distance <= kSame && !part_of(n).empty() && part_of(n) != part_of(found.front())) {
        return &n;
      }
    }
    return nullptr;
  }
};

class SimilarCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"similar",
            "use",
            "find the photos that are most like one",
            "Compares a photo with all photos of a folder or run: the cosine distance of their last hidden layers, 0 "
            "for the same direction to 2 for the opposite one. A photo that is among them finds itself first. Photos "
            "of two parts (train, val, test) that both are at most 0.001 away are warned of: they may be copies.",
            {{"alexnet similar runs/latest rose.jpg", "among the photos of the run"},
             {"alexnet similar runs/latest rose.jpg --photos photos --top 20", "among others"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_text(app, {"photo", "PHOTO", "photo whose like is looked for; - reads it from standard input"}, photo_);
    add_text(app, {"--photos", "FOLDER|RUN|SET", "where it is looked for", "photos of the RUN"}, photos_);
    add_whole(app, {"--top", "N", "photos shown"}, top_, 1, 1'000'000);
    embedding_.add_to(app, "whose values are compared");
  }

  int run(Console& console) override;

 private:
  [[nodiscard]] Search search(Console& console) const;
  void print_table(Console& console, const Search& search) const;
  void print_json(Console& console, const Search& search) const;

  std::string model_;
  std::string photo_;
  std::string photos_;
  int top_ = 5;
  EmbeddingArguments embedding_;
};

Search SimilarCommand::search(Console& console) const {
  const auto sources = find_photos({photo_});
  if (sources.size() != 1) {
    throw Error(Message::kOptionInvalid,
                {{"where", photo_}, {"expected", "one photo"}, {"got", fmt::format("{}", sources.size())}});
  }
  auto model = read_model(find_model(model_));
  const auto photo = load_photo(sources.front(), model.geometry.apply_orientation);
  Search search{.layer = {}, .photos = photos_as_they_are(photos_.empty() ? model_ : photos_, console.sink())};
  const auto backend = make_backend(embedding_.backend);
  Embedder embedder(std::move(model), *backend, embedding_.options());
  search.layer = embedder.layer();
  NearestPhotos nearest(embedder.embed(photo), static_cast<std::size_t>(top_));
  search.skipped =
      embedding_.embed_all(console, embedder, *search.photos.dataset,
                           [&](std::size_t item, std::span<const float> vector) { nearest.see(item, vector); });
  search.found = nearest.found();
  return search;
}

void SimilarCommand::print_table(Console& console, const Search& search) const {
  int width = 5;
  for (const auto& n : search.found) {
    width = std::max(width, display_width(printable(search.class_of(n))));
  }
  std::string out =
      fmt::format("{}: {} of {} photos of {}, by layer {}\n  distance  {}  part   photo\n", printable(photo_),
                  search.found.size(), with_commas(static_cast<std::int64_t>(search.photos.dataset->size())),
                  printable(search.photos.name), search.layer, pad_right("class", width));
  for (const auto& n : search.found) {
    out += fmt::format("  {:8.6f}  {}  {:<5}  {}\n", n.distance, pad_right(printable(search.class_of(n)), width),
                       search.part_of(n), printable(search.path_of(n)));
  }
  console.print(out);
}

void SimilarCommand::print_json(Console& console, const Search& search) const {
  using Json = nlohmann::ordered_json;
  Json document = {{"schema", "alexnet.similar"},
                   {"version", 1},
                   {"model", model_},
                   {"layer", search.layer},
                   {"photo", photo_},
                   {"data", search.photos.name},
                   {"neighbours", Json::array()},
                   {"leak", search.leak() != nullptr},
                   {"skipped", Json::array()}};
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  for (const auto& n : search.found) {
    document["neighbours"].push_back({{"file", search.path_of(n)},
                                      {"distance", n.distance},
                                      {"class", or_null(search.class_of(n))},
                                      {"part", or_null(search.part_of(n))}});
  }
  for (const auto& photo : search.skipped) {
    document["skipped"].push_back({{"file", photo.path}, {"reason", photo.reason}});
  }
  console.print_document(document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

int SimilarCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet similar runs/latest rose.jpg");
  require(photo_, "PHOTO", "alexnet similar " + shell_word(model_) + " rose.jpg");
  if (photos_.empty() && !is_run(model_)) {
    require("", "--photos FOLDER|RUN|SET", "alexnet similar " + shell_word(model_) + " rose.jpg --photos photos");
  }
  const auto result = search(console);
  if (!result.skipped.empty()) {
    console.log(Severity::kWarning, Message::kWarnPhotosSkipped,
                {{"count", fmt::format("{} of {} photos", result.skipped.size(), result.photos.dataset->size())},
                 {"first", result.skipped.front().reason},
                 {"where", "they were not compared"}});
  }
  if (const auto* leak = result.leak()) {
    const auto& first = result.found.front();
    console.log(Severity::kWarning, Message::kWarnLeak,
                {{"first", result.path_of(first)},
                 {"expected", result.part_of(first)},
                 {"other", result.path_of(*leak)},
                 {"got", result.part_of(*leak)},
                 {"where", "alexnet check " + shell_word(result.photos.name)}});
  }
  console.json() ? print_json(console, result) : print_table(console, result);
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_similar_command() { return std::make_unique<SimilarCommand>(); }

}  // namespace alexnet::cli
