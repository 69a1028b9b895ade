#include "explain/page_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alexnet/core/files.h"
#include "alexnet/explain/heat.h"
#include "alexnet/explain/layer_maps.h"
#include "alexnet/image/encode.h"

#include "explain/captions.h"
#include "explain/tables.h"

namespace alexnet::explain {
namespace {

using charts::ScaleKind;
using nlohmann::ordered_json;

/// Of saliency: a few pixels far above the others would leave the rest dark.
constexpr double kSaliencyShare = 0.99;
/// Of occlusion: smaller falls are not stretched to full colour.
constexpr double kLeastPoints = 1;

/// The value that `share` of the others do not exceed.
double quantile(std::vector<double> values, double share) {
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(place));
  return values[place];
}

ordered_json to_value(const ClassScore& score, OutputKind output) {
  return {{"name", score.name},
          {"index", score.index},
          {output == OutputKind::kProbabilities ? "probability" : "score", score.value}};
}

ordered_json to_value(const Lattice& lattice) {
  return {{"x", lattice.x}, {"y", lattice.y}, {"step_x", lattice.step_x}, {"step_y", lattice.step_y}};
}

}  // namespace

void PageWriter::add(const std::string& kind, const std::string& name, const Image& image, const std::string& values,
                     const std::string& words, ordered_json settings) {
  write_picture(path(name), image);
  page_.pictures.push_back(name);
  ordered_json entry = {{"kind", kind}, {"file", link(name)}};
  if (!values.empty()) {
    entry["values"] = link(values);
  }
  entry["caption"] = words;
  entry["settings"] = std::move(settings);
  pictures_.push_back(std::move(entry));
}

void PageWriter::add_map(const std::string& kind, const std::string& name, const HeatMap& map,
                         const HeatPictureOptions& drawn, const std::string& words, ordered_json settings) {
  write_file_atomically(path(name + ".csv"), to_csv(map, pass_));
  settings["width"] = map.width;
  settings["height"] = map.height;
  settings["lattice"] = to_value(map.lattice);
  settings["scale"] = drawn.scale == ScaleKind::kSequential ? "sequential" : "diverging";
  settings["scale_end"] = drawn.largest;
  add(kind, name + ".png", heat_picture(pass_, map, drawn), name + ".csv", words, std::move(settings));
}

void PageWriter::draw_photo() {
  add("photo", "photo.png", photo_picture(pass_), "", caption(pass_), ordered_json::object());
}

void PageWriter::draw_heat(const std::string& layer) {
  const std::size_t index = page_.explained.index;
  const GradCam cam = grad_cam(pass_, index, layer);
  add_map("grad_cam", "gradcam", cam.map,
          {.heading = fmt::format("Grad-CAM at {}, {} x {}", layer, cam.map.width, cam.map.height),
           .largest = cam.map.largest(),
           .nothing = "no positive evidence"},
          caption(pass_, cam, page_.explained), {{"layer", layer}, {"from", "score"}});
  draw_saliency();
  const OcclusionOptions defaults;
  const Occlusion found = occlusion(pass_, index, defaults);
  agreement_ = agreement(found.falls, cam.map);
  const bool probability = pass_.network().output() == OutputKind::kProbabilities;
  add_map("occlusion", "occlusion", found.falls,
          {.heading =
               fmt::format("occlusion, square {}, {} x {} places", found.patch, found.falls.width, found.falls.height),
           .scale = ScaleKind::kDiverging,
           .largest = std::max(found.falls.largest(), probability ? kLeastPoints : 0),
           .unit = probability ? "points" : "score",
           .nothing = "no change anywhere"},
          caption(pass_, found, page_.explained, agreement_),
          {{"patch", found.patch}, {"grey", defaults.grey}, {"unit", probability ? "points" : "score"}});
}

void PageWriter::draw_saliency() {
  const HeatMap map = saliency(pass_, page_.explained.index);
  const double end = quantile(map.values, kSaliencyShare);
  add_map("saliency", "saliency", map,
          {.heading = fmt::format("saliency of {} x {} pixels", map.width, map.height),
           .largest = end,
           .strength = 1,
           .nothing = "no pixel moves the score"},
          saliency_caption(map, page_.explained, end), {{"from", "score"}, {"scale_end_share", kSaliencyShare}});
}

void PageWriter::draw_layers() {
  const auto layers = layer_maps(pass_);
  make_folder(path("layers"));
  write_file_atomically(path("layers.csv"), to_csv(layers));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerMaps& maps = layers[i];
    add("layer", fmt::format("layers/{:02}-{}.png", i + 1, plain_name(maps.layer)), maps.sheet, "layers.csv",
        caption(maps), {{"layer", maps.layer}, {"columns", maps.columns}, {"enlarged", maps.enlarged}});
  }
}

ordered_json PageWriter::document() const {
  const OutputKind output = pass_.network().output();
  const PhotoWindow window = pass_.window();
  ordered_json classes = ordered_json::array();
  for (const ClassScore& score : page_.classes) {
    classes.push_back(to_value(score, output));
  }
  ordered_json explained = to_value(page_.explained, output);
  explained["logit"] = pass_.scores()[page_.explained.index];
  return {{"file", page_.file},
          {"folder", page_.folder},
          {"width", pass_.photo().width},
          {"height", pass_.photo().height},
          {"window", {{"left", window.left}, {"top", window.top}, {"width", window.width}, {"height", window.height}}},
          {"classes", std::move(classes)},
          {"class", std::move(explained)},
          {"agreement", agreement_ ? ordered_json(*agreement_) : ordered_json(nullptr)},
          {"pictures", pictures_}};
}

void write_picture(const std::filesystem::path& path, const Image& image) {
  AtomicFile file(path);
  file.write(encode_png(image));
  file.commit();
}

std::string plain_name(std::string name) {
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 127 || c == '/') {
      c = '_';
    }
  }
  return name.empty() || name.front() == '.' ? "_" + name : name;
}

}  // namespace alexnet::explain
