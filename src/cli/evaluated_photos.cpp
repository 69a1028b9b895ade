#include "cli/evaluated_photos.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/data/split.h"
#include "alexnet/train/run_document.h"

#include "cli/plain_folder.h"
#include "cli/relabelled_dataset.h"
#include "cli/sources.h"

namespace alexnet::cli {
namespace {

std::shared_ptr<const Dataset> open_as(const std::string& data, const Model& model, const std::string& model_name,
                                       const std::string& class_map, const LogSink& log) {
  const auto map = class_map.empty() ? ClassMap{} : read_class_map(class_map);
  return relabelled(open_dataset(data, log), model.classes, static_cast<std::size_t>(model.network.classes()),
                    model_name, map);
}

std::vector<std::size_t> items_of(const PartedPhotos& photos, std::optional<Part> part) {
  std::vector<std::size_t> items;
  for (std::size_t i = 0; i < photos.parts.size(); ++i) {
    if (!part || photos.parts[i] == part) {
      items.push_back(i);
    }
  }
  return items;
}

Split split_of(const std::string& run, const Dataset& dataset) {
  return read_split(RunFolder::open(run).file("split.csv"), dataset);
}

}  // namespace

PartedPhotos photos_of_run(const std::string& run, const Model& model, const LogSink& log) {
  const auto data = read_run_document(RunFolder::open(run)).data;
  PartedPhotos photos{data, open_as(data, model, run, "", log), {}};
  const auto split = split_of(run, *photos.dataset);
  photos.parts.assign(split.part.begin(), split.part.end());
  return photos;
}

PartedPhotos photos_of_set(const std::string& folder_or_set, const Model& model, const std::string& model_name,
                           const std::string& class_map, const LogSink& log) {
  PartedPhotos photos{folder_or_set, open_as(folder_or_set, model, model_name, class_map, log), {}};
  for (const auto& item : photos.dataset->items()) {
    photos.parts.push_back(item.fixed_part);
  }
  return photos;
}

PartedPhotos photos_as_they_are(const std::string& run_or_folder, const LogSink& log) {
  const bool of_run = is_run(run_or_folder);
  PartedPhotos photos{of_run ? read_run_document(RunFolder::open(run_or_folder)).data : run_or_folder, {}, {}};
  try {
    photos.dataset = open_dataset(photos.name, log);
  } catch (const Error& error) {
    if (error.message() != Message::kFolderFlat && error.message() != Message::kOneClass) {
      throw;
    }
    photos.dataset = open_plain_folder(photos.name);
  }
  if (of_run) {
    const auto split = split_of(run_or_folder, *photos.dataset);
    photos.parts.assign(split.part.begin(), split.part.end());
    return photos;
  }
  for (const auto& item : photos.dataset->items()) {
    photos.parts.push_back(item.fixed_part);
  }
  return photos;
}

ChosenPhotos choose_photos(const PartedPhotos& photos, const std::string& part) {
  for (const auto each : {Part::kTest, Part::kVal, Part::kTrain}) {
    // Without a wish: the first part that was not trained on.
    if (part == name_of(each) || (part.empty() && each != Part::kTrain)) {
      if (auto items = items_of(photos, each); !items.empty()) {
        return {photos.dataset, std::move(items), std::string(name_of(each))};
      }
    }
  }
  if (!part.empty() && part != "all") {
    throw Error(Message::kTooFewPhotos, {{"where", photos.name},
                                         {"expected", "photos of the part " + part},
                                         {"got", "none"},
                                         {"hint", "use --split all"}});
  }
  return {photos.dataset, items_of(photos, std::nullopt), "all"};
}

void check_unseen(const ChosenPhotos& photos, const std::string& run, const std::string& other_run) {
  const auto fingerprint_of = [](const std::string& r) { return read_run_document(RunFolder::open(r)).fingerprint; };
  const bool held_out = photos.part == name_of(Part::kTest) || photos.part == name_of(Part::kVal);
  if (!held_out || fingerprint_of(run) != fingerprint_of(other_run)) {
    return;
  }
  const auto split = split_of(other_run, *photos.dataset);
  const auto trained = std::ranges::count_if(photos.items, [&](auto item) { return split.part[item] == Part::kTrain; });
  if (trained > 0) {
    throw Error(Message::kOptionInvalid,
                {{"where", other_run},
                 {"expected", fmt::format("a run that did not train on the photos of {}'s part {}", run, photos.part)},
                 {"got", fmt::format("{} of {} among its training photos", trained, photos.items.size())},
                 {"hint", "train both with the same split, or name a folder of photos that neither has seen"}});
  }
}

}  // namespace alexnet::cli
