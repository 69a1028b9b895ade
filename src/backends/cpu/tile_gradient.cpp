#include "tile_gradient.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <omp.h>

#ifdef __x86_64__
#include "kernels/amx.h"
#include "memory.h"

namespace alexnet::cpu {
namespace {

// What two blocks of channels and two of filters multiply stays in the first cache for the columns of a kernel, and in
// the second for its rows.
constexpr std::int64_t kStepsAtOnce = 4;
constexpr std::int64_t kStepsCached = 64;
constexpr std::int64_t kParts = 16;  // of the pixels, for threads that pack them

std::int64_t in_steps(std::int64_t pixels) { return (pixels + kTilePixels - 1) / kTilePixels; }

/// Numbers between rows that would else share lines of a cache: an odd number of lines.
std::int64_t spread(std::int64_t steps) { return (steps | 1) * kTilePixels; }

class TileGradient final : public Linear {
 public:
  TileGradient(const LinearOptions& options, std::unique_ptr<Linear> inner) : o_(options), inner_(std::move(inner)) {
    const Layout& in = inner_->input();
    const Layout& out = inner_->output();
    stride_ = o_.stride;
    kernel_ = (o_.kernel + stride_ - 1) / stride_;
    group_in_ = in.channels / o_.groups * stride_ * stride_;
    group_out_ = out.channels / o_.groups;
    // Beyond a line's end lie zeros, or the next line's padding.
    const std::int64_t left = stride_ == 1 ? o_.left : 0;
    const std::int64_t top = stride_ == 1 ? o_.top : 0;
    const std::int64_t width = stride_ == 1 ? in.width : out.width + kernel_ - 1;
    const std::int64_t height = stride_ == 1 ? in.height : out.height + kernel_ - 1;
    const std::int64_t line = std::max(width + left, out.width + kernel_ - 1 - left);
    const std::int64_t photo = line * std::max(height + top, out.height + kernel_ - 1 - top);
    filter_row_ = {0, line, photo};
    channel_row_ = {top * line + left, line, photo};
    steps_ = in_steps(in.rows * photo);
    channel_steps_ = in_steps(steps_ * kTilePixels + (kernel_ - 1) * (line + 1));
    channel_pitch_ = spread(channel_steps_);
    folded_ = onednn::WeightLayout::by_filter_lanes({out.channels, group_in_, kernel_, kernel_}, o_.groups,
                                                    static_cast<int>(kTileChannels));
    logical_ = onednn::WeightLayout::logical({out.channels, in.channels / o_.groups, o_.kernel, o_.kernel}, o_.groups);
    if (stride_ > 1 || !(*folded_ == inner_->weights())) {
      sums_ = FloatBuffer(folded_->floats());
    }
    if (stride_ > 1) {
      unfolded_ = FloatBuffer(logical_->floats());
    }
  }

  const Layout& input() const override { return inner_->input(); }
  const Layout& output() const override { return inner_->output(); }
  const onednn::WeightLayout& weights() const override { return inner_->weights(); }
  std::size_t scratch_bytes() const override {
    const std::int64_t halves = o_.groups * group_in_ * channel_pitch_ + output().channels * steps_ * kTilePixels;
    return std::max(inner_->scratch_bytes(), static_cast<std::size_t>(halves) * sizeof(std::uint16_t) +
                                                 static_cast<std::size_t>(kParts * output().channels) * sizeof(float));
  }
  std::size_t derived_floats() const override { return inner_->derived_floats() + sums_.size() + unfolded_.size(); }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    inner_->forward(x, w, bias, y, scratch);
  }
  void backward_data(const float* dy, const float* w, float* dx, std::byte* scratch) override {
    inner_->backward_data(dy, w, dx, scratch);
  }

  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    auto* channels = reinterpret_cast<std::uint16_t*>(scratch);
    auto* filters = channels + o_.groups * group_in_ * channel_pitch_;
    auto* bias_parts = reinterpret_cast<float*>(filters + output().channels * steps_ * kTilePixels);
    pack_filters(dy, filters, bias_parts);
    if (dbias != nullptr) {
      add_parts(bias_parts, dbias);
    }
    stride_ == 1 ? pack_channels(x, channels) : fold_channels(x, channels);
    float* sums = sums_.size() > 0 ? sums_.data() : dw;
    multiply(channels, filters, sums);
    if (stride_ > 1) {
      unfold(sums, unfolded_.data());
      onednn::reorder(*logical_, unfolded_.data(), weights(), dw);
    } else if (sums != dw) {
      onednn::reorder(*folded_, sums, weights(), dw);
    }
  }
  void weights_changed() override { inner_->weights_changed(); }

