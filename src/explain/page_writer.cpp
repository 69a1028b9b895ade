#include "explain/page_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alexnet/core/files.h"
#include "alexnet/explain/heat.h"
#include "alexnet/explain/layer_maps.h"
#include "alexnet/image/encode.h"

#include "core/text.h"
#include "explain/captions.h"
#include "explain/photo_svg.h"
#include "explain/tables.h"

namespace alexnet::explain {
namespace {

using charts::ScaleKind;
using nlohmann::ordered_json;

/// Of saliency: a few pixels far above the others would leave the rest dark.
constexpr double kSaliencyShare = 0.99;

/// The value that `share` of the others do not exceed.
double quantile(std::vector<double> values, double share) {
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(place));
  return values[place];
}

ordered_json to_value(const ClassScore& score, OutputKind output) {
  ordered_json value = {{"name", score.name},
                        {"index", score.index},
                        {output == OutputKind::kProbabilities ? "probability" : "score", score.value}};
  if (score.raw) {
    value["raw_probability"] = *score.raw;
  }
  return value;
}

ordered_json to_value(const Lattice& lattice) {
  return {{"x", lattice.x}, {"y", lattice.y}, {"step_x", lattice.step_x}, {"step_y", lattice.step_y}};
}

}  // namespace

void PageWriter::add(const std::string& kind, const std::string& name, const Image& image, const std::string& values,
                     const std::string& words, ordered_json settings) {
  write_picture(path(name), image);
  enter(kind, name, values, words, std::move(settings));
}

void PageWriter::enter(const std::string& kind, const std::string& name, const std::string& values,
                       const std::string& words, ordered_json settings) {
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
  add("photo", "photo.png", photo_picture(pass_), "", caption(pass_, say_), ordered_json::object());
}

void PageWriter::draw_classes() {
  const bool probability = pass_.network().output() == OutputKind::kProbabilities;
  std::vector<Bar> bars;
  for (const ClassScore& score : page_.classes) {
    bars.push_back({.name = score.name,
                    .value = score.value,
                    .text = probability ? fmt::format("{:.1f} %", 100 * score.value) : short_number(score.value),
                    .marked = score.index == page_.explained.index});
  }
  const std::string words = classes_caption(pass_, page_.classes, say_);
  write_file_atomically(path("classes.csv"), classes_csv(pass_));
  write_file_atomically(path("classes.svg"), bars_svg(say_("{} as the network names it", page_.file), pass_.photo(),
                                                      bars, probability ? 1 : 0, words));
  enter("classes", "classes.svg", "classes.csv", words, {{"shown", bars.size()}});
}

void PageWriter::draw_heat(const std::string& layer) {
  const std::size_t index = page_.explained.index;
  const GradCam cam = grad_cam(pass_, index, layer);
  add_map("grad_cam", "gradcam", cam.map,
          {.heading = fmt::format("Grad-CAM at {}, {} x {}", layer, cam.map.width, cam.map.height),
           .largest = cam.map.largest(),
           .nothing = "no positive evidence"},
          caption(pass_, cam, page_.explained, say_), {{"layer", layer}, {"from", "score"}});
  draw_saliency();
  draw_occlusion(cam);
}

void PageWriter::draw_against(const ClassScore& other, const std::string& layer) {
  const GradCam cam = grad_cam_against(pass_, page_.explained.index, other.index, layer);
  add_map("grad_cam_against", "against", cam.map,
          {.heading = fmt::format("one class against another at {}", layer),
           .scale = ScaleKind::kDiverging,
           .largest = cam.map.largest(),
           .nothing = "no difference anywhere"},
          against_caption(pass_, cam, page_.explained, other, say_),
          {{"layer", layer}, {"from", "score"}, {"against", other.name}});
}

