#include "alexnet/explain/filters.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "alexnet/charts/canvas.h"
#include "alexnet/core/error.h"

#include "core/text.h"

namespace alexnet::explain {
namespace {

using charts::Canvas;

constexpr double kEmptyShare = 0.01;
constexpr std::size_t kPerRow = 16;
constexpr int kWidth = 704;  // of a full row, about
constexpr int kLargestScale = 16;
constexpr int kMargin = 8;
constexpr int kHeading = charts::kTextHeight + 4;

const Conv2D& first_convolution(const Network& network) {
  for (const Layer& layer : network.layers()) {
    if (const auto* found = std::get_if<Conv2D>(&layer)) {
      return *found;
    }
  }
  throw Error(Message::kNoConvolution, {{"where", network.name()}});
}

/// Groups of the first convolution that has some, where they divide the filters; else 1.
std::size_t parts_of(const Network& network, const Conv2D& first) {
  for (const Layer& layer : network.layers()) {
    const auto* convolution = std::get_if<Conv2D>(&layer);
    if (convolution != nullptr && convolution->groups > 1) {
      return first.filters % convolution->groups == 0 ? static_cast<std::size_t>(convolution->groups) : 1;
    }
  }
  return 1;
}

bool reads_bgr(const Network& network) {
  const auto* normalize = std::get_if<Normalize>(&network.layers().front());
  return normalize != nullptr && normalize->order == Normalize::Order::kBGR;
}

/// The weights of one filter: (channels, kernel, kernel), in the order red, green, blue.
class FilterWeights {
 public:
  FilterWeights(std::span<const double> values, std::size_t channels, bool reversed)
      : values_(values), channels_(channels), places_(values.size() / channels), reversed_(reversed) {}

  [[nodiscard]] double at(std::size_t channel, std::size_t place) const {
    return values_[(reversed_ ? channels_ - 1 - channel : channel) * places_ + place];
  }
  [[nodiscard]] double squares() const {
    double sum = 0;
    for (const double value : values_) {
      sum += value * value;
    }
    return sum;
  }
  /// Of each place the part that differs from the mean of its channels.
  [[nodiscard]] double colour_squares() const {
    double sum = 0;
    for (std::size_t place = 0; place < places_; ++place) {
      double mean = 0;
      for (std::size_t c = 0; c < channels_; ++c) {
        mean += at(c, place) / static_cast<double>(channels_);
      }
      for (std::size_t c = 0; c < channels_; ++c) {
        sum += (at(c, place) - mean) * (at(c, place) - mean);
      }
    }
    return sum;
  }
  [[nodiscard]] Image picture(int side, double largest) const {
    Image image(side, side, static_cast<int>(channels_));
    for (std::size_t place = 0; place < places_; ++place) {
      for (std::size_t c = 0; c < channels_; ++c) {
        // -largest, 0, largest become 1, 128, 255
        const double share = largest > 0 ? at(c, place) / largest : 0;
        image.pixels[place * channels_ + c] = static_cast<std::uint8_t>(std::lround(128 + 127 * share));
      }
    }
    return image;
  }

