#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "backends/reference/layers.h"

namespace alexnet::reference {
namespace {

/// One value for all channels, one for each, or none.
double value_for(const std::vector<double>& values, std::int64_t channel, double none) {
  if (values.empty()) {
    return none;
  }
  return values[values.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
}

/// The channel of x that makes channel c of y.
std::int64_t source(const Normalize& layer, const Image& image, std::int64_t c) {
  return layer.order == Normalize::Order::kBGR ? image.channels - 1 - c : c;
}

/// Where the part of the mean image that is subtracted from a photo lies.
struct MeanPlace {
  std::int64_t top;
  std::int64_t left;
  bool mirrored;
};

MeanPlace mean_place(const Normalize& layer, const Image& image, const PhotoFacts& photo) {
  if (layer.mean_at == Normalize::MeanAt::kCentre) {
    return {(layer.mean_height - image.height) / 2, (layer.mean_width - image.width) / 2, false};
  }
  const MeanPlace place{photo.crop_top, photo.crop_left, photo.flipped};
  if (place.top < 0 || place.left < 0 || place.top + image.height > layer.mean_height ||
      place.left + image.width > layer.mean_width) {
    throw Error(Message::kWrongCall, {{"where", layer.name},
                                      {"expected", fmt::format("a {}x{} crop inside the {}x{} mean image", image.height,
                                                               image.width, layer.mean_height, layer.mean_width)},
                                      {"got", fmt::format("a crop at {}, {}", place.top, place.left)}});
  }
  return place;
}

PhotoFacts photo_of(const Call& call, std::int64_t n) {
  return call.photos.empty() ? PhotoFacts{} : call.photos[static_cast<std::size_t>(n)];
}

}  // namespace

/// y[n,c,h,w] = (x[n,source(c),h,w] * scale - mean + colour_offset[c]) * colour_scale / deviation[c], where mean is
/// mean[c], or mean[c, top + h, left + w] of the mean image (its columns from the right where the photo is flipped).
template <class T>
void forward(const Normalize& layer, const Call& call, LayerData<T>& data) {
  const Image image(data.facts->input);
  for (std::int64_t n = 0; n < call.rows; ++n) {
    const PhotoFacts photo = photo_of(call, n);
    const MeanPlace place = layer.mean_image ? mean_place(layer, image, photo) : MeanPlace{};
    for (std::int64_t c = 0; c < image.channels; ++c) {
      const T* x = at(data.x, (n * image.channels + source(layer, image, c)) * image.pixels());
      T* y = at(data.y, (n * image.channels + c) * image.pixels());
      const double offset = c < 3 ? static_cast<double>(photo.colour_offset[c]) : 0;
      const double factor = static_cast<double>(photo.colour_scale) / value_for(layer.deviation, c, 1);
      for (std::int64_t h = 0; h < image.height; ++h) {
        for (std::int64_t w = 0; w < image.width; ++w) {
          double mean = value_for(layer.mean, c, 0);
          if (layer.mean_image) {
            const std::int64_t column = place.left + (place.mirrored ? image.width - 1 - w : w);
            mean = static_cast<double>(
                *at(data.parameters[0], (c * layer.mean_height + place.top + h) * layer.mean_width + column));
          }
          const std::int64_t i = h * image.width + w;
          y[i] = static_cast<T>((static_cast<double>(x[i]) * layer.scale - mean + offset) * factor);
        }
      }
    }
  }
}

/// dx[n,source(c),h,w] = dy[n,c,h,w] * scale * colour_scale / deviation[c]: the gradient of the pixel's own value.
template <class T>
void backward_data(const Normalize& layer, const Call& call, LayerData<T>& data) {
  const Image image(data.facts->input);
  for (std::int64_t n = 0; n < call.rows; ++n) {
    const auto colour_scale = static_cast<double>(photo_of(call, n).colour_scale);
    for (std::int64_t c = 0; c < image.channels; ++c) {
      const T* dy = at(data.dy, (n * image.channels + c) * image.pixels());
      T* dx = at(data.dx, (n * image.channels + source(layer, image, c)) * image.pixels());
      const double factor = layer.scale * colour_scale / value_for(layer.deviation, c, 1);
      for (std::int64_t i = 0; i < image.pixels(); ++i) {
        dx[i] = static_cast<T>(static_cast<double>(dy[i]) * factor);
      }
    }
  }
}

template void forward(const Normalize&, const Call&, LayerData<float>&);
template void forward(const Normalize&, const Call&, LayerData<double>&);
template void backward_data(const Normalize&, const Call&, LayerData<float>&);
template void backward_data(const Normalize&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
