#include "explain/unit_page.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "alexnet/core/files.h"
#include "alexnet/image/resize.h"

#include "charts/text.h"
#include "core/text.h"
#include "explain/page_writer.h"
#include "explain/patch_pictures.h"
#include "explain/photo_svg.h"
#include "explain/tables.h"
#include "formats/csv.h"

namespace alexnet::explain {
namespace {

using charts::detail::escaped;
using nlohmann::ordered_json;

constexpr int kPatch = 128;
constexpr int kSynthetic = 288;
constexpr std::size_t kClasses = 20;  // shown at most

constexpr const char* kNote =
    "A unit is one map of a convolution. What excites it most is not all that it answers to, and no proof of what the "
    "network uses it for.";

constexpr std::string_view kStyle = R"(
:root{--paper:#fff;--ink:#1f2328;--soft:#57606a;--line:#d8dee4}
@media (prefers-color-scheme:dark){:root{--paper:#15191f;--ink:#e6edf3;--soft:#9aa6b2;--line:#2b323b}}
*{box-sizing:border-box}
body{margin:0 auto;padding:16px;max-width:1000px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.4em 0}
p{margin:.3em 0}
.soft{color:var(--soft);font-size:.9rem}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));gap:24px;margin:1.2em 0}
figure{margin:0;min-width:0;border-top:1px solid var(--line);padding-top:12px}
img{display:block;max-width:100%;height:auto;image-rendering:auto}
figcaption{font-size:.9rem;margin-top:8px;overflow-wrap:anywhere}
)";

std::string name_of_unit(const Unit& unit) { return fmt::format("{}/{}", unit.layer, unit.index); }

/// A picture of the page.
struct Figure {
  std::string kind;
  std::string file;
  std::string values;  // a CSV file, or empty
  std::string caption;
  ordered_json settings;
};

std::string patches_words(const UnitFacts& facts, const PhotoSet& set, const Say& say) {
  const UnitPatches& own = *facts.own();
  const LayerPatches& layer = facts.patches->layers.front();
  if (own.best.empty()) {
    return say("No photo could be read.");
  }
  std::string text = say(
      "The {} patches of {} photos that excite it most: values {} to {}, read behind {}, before the activation. Each "
      "shows the {} x {} pixels that the unit sees there, grey beyond the cut's edge. First: {}.",
      own.best.size(), with_commas(facts.patches->photos), short_number(own.best.front().value),
      short_number(own.best.back().value), layer.place.layer, layer.field.size, layer.field.size,
      set.file_of(own.best.front().item));
  if (own.dead) {
    text += say.gap() + say("The unit is dead: it is above 0 nowhere in these photos.");
  }
  return text;
}

std::string synthetic_words(const UnitFacts& facts, const SyntheticOptions& options, const Say& say) {
  const Synthetic& made = *facts.synthetic;
  std::string text = say(
      "A picture made for it: gradient ascent on the pixels from noise, {} steps, the best of {} starts; the {} x {} "
      "pixels that the unit sees. It excites the unit with {}.",
      made.steps, options.starts, made.field.size, made.field.size, short_number(made.value));
  if (const auto converged = facts.converged()) {
    const double photo = facts.own()->best.front().value;
    text += say.gap() + (*converged
                             ? say("That is more than any of the photos, whose best reaches {}.", short_number(photo))
                             : say("Not converged: the best of the photos reaches {}.", short_number(photo)));
  }
  if (made.out_of_time) {
    text += say.gap() + say("The time of {} s ended it after {} of {} steps.", short_number(options.seconds),
                            made.steps, options.steps);
  }
  return text;
}

std::string filter_words(const IncomingFilter& filter, const Unit& unit, const Say& say) {
  if (filter.maps.empty()) {
    return say("Its filter in colour: mid-grey is 0, black {}, white {}.", short_number(-filter.largest),
               short_number(filter.largest));
  }
  return say(
      "What {} adds up: a kernel for each map of {}; here the {} of the largest norm, the largest first, under the "
      "number of their map. The strongest reads map {}.",
      name_of_unit(unit), filter.reads, filter.maps.size(), filter.maps.front());
}

/// Classes by their mean, the largest first.
std::vector<std::size_t> class_order(const UnitPatches& own) {
  std::vector<std::size_t> order(own.class_means.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return own.class_means[i]; });
  return order;
}

/// What the unit sees of a picture, enlarged.
Image shown(const Synthetic& made) {
  const Image part = field_picture(made.image, made.field, static_cast<int>(made.field.size));
  const int side = std::max(kSynthetic, part.width);
  return resize(part, side, side, {.filter = alexnet::Filter::kBicubic});
}

