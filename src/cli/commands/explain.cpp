#include <algorithm>
#include <chrono>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/explain/album.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/evaluated_photos.h"
#include "cli/options.h"
#include "cli/photo_sources.h"
#include "cli/progress_mode.h"
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
        "Writes pictures into a folder: the filters of the first convolution, and of every PHOTO where the evidence "
        "for its class lies (Grad-CAM, a grey square slid over it, the gradient of each pixel), what each layer made "
        "of it, and with --photos those that the network finds most like it. With --photos and no PHOTO: the patches "
        "of them that excite each unit of each convolution most. --unit draws a page of one unit. The numbers stand "
        "beside the pictures as CSV; explain.json names every file with its caption and settings. FOLDER stands for "
        "all photos in it and below; - reads a photo, or a list of files, from standard input.",
        {{"alexnet explain runs/latest rose.jpg", "pictures of the model and of one photo, in explain/"},
         {"alexnet explain runs/latest rose.jpg --photos photos", "and its like among other photos"},
         {"alexnet explain runs/latest --photos photos --unit conv1/3", "what excites one unit"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_texts(app, {"photo", "PHOTO|FOLDER|-", "photos to look at", "the filters alone"}, photos_);
    add_text(app, {"--to", "FOLDER", "where the pictures go"}, to_);
    add_text(app, {"--class", "NAME", "class that is explained", "the most likely one of each photo"}, class_);
    add_text(app, {"--against", "NAME", "another class: what speaks for the one, what for the other", "none"},
             against_);
    add_text(app, {"--layer", "LAYER", "layer of Grad-CAM", "the deepest with maps of at least 6 x 6"}, layer_);
    add_text(app,
             {"--photos", "FOLDER|RUN|SET",
              "photos among which the like of each PHOTO is looked for; without a PHOTO, what in them excites each "
              "unit most",
              "none"},
             set_);
    add_text(app, {"--unit", "LAYER/NUMBER", "unit whose page is drawn: what excites it, what it reads", "none"},
             unit_);
    add_real(app, {"--seconds", "S", "most time for the picture that is made for a unit"}, seconds_, 0.1, 86400);
    add_choice(app, {"--split", "train|val|test|all", "which of those photos"}, split_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
              4096);
    add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override;

 private:
  /// The photos of --photos and --split; none where it was not given.
  [[nodiscard]] explain::PhotoSet photo_set(Console& console) const;
  void find_neighbours(Console& console, explain::Album& album) const;
  void draw_patches(Console& console, explain::Album& album) const;
  void draw_unit(Console& console, explain::Album& album) const;
  void warn_skipped(Console& console, const std::vector<BadPhoto>& skipped) const;
  /// A row of the table, drawn or not.
  void show(Console& console, const explain::PhotoPage& page, OutputKind output) const;

  std::string model_;
  std::vector<std::string> photos_;
  std::string to_ = "explain";
  bool dry_run_ = false;
  std::string class_;
  std::string against_;
  std::string layer_;
  std::string set_;
  std::string unit_;
  double seconds_ = explain::SyntheticOptions{}.seconds;
  std::string split_ = "all";
  std::string backend_ = "auto";
  std::string progress_ = "auto";
  int threads_ = 0;
};

explain::PhotoSet ExplainCommand::photo_set(Console& console) const {
  if (set_.empty()) {
    return {};
  }
  auto photos = photos_as_they_are(set_, console.sink());
  auto chosen = choose_photos(photos, split_);
  return {.name = photos.name,
          .dataset = std::move(chosen.dataset),
          .parts = std::move(photos.parts),
          .items = std::move(chosen.items)};
}

void ExplainCommand::draw_patches(Console& console, explain::Album& album) const {
  const auto mode = progress_mode(progress_, console);
  Pace pace;
  const auto done = album.add_patches([&](std::int64_t seen, std::int64_t all) {
    show_count(console, mode, pace, seen, all);
    return true;
  });
  warn_skipped(console, done.skipped);
  if (!console.json()) {
    console.print(fmt::format("{} photos, {} units, {} of them dead: {} sheets in {}\n", with_commas(done.photos),
                              with_commas(static_cast<std::int64_t>(done.units)), done.dead, done.files.size(),
                              printable(to_ + "/patches")));
  }
}

void ExplainCommand::draw_unit(Console& console, explain::Album& album) const {
  const auto mode = progress_mode(progress_, console);
  Pace pace;
  const auto photos = [&](std::int64_t seen, std::int64_t all) {
    show_count(console, mode, pace, seen, all);
    return true;
  };
  const auto steps = [&](int step, int all) {
    if (mode == ProgressMode::kBar && pace.due(std::chrono::milliseconds(100))) {
      console.draw_live(fmt::format("{} of {} steps", step, all));
    }
    return true;
  };
  const auto done = album.add_unit(explain::unit_by_name(album.network(), unit_), {.seconds = seconds_},
                                   {.photos = photos, .steps = steps});
  warn_skipped(console, done.skipped);
  if (!console.json()) {
    const char* words = !done.converged   ? ""
                        : *done.converged ? "; the picture made for it excites it more than any photo"
                                          : "; the picture made for it has not converged: a photo excites it more";
    console.print(
        fmt::format("{}{}{}\n", printable(to_ + "/" + done.page), done.dead ? ": dead in these photos" : "", words));
  }
}

void ExplainCommand::warn_skipped(Console& console, const std::vector<BadPhoto>& skipped) const {
  if (!skipped.empty()) {
    console.log(Severity::kWarning, Message::kWarnPhotosSkipped,
                {{"count", fmt::format("{:d} photos of {}", skipped.size(), set_)},
                 {"first", skipped.front().reason},
                 {"where", "they were left out"}});
  }
}

void ExplainCommand::find_neighbours(Console& console, explain::Album& album) const {
  const auto mode = progress_mode(progress_, console);
  Pace pace;
  const auto done = album.find_neighbours([&](std::int64_t seen, std::int64_t all) {
    show_count(console, mode, pace, seen, all);
    return true;
  });
  for (const auto& file : done.files) {
    console.json() ? void() : console.print(fmt::format("{}\n", printable(to_ + "/" + file)));
  }
  warn_skipped(console, done.skipped);
  for (const auto& leak : done.leaks) {
    console.log(Severity::kWarning, Message::kWarnLeak,
                {{"first", leak.first},
                 {"expected", leak.first_part},
                 {"other", leak.other},
                 {"got", leak.other_part},
                 {"where", "alexnet check " + shell_word(set_)}});
  }
}

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
  if (!unit_.empty()) {
    (void)explain::unit_by_name(model.network, unit_);
  }
  const auto output = model.network.output();
  const bool oriented = model.geometry.apply_orientation;
  explain::Album album(std::move(model), *backend, to_,
                       {.model_name = model_,
                        .layer = layer_,
                        .class_name = class_,
                        .against = against_,
                        .threads = threads_ > 0 ? threads_ : default_threads(),
                        .photos = photo_set(console),
                        .language = console.language()});
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
  if (!unit_.empty()) {
    draw_unit(console, album);
  } else if (sources.empty() && !set_.empty()) {
    draw_patches(console, album);
  }
  find_neighbours(console, album);
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
