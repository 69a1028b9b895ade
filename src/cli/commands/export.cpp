#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/infer/range_calibration.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/evaluated_photos.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class ExportCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"export",
            "use",
            "write a model with smaller weights",
            "Writes a model file whose weights take less room: bf16 and f16 half of it, i8 a quarter. Every command "
            "opens it as any model. i8 also computes with 8-bit integers where the processor does that well; how large "
            "the numbers between the layers are is measured on some photos of FOLDER (--calibrate): photos like those "
            "that the model is used for, and not those that it is judged by.",
            {{"alexnet export runs/latest --to small.safetensors --precision bf16", "half the size"},
             {"alexnet export runs/latest --to fast.safetensors --precision i8 --calibrate photos",
              "a quarter, and faster"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_text(app, {"--to", "FILE", "model file to write"}, to_);
    add_choice(app, {"--precision", "f32|bf16|f16|i8", "of the weights in the file"}, precision_);
    add_text(app, {"--calibrate", "FOLDER|SET", "for i8: photos, of its part train where it has parts", "none"},
             calibrate_);
    add_whole(app, {"--photos", "N", "for i8: most photos that are looked at"}, photos_, 1, 1'000'000);
    add_text(app, {"--backend", "BACKEND", "for i8: what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "for i8: threads that compute", "physical cores that this process may use"},
              threads_, 1, 4096);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override;

 private:
  void calibrate(Model& model, Console& console);

  std::string model_;
  std::string to_ = "exported.safetensors";
  std::string precision_ = "f32";
  std::string calibrate_;
  std::string backend_ = "auto";
  int photos_ = 500;
  int threads_ = 0;
  bool dry_run_ = false;
  std::size_t seen_ = 0;
};

void ExportCommand::calibrate(Model& model, Console& console) {
  const auto photos = photos_as_they_are(calibrate_, console.sink());
  const bool has_train = std::ranges::find(photos.parts, Part::kTrain) != photos.parts.end();
  const auto chosen = choose_photos(photos, has_train ? std::string(name_of(Part::kTrain)) : "all");
  const auto items = spread(chosen.items, static_cast<std::size_t>(photos_));
  const auto found = calibrate_ranges(model, *make_backend(backend_), *chosen.dataset, items,
                                      {.threads = threads_ > 0 ? threads_ : default_threads()});
  if (!found.skipped.empty()) {
    console.log(Severity::kWarning, Message::kWarnPhotosSkipped,
                {{"count", fmt::format("{} of {} photos", found.skipped.size(), items.size())},
                 {"first", found.skipped.front().reason},
                 {"where", "the others were measured"}});
  }
  seen_ = items.size() - found.skipped.size();
  model.input_ranges = found.ranges;
}

int ExportCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet export runs/latest --to small.safetensors --precision bf16");
  if (precision_ == "i8") {
    require(calibrate_, "--calibrate FOLDER",
            "alexnet export " + shell_word(model_) + " --to " + shell_word(to_) + " --precision i8 --calibrate photos");
  }
  Model model = read_model(find_model(model_));
  if (dry_run_) {
    return show_intent(console, "export", {.writes = {to_}});
  }
  model.input_ranges.clear();
  if (precision_ == "i8") {
    calibrate(model, console);
  } else {
    narrow_weights(model, precision_ == "f16"    ? ElementType::kF16
                          : precision_ == "bf16" ? ElementType::kBF16
                                                 : ElementType::kF32);
  }
  write_model(to_, model);
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(to_));
  if (console.json()) {
    console.print_document(nlohmann::ordered_json{
        {"schema", "alexnet.export"},
        {"version", 1},
        {"model", model_},
        {"file", to_},
        {"precision", precision_},
        {"bytes", bytes},
        {"calibration_photos",
         seen_}}.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return 0;
  }
  if (seen_ > 0) {
    console.print(fmt::format("ranges of {} photos of {}\n", with_commas(static_cast<std::int64_t>(seen_)),
                              printable(calibrate_)));
  }
  console.print(fmt::format("{}: {}, weights in {}\n", printable(to_), byte_text(bytes), precision_));
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_export_command() { return std::make_unique<ExportCommand>(); }

}  // namespace alexnet::cli
