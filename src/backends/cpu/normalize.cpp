#include <algorithm>

#include "input_step.h"

namespace alexnet::cpu {
namespace {

double of_channel(const std::vector<double>& values, std::int64_t channel, double otherwise) {
  return values.empty() ? otherwise : values[values.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
}

/// The source of a channel's pixels in row h of photo n: element w stands at pixels[w * stride].
template <class T>
struct PixelRow {
  const T* pixels;
  std::int64_t stride;
};

PixelRow<std::uint8_t> pixel_row(std::span<const std::uint8_t> input, const Layout& l, std::int64_t n, std::int64_t c,
                                 std::int64_t h) {
  return {input.data() + ((n * l.height + h) * l.width) * l.channels + c, l.channels};
}
template <class T>
PixelRow<T> pixel_row(std::span<const T> input, const Layout& l, std::int64_t n, std::int64_t c, std::int64_t h) {
  return {input.data() + ((n * l.channels + c) * l.height + h) * l.width, 1};
}

}  // namespace

void InputStep::forward(StepCall& call) {
  photos_.assign(call.batch->photos.begin(), call.batch->photos.end());
  const Tensor& input = call.batch->input;
  if (in.channels % out.lanes != 0 && out.order == Layout::Order::kBlocked) {
    std::fill_n(call.output, out.size(), 0.0F);
  }
  switch (input.type()) {
    case ElementType::kU8:
      return fill(input.as<std::uint8_t>(), call.output);
    case ElementType::kF64:
      return fill(input.as<double>(), call.output);
    default:
      return fill(input.as<float>(), call.output);
  }
}

// y = ((x * scale - mean) + colour offset) * colour scale / deviation
template <class T>
void InputStep::fill(std::span<const T> input, float* output) {
  const PhotoFacts plain;
#pragma omp parallel for collapse(2)
  for (std::int64_t n = 0; n < out.rows; ++n) {
    for (std::int64_t h = 0; h < out.height; ++h) {
      const PhotoFacts& photo = photos_.empty() ? plain : photos_[static_cast<std::size_t>(n)];
      for (std::int64_t c = 0; c < out.channels; ++c) {
        const auto row = pixel_row(input, out, n, source_channel(c), h);
        float* to = output + out.at(n, c, h, 0);
        const auto gain = static_cast<float>(gain_of(c, photo));
        const auto scale = static_cast<float>(scale_);
        if (mean_image_ == nullptr) {
          const auto lift = static_cast<float>(mean_of(c) - static_cast<double>(photo.colour_offset[c % 3]));
          for (std::int64_t w = 0; w < out.width; ++w) {
            to[w * out.pixel_stride] = (static_cast<float>(row.pixels[w * row.stride]) * scale - lift) * gain;
          }
        } else {
          const MeanRow mean = mean_row(photo, c, h);
          const float offset = photo.colour_offset[c % 3];
          for (std::int64_t w = 0; w < out.width; ++w) {
            const float value = static_cast<float>(row.pixels[w * row.stride]) * scale;
            to[w * out.pixel_stride] = (value - mean.first[w * mean.step] + offset) * gain;
          }
        }
      }
    }
  }
}

InputStep::MeanRow InputStep::mean_row(const PhotoFacts& photo, std::int64_t c, std::int64_t h) const {
  const bool at_crop = layer_.mean_at == Normalize::MeanAt::kCrop;
  const std::int64_t top = at_crop ? photo.crop_top : (layer_.mean_height - out.height) / 2;
  const std::int64_t left = at_crop ? photo.crop_left : (layer_.mean_width - out.width) / 2;
  const float* row = mean_image_ + (c * layer_.mean_height + top + h) * layer_.mean_width + left;
  // The 2012 code subtracts its centre after the flip, Caffe mirrors the mean with the photo.
  return at_crop && photo.flipped ? MeanRow{row + out.width - 1, -1} : MeanRow{row, 1};
}

std::int64_t InputStep::source_channel(std::int64_t c) const {
  return layer_.order == Normalize::Order::kBGR ? out.channels - 1 - c : c;
}

double InputStep::mean_of(std::int64_t c) const { return has_layer_ ? of_channel(layer_.mean, c, 0) : 0; }

double InputStep::gain_of(std::int64_t c, const PhotoFacts& photo) const {
  return has_layer_ ? static_cast<double>(photo.colour_scale) / of_channel(layer_.deviation, c, 1) : 1;
}

Tensor InputStep::input_gradient(const float* gradient, const Shape& input) const {
  Shape shape = {out.rows};
  shape.insert(shape.end(), input.begin(), input.end());
  Tensor result(ElementType::kF32, shape);
  std::vector<float> logical(static_cast<std::size_t>(out.rows * out.elements_per_row()));
  to_logical(out, gradient, logical.data());
  const PhotoFacts plain;
  const std::int64_t map = out.height * out.width;
  for (std::int64_t n = 0; n < out.rows; ++n) {
    const PhotoFacts& photo = photos_.empty() ? plain : photos_[static_cast<std::size_t>(n)];
    for (std::int64_t c = 0; c < out.channels; ++c) {
      const auto factor = static_cast<float>(scale_ * gain_of(c, photo));
      const float* from = logical.data() + (n * out.channels + c) * map;
      float* to = result.as<float>().data() + (n * out.channels + source_channel(c)) * map;
      for (std::int64_t i = 0; i < map; ++i) {
        to[i] = from[i] * factor;
      }
    }
  }
  return result;
}

InputStep::InputStep(const Normalize* layer, const StepContext& context, const Layout& output) {
  in = out = output;
  if (layer == nullptr) {
    return;
  }
  has_layer_ = true;
  layer_ = *layer;
  scale_ = layer->scale;
  if (layer->mean_image) {
    mean_image_ = context.weights->values(context.parameter("mean"));
  }
}

}  // namespace alexnet::cpu
