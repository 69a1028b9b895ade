#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/explain/album.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/options.h"
#include "cli/photo_sources.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class ExplainCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "explain",
        "use",
        "draw what a model learnt and what it looks at",
        "Writes pictures into a folder: the filters of the first convolution, and of every photo where the evidence "
        "for its class lies (Grad-CAM, a grey square slid over it, the gradient of each pixel) and what each layer "
        "made of it. The numbers stand beside them as CSV; explain.json names every file with its caption and "
        "settings. FOLDER stands for all photos in it and below; - reads a photo, or a list of files, from standard "
        "input.",
        {{"alexnet explain runs/latest rose.jpg", "pictures of the model and of one photo, in explain/"},
         {"alexnet explain runs/latest --to filters", "the filters alone"},
         {"alexnet explain runs/latest rose.jpg --class daisy", "what speaks for another class"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_texts(app, {"photo", "PHOTO|FOLDER|-", "photos to look at", "the filters alone"}, photos_);
    add_text(app, {"--to", "FOLDER", "where the pictures go"}, to_);
    add_text(app, {"--class", "NAME", "class that is explained", "the most likely one of each photo"}, class_);
    add_text(app, {"--layer", "LAYER", "layer of Grad-CAM", "the deepest with maps of at least 6 x 6"}, layer_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
              4096);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override;

 private:
  /// A row of the table, drawn or not.
  void show(Console& console, const explain::PhotoPage& page, OutputKind output) const;

  std::string model_;
  std::vector<std::string> photos_;
  std::string to_ = "explain";
  bool dry_run_ = false;
  std::string class_;
  std::string layer_;
  std::string backend_ = "auto";
  int threads_ = 0;
};

void ExplainCommand::show(Console& console, const explain::PhotoPage& page, OutputKind output) const {
  const auto& top = page.classes.front();
  const auto layers =
      std::ranges::count_if(page.pictures, [](const auto& name) { return name.starts_with("layers/"); });
  const auto value = [&](const ClassScore& score) {
    return output == OutputKind::kProbabilities ? percent(score.value) : short_number(score.value);
  };
  std::string files;
  for (const auto& name : page.pictures) {
    files += name.starts_with("layers/") ? "" : name + " ";
  }
  const auto other = page.explained.index == top.index
                         ? ""
                         : fmt::format("; explained: {} {}", printable(page.explained.name), value(page.explained));
  console.print(fmt::format("{}: {} {}{}\n  {}: {}and {} in layers\n", printable(page.file), printable(top.name),
                            value(top), other, printable(to_ + "/" + page.folder), files, layers));
}

int ExplainCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet explain runs/latest rose.jpg");
  const auto sources = find_photos(photos_);
  if (dry_run_) {
    return show_intent(console, "explain", {.writes = {to_ + "/"}});
  }
  const auto backend = make_backend(backend_);
  auto model = read_model(find_model(model_));
  const auto output = model.network.output();
  const bool oriented = model.geometry.apply_orientation;
  explain::Album album(std::move(model), *backend, to_,
                       {.model_name = model_,
                        .layer = layer_,
                        .class_name = class_,
                        .threads = threads_ > 0 ? threads_ : default_threads()});
  const auto say = [&](const std::string& text) { console.json() ? void() : console.print(text); };
  say(fmt::format("{}: {}\n", printable(to_ + "/filters.png"), album.filters()));
  int failed = 0;
  std::string first_failed;
  for (const auto& source : sources) {
    Image photo;
    try {
      photo = load_photo(source, oriented);
    } catch (const Error& error) {
      const auto what = describe(error).what;
      first_failed = failed++ == 0 ? what : first_failed;
      album.add_error(source.name, what);
      say(fmt::format("{}\n  error: {}\n", printable(source.name), printable(what)));
      continue;
    }
    const auto page = album.add(source.name, photo);
    if (!console.json()) {
      show(console, page, output);
    }
  }
  const auto document = album.finish();
  if (console.json()) {
    console.print_document(document);
  } else {
    console.print(fmt::format("{}: every file with its caption\n", printable(to_ + "/explain.json")));
  }
  if (failed == 0) {
    return 0;
  }
  console.log(Severity::kWarning, Message::kWarnPhotosSkipped,
              {{"count", fmt::format("{} of {} photos", failed, sources.size())},
               {"first", first_failed},
               {"where", "each has its line in the output"}});
  return static_cast<int>(ErrorKind::kBadData);
}

}  // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<ExplainCommand>(); }

}  // namespace alexnet::cli
