#include "report/photo_shelf.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/explain/heat.h"
#include "alexnet/explain/heat_picture.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"

#include "charts/text.h"
#include "report/thumbnails.h"

namespace alexnet::report {
namespace {

constexpr int kPhotoSide = 160;
constexpr int kPhotoQuality = 72;

}  // namespace

PhotoShelf::PhotoShelf(const RunRecord& record, const Dataset* dataset, std::size_t budget, Say say)
    : record_(record), say_(say), dataset_(dataset), left_(budget) {
  if (dataset_ == nullptr) {
    return;
  }
  for (std::size_t i = 0; i < dataset_->size(); ++i) {
    items_.emplace(dataset_->items()[i].path, i);
  }
}

PhotoShelf::~PhotoShelf() = default;

void PhotoShelf::explain_with(Model model, const Backend& backend, int threads, std::size_t most) {
  layer_ = explain::grad_cam_layer(model.network);
  oriented_ = model.geometry.apply_orientation;
  pass_ = std::make_unique<explain::PhotoPass>(std::move(model), backend, threads);
  heats_left_ = most;
}

bool PhotoShelf::keep(std::map<std::size_t, Picture>& shelf, std::size_t row, const Image& image) {
  auto data = base64(encode_jpeg(image, kPhotoQuality));
  if (data.size() > left_) {
    full_ = true;  // a smaller one behind it would look like a choice
    return false;
  }
  left_ -= data.size();
  shelf.emplace(row, Picture{image.width, image.height, std::move(data)});
  return true;
}

void PhotoShelf::take(std::size_t row, bool heat) {
  const bool wants_heat = heat && pass_ && heats_left_ > 0 && !heats_.contains(row);
  const auto item = items_.find(record_.predictions[row].path);
  if (full_ || item == items_.end() || (photos_.contains(row) && !wants_heat)) {
    return;
  }
  try {
    const Image photo = dataset_->load(item->second, oriented_);
    if (!photos_.contains(row) && !keep(photos_, row, thumbnail(photo, kPhotoSide))) {
      return;
    }
    if (wants_heat) {
      pass_->look(photo);
      const auto cam =
          explain::grad_cam(*pass_, static_cast<std::size_t>(record_.evaluation.photos[row].verdict.predicted), layer_);
      if (keep(heats_, row,
               explain::heat_overlay(*pass_, cam.map, {.heading = "", .largest = cam.map.largest()}, kPhotoSide))) {
        --heats_left_;
      }
    }
  } catch (const Error&) {
    // A photo that cannot be read any more is shown by its name alone.
  }
}

std::string PhotoShelf::shown(const Picture& picture, char kind, std::size_t row, const std::string& words) {
  return fmt::format(
      R"(<svg class="photo{}" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMin" role="img" aria-label="{}"><use href="#{}{}"/></svg>)",
      std::max(picture.width, picture.height) < kPhotoSide / 2 ? " tiny" : "", picture.width, picture.height,
      charts::detail::escaped(words), kind, row);
}

std::string PhotoShelf::photo(std::size_t row) const {
  const auto found = photos_.find(row);
  const auto& prediction = record_.predictions[row];
  return found == photos_.end()
             ? ""
             : shown(found->second, 'p', row, say_("photo {}, class {}", prediction.path, prediction.label));
}

std::string PhotoShelf::heat(std::size_t row) const {
  const auto found = heats_.find(row);
  const auto& prediction = record_.predictions[row];
  return found == heats_.end()
             ? ""
             : shown(found->second, 'h', row,
                     say_("where the evidence for {} lies in {}", prediction.predicted, prediction.path));
}

std::string PhotoShelf::definitions() const {
  std::string out = "<svg width=\"0\" height=\"0\" class=\"shelf\" aria-hidden=\"true\"><defs>\n";
  for (const auto& [kind, shelf] : {std::pair{'p', &photos_}, std::pair{'h', &heats_}}) {
    for (const auto& [row, picture] : *shelf) {
      out += fmt::format("<image id=\"{}{}\" width=\"{}\" height=\"{}\" href=\"data:image/jpeg;base64,{}\"/>\n", kind,
                         row, picture.width, picture.height, picture.data);
    }
  }
  return out + "</defs></svg>\n";
}

}  // namespace alexnet::report