  std::string forward_kernel() const override { return inner_->forward_kernel(); }
  std::string backward_data_kernel() const override { return inner_->backward_data_kernel(); }
  std::string backward_weights_kernel() const override { return stride_ > 1 ? "folded tiles:amx" : "tiles:amx"; }

 private:
  /// f(block of 16 channels of `channels`, part, first step, steps) on all threads.
  template <class F>
  static void for_parts(std::int64_t channels, std::int64_t steps, F f) {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t block = 0; block < channels / kTileChannels; ++block) {
      for (std::int64_t part = 0; part < kParts; ++part) {
        const std::int64_t first = steps * part / kParts;
        f(block, part, first, steps * (part + 1) / kParts - first);
      }
    }
  }

  void pack_filters(const float* dy, std::uint16_t* to, float* bias_parts) const {
    const Layout& out = output();
    for_parts(out.channels, steps_, [&](std::int64_t block, std::int64_t part, std::int64_t first, std::int64_t steps) {
      float* sums = bias_parts + part * out.channels + block * kTileChannels;
      std::memset(sums, 0, kTileChannels * sizeof(float));
      amx_pack_pairs(out, filter_row_, dy + block * out.block_stride, first * kTilePixels, steps,
                     to + (block * steps_ + first) * kTilePixels * kTileChannels, sums);
    });
  }

  void pack_channels(const float* x, std::uint16_t* to) const {
    const Layout& in = input();
    for_parts(in.channels, channel_steps_,
              [&](std::int64_t block, std::int64_t, std::int64_t first, std::int64_t steps) {
                amx_pack_planes(in, channel_row_, x + block * in.block_stride, first * kTilePixels, steps,
                                to + block * kTileChannels * channel_pitch_ + first * kTilePixels, channel_pitch_);
              });
  }

  /// Channel (row in the fold * stride + column in it) * channels + channel.
  void fold_channels(const float* x, std::uint16_t* to) const {
    const Layout& in = input();
    const std::int64_t line = channel_row_.line;
    const std::int64_t lines = channel_row_.photo / line;
#pragma omp parallel for schedule(static)
    for (std::int64_t channel = 0; channel < group_in_; ++channel) {
      const std::int64_t place = channel / in.channels;
      std::uint16_t* row = to + channel * channel_pitch_;
      std::memset(row, 0, static_cast<std::size_t>(channel_pitch_) * sizeof(std::uint16_t));
      // Columns of a line that lie in the photo.
      const std::int64_t shift = place % stride_ - o_.left;
      const std::int64_t begin = shift < 0 ? (-shift + stride_ - 1) / stride_ : 0;
      const std::int64_t end = std::min(line, (in.width - shift + stride_ - 1) / stride_);
      for (std::int64_t n = 0; n < in.rows; ++n) {
        for (std::int64_t l = 0; l < lines; ++l, row += line) {
          const std::int64_t h = l * stride_ + place / stride_ - o_.top;
          if (h >= 0 && h < in.height && begin < end) {
            amx_pack_strided(x + in.at(n, channel % in.channels, h, begin * stride_ + shift), stride_ * in.pixel_stride,
                             end - begin, row + begin);
          }
        }
      }
    }
  }

  void multiply(const std::uint16_t* channels, const std::uint16_t* filters, float* sums) const {
    const std::int64_t channel_pairs = (group_in_ / kTileChannels + 1) / 2;
    const std::int64_t filter_pairs = (group_out_ / kTileChannels + 1) / 2;
    // A thread does all rows of the kernel, which read the same pixels, unless there are more threads than such tasks.
    const bool rows_apart = o_.groups * filter_pairs * channel_pairs < omp_get_max_threads();
    const std::int64_t parts = rows_apart ? kernel_ : 1;
#pragma omp parallel
    {
      amx_begin();
#pragma omp for collapse(4) schedule(static)
      for (std::int64_t group = 0; group < o_.groups; ++group) {
        for (std::int64_t f = 0; f < filter_pairs; ++f) {
          for (std::int64_t c = 0; c < channel_pairs; ++c) {
            for (std::int64_t part = 0; part < parts; ++part) {
              const std::int64_t last_row = rows_apart ? part + 1 : kernel_;
              multiply_pair(group, 2 * f * kTileChannels, 2 * c * kTileChannels, part, last_row, channels, filters,
                            sums);
            }
          }
        }
      }
      amx_end();
    }
  }

  /// Two blocks of filters by two of channels, from `filter` and `channel` of the group on, for some rows of the
  /// kernel.
  void multiply_pair(std::int64_t group, std::int64_t filter, std::int64_t channel, std::int64_t first_row,
                     std::int64_t last_row, const std::uint16_t* channels, const std::uint16_t* filters,
                     float* sums) const {
    const std::int64_t block = (group * group_out_ + filter) / kTileChannels;
    TileSums t{};
    t.columns = kernel_;
    t.two_rows = channel + kTileChannels < group_in_;
    t.two_blocks = filter + kTileChannels < group_out_;
    t.channel_pitch = channel_pitch_;
    t.filter_block = steps_ * kTilePixels * kTileChannels;
    t.sum_row = kernel_ * kernel_ * kTileChannels;
    t.sum_block = group_in_ * t.sum_row;
    channels += (group * group_in_ + channel) * channel_pitch_;
    filters += block * t.filter_block;
    sums += block * t.sum_block + channel * t.sum_row;
    for (std::int64_t begin = 0; begin < steps_; begin += kStepsCached) {
      const std::int64_t end = std::min(begin + kStepsCached, steps_);
      for (std::int64_t row = first_row; row < last_row; ++row) {
        for (std::int64_t step = begin; step < end; step += kStepsAtOnce) {
          t.steps = std::min(kStepsAtOnce, end - step);
          t.add = step > 0;
          amx_add_products(t, channels + row * channel_row_.line + step * kTilePixels,
                           filters + step * kTilePixels * kTileChannels, sums + row * kernel_ * kTileChannels);
        }
      }
    }
  }

  void add_parts(const float* parts, float* dbias) const {
    std::copy_n(parts, output().channels, dbias);
    for (std::int64_t part = 1; part < kParts; ++part) {
      for (std::int64_t c = 0; c < output().channels; ++c) {
        dbias[c] += parts[part * output().channels + c];
      }
    }
  }

  /// From the folded kernels' order to the logical one.
  void unfold(const float* folded, float* to) const {
    const std::int64_t channels = input().channels;
    for (std::int64_t filter = 0; filter < output().channels; ++filter) {
      const float* of_filter =
          folded + filter / kTileChannels * group_in_ * kernel_ * kernel_ * kTileChannels + filter % kTileChannels;
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        for (std::int64_t row = 0; row < o_.kernel; ++row) {
          for (std::int64_t column = 0; column < o_.kernel; ++column) {
            const std::int64_t place = row % stride_ * stride_ + column % stride_;
            const std::int64_t at =
                ((place * channels + channel) * kernel_ + row / stride_) * kernel_ + column / stride_;
            *to++ = of_filter[at * kTileChannels];
          }
        }
      }
    }
  }

  LinearOptions o_;
  std::unique_ptr<Linear> inner_;
  std::int64_t stride_, kernel_, group_in_, group_out_;  ///< with the fold's channels and side
  PixelRow channel_row_, filter_row_;
  std::int64_t steps_, channel_steps_, channel_pitch_;
  std::optional<onednn::WeightLayout> folded_, logical_;  ///< the order of the sums; that of files
  FloatBuffer sums_;                                      ///< empty where they are made in place
  FloatBuffer unfolded_;
};

}  // namespace

