#include "serve/served_model.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/model_file.h"

#include "data/csv_reader.h"

namespace alexnet::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 12;

std::string short_hash(std::span<const std::byte> bytes) { return sha256(bytes).substr(0, kDigits); }

std::string name_of_model(const fs::path& model_or_run) {
  std::error_code unused;
  // runs/latest is called as the run that it points to
  const fs::path whole = fs::weakly_canonical(model_or_run, unused);
  return fs::is_directory(whole, unused) ? whole.filename().string() : whole.stem().string();
}

void check_answers(Predictor& predictor, const fs::path& file) {
  const Geometry& geometry = predictor.model().geometry;
  Image grey(geometry.resize, geometry.resize, geometry.channels);
  std::ranges::fill(grey.pixels, std::uint8_t{128});
  const auto scores = predictor.scores(std::span(&grey, 1)).at(0);
  if (!std::ranges::all_of(scores, [](double score) { return std::isfinite(score); })) {
    throw Error(Message::kTensorNotFinite, {{"where", "scores"}, {"file", file.string()}});
  }
}

}  // namespace

std::map<std::string, ClassNames> read_class_names(const fs::path& file) {
  const std::string text = read_text(file);
  CsvReader reader(text, file, "class,zh,latin");
  std::map<std::string, ClassNames> names;
  while (!reader.at_end()) {
    auto record = reader.record();
    names[record[0]] = {std::move(record[1]), std::move(record[2])};
  }
  return names;
}

std::shared_ptr<ServedModel> load_model(const fs::path& model_or_run, const Backend& backend,
                                        const PredictorOptions& options) {
  const fs::path file = find_model(model_or_run);
  Predictor predictor(read_model(file), backend, options);
  check_answers(predictor, file);
  const std::string geometry = to_json(predictor.model().geometry);
  const fs::path names = file.parent_path() / "class-names.csv";
  return std::make_shared<ServedModel>(ServedModel{
      name_of_model(model_or_run), file, short_hash(read_file(file)), short_hash(std::as_bytes(std::span(geometry))),
      fs::exists(names) ? read_class_names(names) : known_names(predictor.model().classes), std::move(predictor)});
}

ModelSlot::ModelSlot(fs::path model_or_run, const Backend& backend, PredictorOptions options)
    : path_(std::move(model_or_run)),
      backend_(backend),
      options_(options),
      seen_(stamp()),
      model_(load_model(path_, backend, options)) {}

std::shared_ptr<ServedModel> ModelSlot::current() const {
  const std::lock_guard lock(mutex_);
  return model_;
}

ModelSlot::Stamp ModelSlot::stamp() const {
  std::error_code error;
  const fs::path file = find_model(path_);
  return {fs::last_write_time(file, error), fs::file_size(file, error)};
}

bool ModelSlot::refresh() {
  const Stamp now = stamp();
  if (now == seen_) {
    return false;
  }
  seen_ = now;
  auto fresh = load_model(path_, backend_, options_);
  const std::lock_guard lock(mutex_);
  model_ = std::move(fresh);
  return true;
}

}  // namespace alexnet::serve