void PageWriter::draw_occlusion(const GradCam& cam) {
  const OcclusionOptions defaults;
  const Occlusion found = occlusion(pass_, page_.explained.index, defaults);
  const HeatMap& falls = found.falls();
  agreement_ = agreement(falls, cam.map);
  const std::string unit = found.by_score() ? "score" : "points";
  add_map("occlusion", "occlusion", falls,
          {.heading = fmt::format("occlusion, square {}, {} x {} places", found.patch, falls.width, falls.height),
           .scale = ScaleKind::kDiverging,
           .largest = falls.largest(),
           .unit = unit,
           .nothing = "no change anywhere"},
          caption(pass_, found, page_.explained, agreement_, say_),
          {{"patch", found.patch}, {"grey", defaults.grey}, {"unit", unit}});
}

void PageWriter::draw_saliency() {
  const HeatMap map = saliency(pass_, page_.explained.index);
  const double end = quantile(map.values, kSaliencyShare);
  add_map("saliency", "saliency", map,
          {.heading = fmt::format("saliency of {} x {} pixels", map.width, map.height),
           .largest = end,
           .strength = 1,
           .nothing = "no pixel moves the score"},
          saliency_caption(map, page_.explained, end, say_), {{"from", "score"}, {"scale_end_share", kSaliencyShare}});
}

void PageWriter::draw_layers() {
  const auto layers = layer_maps(pass_);
  make_folder(path("layers"));
  write_file_atomically(path("layers.csv"), to_csv(layers));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerMaps& maps = layers[i];
    add("layer", fmt::format("layers/{:02}-{}.png", i + 1, plain_name(maps.layer)), maps.sheet, "layers.csv",
        caption(maps, say_), {{"layer", maps.layer}, {"columns", maps.columns}, {"enlarged", maps.enlarged}});
  }
}

ordered_json PageWriter::document() const {
  const OutputKind output = pass_.network().output();
  const PhotoWindow window = pass_.window();
  ordered_json classes = ordered_json::array();
  for (const ClassScore& score : page_.classes) {
    classes.push_back(to_value(score, output));
    classes.back()["logit"] = pass_.scores()[score.index];
  }
  ordered_json explained = to_value(page_.explained, output);
  explained["logit"] = pass_.scores()[page_.explained.index];
  ordered_json value = {
      {"file", page_.file},
      {"folder", page_.folder},
      {"width", pass_.photo().width},
      {"height", pass_.photo().height},
      {"window", {{"left", window.left}, {"top", window.top}, {"width", window.width}, {"height", window.height}}},
      {"classes", std::move(classes)},
      {"class", std::move(explained)},
      {"agreement", agreement_ ? ordered_json(*agreement_) : ordered_json(nullptr)},
      {"pictures", pictures_}};
  if (const auto unknown = is_unknown(pass_, page_.classes)) {
    value["unknown"] = *unknown;
  }
  return value;
}

ordered_json neighbours_entry(const std::string& link, const std::string& file, const std::vector<Neighbours>& found,
                              const PhotoSet& set, const Say& say) {
  ordered_json layers = ordered_json::array();
  for (const Neighbours& of_layer : found) {
    layers.push_back(of_layer.layer);
  }
  return {{"kind", "neighbours"},
          {"file", link + ".svg"},
          {"values", link + ".csv"},
          {"caption", caption(file, found, set, say)},
          {"settings", {{"photos", set.name}, {"count", set.items.size()}, {"layers", std::move(layers)}}}};
}

ordered_json to_value(const std::vector<Neighbours>& found, const PhotoSet& set) {
  ordered_json layers = ordered_json::array();
  const auto or_null = [](const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); };
  for (const Neighbours& of_layer : found) {
    ordered_json photos = ordered_json::array();
    for (const Neighbour& near : of_layer.nearest) {
      photos.push_back({{"file", set.file_of(near.item)},
                        {"distance", near.distance},
                        {"class", or_null(set.class_of(near.item))},
                        {"part", or_null(set.part_of(near.item))}});
    }
    layers.push_back(
        {{"layer", of_layer.layer}, {"nearest", std::move(photos)}, {"leak", leak_in(of_layer, set).has_value()}});
  }
  return layers;
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