bool tile_gradient_pays(const Layout& input, const Shape& output, const LinearOptions& o) {
  const bool folds = o.stride > 1;
  const std::int64_t channels = input.channels / o.groups * o.stride * o.stride;
  return onednn::bf16_support() == Support::kFast && amx_allowed() && o.backward_weights &&
         channels % kTileChannels == 0 && output[0] / o.groups % kTileChannels == 0 &&
         (folds ? o.groups == 1 : input.lanes == kTileChannels);
}

std::unique_ptr<Linear> make_tile_gradient(const Layout& input, const Shape& output, const LinearOptions& options,
                                           const std::function<std::unique_ptr<Linear>(const LinearOptions&)>& make) {
  LinearOptions others = options;
  others.backward_weights = false;
  if (!others.stored && options.stride == 1) {
    others.stored = onednn::WeightLayout::by_filter_lanes(
        {output[0], input.channels / options.groups, options.kernel, options.kernel}, options.groups,
        static_cast<int>(kTileChannels));
  }
  auto inner = make(others);
  if (inner->output().lanes != kTileChannels) {
    return make(options);
  }
  return std::make_unique<TileGradient>(options, std::move(inner));
}

}  // namespace alexnet::cpu
#else

namespace alexnet::cpu {

bool tile_gradient_pays(const Layout&, const Shape&, const LinearOptions&) { return false; }
std::unique_ptr<Linear> make_tile_gradient(const Layout&, const Shape&, const LinearOptions&,
                                           const std::function<std::unique_ptr<Linear>(const LinearOptions&)>&) {
  return nullptr;
}

}  // namespace alexnet::cpu
#endif
