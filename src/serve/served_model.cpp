#include "serve/served_model.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <span>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/report/model_card.h"

#include "data/csv_reader.h"

namespace alexnet::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 12;

std::string short_hash(const std::string& hash) { return hash.substr(0, kDigits); }

std::string card_page(const Model& model, const std::string& name) {
  const auto card = report::card_of(model);
  return (card ? *card : report::model_card(report::card_facts(model, name))).html;
}

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
  std::future<std::string> hash = std::async(std::launch::async, [&] { return sha256_of_file(file); });
  Predictor predictor(read_model(file), backend, options);
  check_answers(predictor, file);
  const Model& model = predictor.model();
  const std::string name = name_of_model(model_or_run);
  const std::string geometry = to_json(model.geometry);
  const fs::path names = file.parent_path() / "class-names.csv";
  auto known = fs::exists(names) ? read_class_names(names) : known_names(model.classes);
  return std::make_shared<ServedModel>(ServedModel{name, file, short_hash(hash.get()),
                                                   short_hash(sha256(std::as_bytes(std::span(geometry)))),
                                                   card_page(model, name), std::move(known), std::move(predictor)});
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