std::string page_of(const Unit& unit, const std::string& network, const std::vector<Figure>& figures, const Say& say) {
  const std::string title = escaped(say("Unit {}", name_of_unit(unit)));
  const std::string words = say("Map {} of {} of the network {}.", unit.index, escaped(unit.layer), escaped(network)) +
                            say.gap() + say.word(kNote);
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{0}\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file: data:; "
      "style-src 'unsafe-inline'\"/>\n<title>{1}</title>\n<style>{2}</style>\n</head>\n<body>\n"
      "<h1>{1}</h1>\n<p class=\"soft\">{3}</p>\n<div class=\"figures\">\n",
      say.tag(), title, kStyle, words);
  for (const Figure& figure : figures) {
    out += fmt::format("<figure><img src=\"{0}\" alt=\"{1}\"/><figcaption>{1}{2}</figcaption></figure>\n", figure.file,
                       escaped(figure.caption),
                       figure.values.empty() ? "" : fmt::format(" <a href=\"{0}\">{0}</a>", figure.values));
  }
  return out + "</div>\n</body>\n</html>\n";
}

void add_classes(std::vector<Figure>& figures, const std::filesystem::path& folder, const PhotoSet& set,
                 const UnitFacts& facts, const Say& say) {
  const auto& names = set.dataset->classes();
  if (names.size() < 2) {
    return;
  }
  const UnitPatches& own = *facts.own();
  std::vector<Bar> bars;
  std::string table = "class,photos,mean\n";
  for (const std::size_t i : class_order(own)) {
    table +=
        fmt::format("{},{},{}\n", csv_field(names[i]), facts.patches->class_photos[i], csv_number(own.class_means[i]));
    if (bars.size() < kClasses) {
      bars.push_back({.name = names[i], .value = own.class_means[i], .text = short_number(own.class_means[i])});
    }
  }
  const std::string words =
      facts.patches->layers.front().place.rectified
          ? say("Mean over a class's photos of the largest value of the map, 0 where it is below: most for {}.",
                bars.front().name)
          : say("Mean over a class's photos of the largest value of the map: most for {}.", bars.front().name);
  write_file_atomically(folder / "classes.csv", table);
  write_file_atomically(folder / "classes.svg",
                        bars_svg(say("Classes that excite {}", name_of_unit(facts.unit)), std::nullopt, bars, 0, ""));
  figures.push_back({"classes", "classes.svg", "classes.csv", words, {{"shown", bars.size()}}});
}

}  // namespace

std::optional<bool> UnitFacts::converged() const {
  if (!synthetic || own() == nullptr || own()->best.empty()) {
    return std::nullopt;
  }
  return synthetic->value > own()->best.front().value;
}

ordered_json write_unit_page(const std::filesystem::path& folder, const std::string& link, const PhotoPass& pass,
                             const PhotoSet& set, const UnitFacts& facts, const SyntheticOptions& options, int threads,
                             const Say& say) {
  make_folder(folder);
  std::vector<Figure> figures;
  if (facts.patches) {
    // Of the one unit only.
    LayerPatches layer = facts.patches->layers.front();
    layer.units = {*facts.own()};
    const auto tiles = patch_tiles(pass, set, {layer}, kPatch, threads).front().front();
    write_picture(folder / "patches.png", patch_block(tiles, tile_side(layer.field.size, kPatch)));
    write_file_atomically(folder / "patches.csv", patches_csv(*facts.patches, set, facts.unit.index));
    figures.push_back({"patches",
                       "patches.png",
                       "patches.csv",
                       patches_words(facts, set, say),
                       {{"of_each", PatchOptions{}.count}, {"of_one_photo", PatchOptions{}.per_photo}}});
  }
  if (facts.synthetic) {
    write_picture(folder / "synthetic.png", shown(*facts.synthetic));
    figures.push_back({"synthetic",
                       "synthetic.png",
                       "",
                       synthetic_words(facts, options, say),
                       {{"starts", options.starts},
                        {"steps", facts.synthetic->steps},
                        {"jitter", options.jitter},
                        {"seed", options.seed},
                        {"value", facts.synthetic->value},
                        {"values", facts.synthetic->values},
                        {"out_of_time", facts.synthetic->out_of_time}}});
  }
  if (facts.filter) {
    write_picture(folder / "filter.png", facts.filter->picture);
    figures.push_back(
        {"filter",
         "filter.png",
         "",
         filter_words(*facts.filter, facts.unit, say),
         {{"reads", facts.filter->reads}, {"maps", facts.filter->maps}, {"scale_end", facts.filter->largest}}});
  }
  if (facts.patches) {
    add_classes(figures, folder, set, facts, say);
  }
  write_file_atomically(folder / "index.html", page_of(facts.unit, pass.network().name(), figures, say));
  ordered_json pictures = ordered_json::array();
  for (const Figure& figure : figures) {
    ordered_json entry = {{"kind", figure.kind}, {"file", link + "/" + figure.file}};
    if (!figure.values.empty()) {
      entry["values"] = link + "/" + figure.values;
    }
    entry["caption"] = figure.caption;
    entry["settings"] = figure.settings;
    pictures.push_back(std::move(entry));
  }
  const auto converged = facts.converged();
  return {{"unit", name_of_unit(facts.unit)},
          {"page", link + "/index.html"},
          {"dead", facts.own() != nullptr ? ordered_json(facts.own()->dead) : ordered_json()},
          {"converged", converged ? ordered_json(*converged) : ordered_json()},
          {"pictures", std::move(pictures)}};
}

}  // namespace alexnet::explain