 private:
  std::span<const double> values_;
  std::size_t channels_;
  std::size_t places_;
  bool reversed_;
};

Filter facts_of(const FilterWeights& weights, std::size_t index, std::size_t part) {
  const double squares = weights.squares();
  return {.index = index,
          .part = part,
          .norm = std::sqrt(squares),
          .colour = squares > 0 ? weights.colour_squares() / squares : 0};
}

void mark_empty(std::vector<Filter>& filters) {
  double largest = 0;
  for (const Filter& filter : filters) {
    largest = std::max(largest, filter.norm);
  }
  for (Filter& filter : filters) {
    filter.empty = filter.norm <= kEmptyShare * largest;
  }
}

/// "part 1 of 2: filters 0 to 47, colour 12 %"
std::string heading(const FilterSheet& sheet, std::size_t part) {
  const std::size_t each = sheet.filters.size() / sheet.parts;
  double colour = 0;
  double all = 0;
  for (std::size_t i = part * each; i < (part + 1) * each; ++i) {
    const double squares = sheet.filters[i].norm * sheet.filters[i].norm;
    colour += sheet.filters[i].colour * squares;
    all += squares;
  }
  const std::string name = sheet.parts == 1 ? "" : fmt::format("part {} of {}: ", part + 1, sheet.parts);
  return fmt::format("{}filters {} to {}, colour {:.0f} %", name, part * each, (part + 1) * each - 1,
                     all > 0 ? 100 * colour / all : 0);
}

/// What black, mid-grey and white stand for.
void draw_key(Canvas& canvas, int top, double largest) {
  int left = kMargin;
  const auto add = [&](charts::Colour colour, const std::string& text) {
    canvas.fill({left, top, charts::kTextHeight, charts::kTextHeight}, colour);
    canvas.frame({left, top, charts::kTextHeight, charts::kTextHeight}, charts::kBlack);
    canvas.text(left + charts::kTextHeight + 4, top + 1, text, charts::kBlack);
    left += charts::kTextHeight + 4 + charts::text_width(text) + 12;
  };
  add(charts::kBlack, short_number(-largest));
  add(charts::kGrey, "0");
  add(charts::kWhite, short_number(largest));
}

/// Each part under its heading, tiles with one black pixel between.
Image drawn(const FilterSheet& sheet, const std::vector<Image>& tiles) {
  const std::size_t each = tiles.size() / sheet.parts;
  const auto columns = static_cast<int>(std::min(each, kPerRow));
  const auto rows = static_cast<int>((each + kPerRow - 1) / kPerRow);
  const int side = tiles.front().width * sheet.enlarged;
  const int grid_width = columns * (side + 1) + 1;
  const int grid_height = rows * (side + 1) + 1;
  const int part_height = kHeading + grid_height + kMargin;
  const auto parts = static_cast<int>(sheet.parts);
  const int width = std::max(grid_width, charts::text_width(heading(sheet, sheet.parts - 1))) + 2 * kMargin;
  Canvas canvas(width, kMargin + parts * part_height + charts::kTextHeight + kMargin, charts::kWhite);
  for (int part = 0; part < parts; ++part) {
    const int top = kMargin + part * part_height;
    canvas.text(kMargin, top, heading(sheet, static_cast<std::size_t>(part)), charts::kBlack);
    for (std::size_t i = 0; i < each; ++i) {
      const std::size_t index = static_cast<std::size_t>(part) * each + i;
      const int left = kMargin + 1 + static_cast<int>(i % kPerRow) * (side + 1);
      const int tile_top = top + kHeading + 1 + static_cast<int>(i / kPerRow) * (side + 1);
      canvas.draw(tiles[index], left, tile_top, sheet.enlarged);
      canvas.frame({left, tile_top, side, side}, charts::kBlack);
      if (sheet.filters[index].empty) {
        canvas.cross({left, tile_top, side, side}, charts::kBlack);
      }
    }
  }
  draw_key(canvas, kMargin + parts * part_height, sheet.largest);
  return canvas.image();
}

}  // namespace

FilterSheet filter_sheet(const Network& network, const Weights& weights) {
  const Conv2D& layer = first_convolution(network);
  const std::string name = layer.name + ".weight";
  const auto found = weights.find(name);
  if (found == weights.end()) {
    throw Error(Message::kTensorMissing, {{"where", name}, {"file", network.name()}});
  }
  const Shape& shape = found->second.shape();
  const auto channels = static_cast<std::size_t>(shape[1]);
  if (channels != 1 && channels != 3) {
    throw Error(Message::kNetworkInvalid, {{"where", layer.name},
                                           {"expected", "1 or 3 channels, those of a picture"},
                                           {"got", fmt::to_string(channels)}});
  }
  FilterSheet sheet{.layer = layer.name, .filters = {}, .parts = parts_of(network, layer), .picture = {}};
  const Tensor tensor = found->second.converted(ElementType::kF64);
  const auto values = tensor.as<double>();
  const auto count = static_cast<std::size_t>(layer.filters);
  const std::size_t size = values.size() / count;
  const auto weights_of = [&](std::size_t index) {
    return FilterWeights(values.subspan(index * size, size), channels, reads_bgr(network));
  };
  for (std::size_t i = 0; i < count; ++i) {
    sheet.filters.push_back(facts_of(weights_of(i), i, i * sheet.parts / count));
  }
  mark_empty(sheet.filters);
  for (const double value : values) {
    sheet.largest = std::max(sheet.largest, std::abs(value));
  }
  const std::size_t in_row = std::min(count / sheet.parts, kPerRow);
  sheet.enlarged = std::clamp(kWidth / static_cast<int>(in_row) / layer.kernel, 1, kLargestScale);
  std::vector<Image> tiles;
  for (std::size_t i = 0; i < count; ++i) {
    tiles.push_back(weights_of(i).picture(layer.kernel, sheet.largest));
  }
  sheet.picture = drawn(sheet, tiles);
  return sheet;
}

}  // namespace alexnet::explain
