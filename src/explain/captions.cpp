#include "explain/captions.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/network/summary.h"

#include "core/text.h"

namespace alexnet::explain {
namespace {

/// "tulip (probability 61.0 %)" or "tulip (score 2.31)"
std::string class_words(const PhotoPass& pass, const ClassScore& explained, const Say& say) {
  return pass.network().output() == OutputKind::kProbabilities
             ? say("{} (probability {:.1f} %)", explained.name, 100 * explained.value)
             : say("{} (score {})", explained.name, short_number(explained.value));
}

/// "43 % of the width from the left and 30 % of the height from the top of the photo"
std::string place_words(const PhotoPass& pass, const HeatMap& map, const Say& say) {
  const Place place = on_photo(map.centre(map.peak()), pass.window(), pass.model().geometry);
  return say("{:.0f} % of the photo's width from the left and {:.0f} % of its height from the top",
             100 * place.x / pass.photo().width, 100 * place.y / pass.photo().height);
}

}  // namespace

std::string caption(const FilterSheet& sheet, const Network& network, const Say& say) {
  const auto kernel = std::get<Conv2D>(network.layers()[network.index_of(sheet.layer)]).kernel;
  std::string text =
      say("All {} filters of {}, {} x {} weights each, in colour on one scale: mid-grey is 0, black {}, white {}.",
          sheet.filters.size(), sheet.layer, kernel, kernel, short_number(-sheet.largest), short_number(sheet.largest));
  if (sheet.parts > 1) {
    text += say.gap() + say("The {} groups of a later convolution read them apart.", sheet.parts);
  }
  if (const auto empty = std::ranges::count_if(sheet.filters, &Filter::empty); empty > 0) {
    text += say.gap() + say("Crossed out: {} with hardly any weight (at most 1 % of the largest norm).", empty);
  }
  return text;
}

std::string caption(const PhotoPass& pass, const Say& say) {
  return say(
      "Left the photo, {} x {} pixels, with what the network sees of it outlined; right the {} x {} "
      "pixels that it read.",
      pass.photo().width, pass.photo().height, pass.cut().width, pass.cut().height);
}

std::optional<bool> is_unknown(const PhotoPass& pass, const std::vector<ClassScore>& classes) {
  const auto& calibration = pass.calibration();
  return calibration && calibration->threshold ? std::optional(classes.front().value < *calibration->threshold)
                                               : std::nullopt;
}

std::string classes_caption(const PhotoPass& pass, const std::vector<ClassScore>& classes, const Say& say) {
  std::string names;
  for (const ClassScore& score : classes) {
    names += (names.empty() ? "" : say.comma()) + class_words(pass, score, say);
  }
  std::string text = say("The {} largest of {} classes: {}.", classes.size(), pass.scores().size(), names);
  if (const auto& first = classes.front(); first.raw) {
    text += say.gap() + say("Without the model's temperature {:.2f} the first has {:.1f} %.",
                            pass.calibration()->temperature, 100 * *first.raw);
  }
  if (const auto unknown = is_unknown(pass, classes)) {
    const double threshold = 100 * *pass.calibration()->threshold;
    text += say.gap() + (*unknown ? say("Below the model's threshold of {:.1f} %: unknown.", threshold)
                                  : say("It reaches the model's threshold of {:.1f} %.", threshold));
  }
  return text;
}

std::string caption(const std::string& file, const std::vector<Neighbours>& found, const PhotoSet& set,
                    const Say& say) {
  std::string text =
      say("The photos of {} that the network finds most like {}, nearest first, by cosine distance "
          "(0 the same direction, 1 nothing in common).",
          set.name, file);
  for (const Neighbours& of_layer : found) {
    if (of_layer.nearest.empty()) {
      continue;
    }
    const Neighbour& first = of_layer.nearest.front();
    text += say.gap() +
            say("By {} the first is {}, at {}.", of_layer.layer, set.file_of(first.item), short_number(first.distance));
    if (const auto leak = leak_in(of_layer, set)) {
      text += say.gap() + say("{} (part {}) and {} (part {}) are the same to the network: they may be copies.",
                              set.file_of(leak->first), say.word(set.part_of(leak->first)), set.file_of(leak->second),
                              say.word(set.part_of(leak->second)));
    }
  }
  return text;
}

std::string caption(const LayerPatches& layer, const PatchOptions& options, std::int64_t photos, const Say& say) {
  std::string text = say(
      "The {} patches of {} photos that excite each unit of {} most, the largest value first, at most {} of one photo. "
      "Each shows the {} x {} pixels of the cut that the unit sees there, grey beyond its edge; values are read behind "
      "{}, before the activation.",
      options.count, with_commas(photos), layer.layer, options.per_photo, layer.field.size, layer.field.size,
      layer.place.layer);
  const auto dead = layer.dead();
  if (!dead.empty()) {
    text += say.gap() + say("Dead, above 0 nowhere in these photos: {} of {} units ({}).", dead.size(),
                            layer.units.size(), fmt::join(dead, ", "));
  }
  return text;
}

std::string caption(const LayerMaps& maps, const Say& say) {
  std::string text = say("{}, {}: values from {} to {}, mean {}, {:.1f} % zeros.", maps.layer, to_string(maps.shape),
                         short_number(maps.min), short_number(maps.max), short_number(maps.mean), 100 * maps.zeros);
  text += say.gap() + (maps.shape.size() == 3 ? say("Strongest map {}/{} (framed), at row {}, column {}.", maps.layer,
                                                    maps.strongest, maps.row, maps.column)
                                              : say("Strongest unit {}/{} (framed).", maps.layer, maps.strongest));
  return maps.kind == "dropout" ? text + say.gap() + say("Dropout drops nothing here: it is for training only.") : text;
}

std::string caption(const PhotoPass& pass, const GradCam& cam, const ClassScore& explained, const Say& say) {
  const std::string name = class_words(pass, explained, say);
  if (!cam.has_evidence()) {
    return say("Grad-CAM for {} at {}: no positive evidence, the map is 0 everywhere.", name, cam.layer);
  }
  const auto field = summarize(pass.network(), 1).rows[pass.network().index_of(cam.layer)].receptive_field;
  return say(
      "Grad-CAM for {} at {}, {} x {} cells: what speaks for it is strongest at {}. Each cell stands at "
      "the middle of the {} x {} pixels of the cut that it sees; where no cell stands the photo is grey.",
      name, cam.layer, cam.map.width, cam.map.height, place_words(pass, cam.map, say), field, field);
}

std::string against_caption(const PhotoPass& pass, const GradCam& cam, const ClassScore& explained,
                            const ClassScore& other, const Say& say) {
  return say(
      "Grad-CAM of the score of {} less that of {} at {}, {} x {} cells: orange speaks for {}, blue for {}; most at "
      "{}.",
      class_words(pass, explained, say), class_words(pass, other, say), cam.layer, cam.map.width, cam.map.height,
      explained.name, other.name, place_words(pass, cam.map, say));
}

std::string caption(const PhotoPass& pass, const Occlusion& occlusion, const ClassScore& explained,
                    std::optional<double> agreement, const Say& say) {
  const HeatMap& falls = occlusion.falls();
  const double most = falls.values[falls.peak()];
  std::string text = say("A grey square of {} x {} pixels of the cut at {} x {} places, for {}.", occlusion.patch,
                         occlusion.patch, falls.width, falls.height, class_words(pass, explained, say));
  if (occlusion.by_score() && !occlusion.points.values.empty()) {
    text += say.gap() + say("Its probability moves by less than {} point everywhere, so this is its score.",
                            Occlusion::kLeastPoints);
  }
  text += say.gap();
  if (most <= 0) {
    text += occlusion.by_score() ? say("The score falls nowhere.") : say("The probability falls nowhere.");
  } else {
    const std::string place = place_words(pass, falls, say);
    text += occlusion.by_score()
                ? say("The score falls most, by {}, with the square's middle at {}.", short_number(most), place)
                : say("The probability falls most, by {} points, with the square's middle at {}.", short_number(most),
                      place);
  }
  return text + say.gap() +
         (agreement ? say("Rank correlation with Grad-CAM, where that has cells: {:.2f}.", *agreement)
                    : say("Rank correlation with Grad-CAM: none, one of them is constant."));
}

std::string saliency_caption(const HeatMap& map, const ClassScore& explained, double largest, const Say& say) {
  return say(
      "By how much the score of {} moves with each of the {} x {} pixels, the largest of the colours, as "
      "score a grey level. The scale ends at {}, which 1 % of the pixels exceed.",
      explained.name, map.width, map.height, short_number(largest));
}

}  // namespace alexnet::explain
