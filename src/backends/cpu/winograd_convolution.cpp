#include "winograd_convolution.h"

#include <algorithm>

#include <omp.h>

#include "kernels/kernels.h"
#include "memory.h"

// At each of the 36 points a product over the channels: of windows [point][window][channel] and kernels
// [pair of filter blocks][point][channel][lanes of both], whose sums [point][window][lanes of both] a thread turns into
// outputs as soon as it has those of all points.

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kPoints = 36;
constexpr int kSide = 6;                                        // of a window
constexpr std::int64_t kPhotosAtOnce = 8;                       // more windows would not stay in the caches
constexpr std::int64_t kWindowsAtOnce = 48;                     // nor more sums
constexpr std::int64_t kCachedKernels = std::int64_t{1} << 18;  // floats that a thread's caches keep
constexpr std::int64_t kBand = 24;                              // windows beside them

std::int64_t tiles(std::int64_t outputs, std::int64_t side) { return (outputs + side - 1) / side; }

class WinogradConvolution final : public Linear {
 public:
  WinogradConvolution(const Layout& input, const Shape& output, const LinearOptions& options)
      : options_(options),
        lanes_(kernels().register_floats),
        in_(Layout::blocked(input.rows, input.channels, input.height, input.width, lanes_)),
        out_(Layout::blocked(input.rows, output[0], output[1], output[2], lanes_)),
        weights_(onednn::WeightLayout::by_filter_lanes(
            {output[0], input.channels / options.groups, options.kernel, options.kernel}, options.groups,
            static_cast<int>(lanes_))),
        stored_(options.stored.value_or(weights_)),
        side_(kSide + 1 - options.kernel),
        tiles_down_(tiles(out_.height, side_)),
        tiles_across_(tiles(out_.width, side_)),
        group_in_(input.channels / options.groups),
        pairs_(output[0] / (2 * lanes_)),
        photos_(std::min(input.rows, kPhotosAtOnce)),
        threads_(omp_get_max_threads()),
        banded_(kPoints * group_in_ * output[0] <= kCachedKernels &&
                photos_ * tiles_down_ * tiles_across_ >= threads_ * kBand),
        together_(pairs_ % (2 * options.groups) == 0 && pairs_ >= 4 * threads_ ? 2 : 1),
        kernel_points_(options.source.derived("points of " + std::to_string(lanes_), options.weight,
                                              static_cast<std::size_t>(kPoints * group_in_ * output[0]))) {}

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(window_floats() + threads_ * sum_floats()) * sizeof(float);
  }
  void weights_changed() override { stale_ = true; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    transform_kernels(w);
    auto* windows = reinterpret_cast<float*>(scratch);
    float* sums = windows + window_floats();
    for (std::int64_t first = 0; first < in_.rows; first += photos_) {
      const std::int64_t count = std::min(photos_, in_.rows - first) * tiles_down_ * tiles_across_;
      const float* photos = x + first * in_.image_stride;
      float* outputs = y + first * out_.image_stride;
      banded_ ? forward_bands(photos, count, windows, sums, bias, outputs)
              : forward_pairs(photos, count, windows, sums, bias, outputs);
    }
  }

  std::string forward_kernel() const override {
    return "winograd " + std::to_string(side_) + "x" + std::to_string(side_) + ":" + kernels().name;
  }

 private:
  struct Range {
    std::int64_t first, last;
  };
  struct Place {
    std::int64_t photo, row, column;  ///< of the first output
  };

  [[nodiscard]] std::int64_t window_floats() const {
    const std::int64_t windows = banded_ ? threads_ * kBand : photos_ * tiles_down_ * tiles_across_;
    return kPoints * windows * in_.channels;
  }
  [[nodiscard]] std::int64_t sum_floats() const {  ///< of a thread
    return together_ * kPoints * kWindowsAtOnce * 2 * lanes_;
  }

  [[nodiscard]] Place place_of(std::int64_t window) const {
    const std::int64_t row = window / tiles_across_;
    return {row / tiles_down_, row % tiles_down_ * side_, window % tiles_across_ * side_};
  }

  /// Each thread makes all outputs of some windows after the other, while the kernels stay in its cache.
  void forward_bands(const float* x, std::int64_t count, float* windows, float* sums, const float* bias,
                     float* y) const {
    const std::int64_t bands = ((count + kBand - 1) / kBand + threads_ - 1) / threads_ * threads_;
#pragma omp parallel for schedule(static)
    for (std::int64_t band = 0; band < bands; ++band) {
      const std::int64_t thread = omp_get_thread_num();
      const Range range{count * band / bands, count * (band + 1) / bands};
      float* points = windows + thread * kPoints * kBand * in_.channels;
      for (std::int64_t window = range.first; window < range.last; ++window) {
        transform_window(x, window, range.last - range.first, points + (window - range.first) * in_.channels);
      }
      for (std::int64_t pair = 0; pair < pairs_; pair += together_) {
        make_outputs(pair, range, range.last - range.first, points, sums + thread * sum_floats(), bias, y);
      }
    }
  }

  /// All threads make the outputs of all windows, each those of some filters, whose kernels come from the memory once.
  void forward_pairs(const float* x, std::int64_t count, float* windows, float* sums, const float* bias,
                     float* y) const {
    const std::int64_t parts = (count + kWindowsAtOnce - 1) / kWindowsAtOnce;
#pragma omp parallel
    {
#pragma omp for schedule(static)
      for (std::int64_t window = 0; window < count; ++window) {
        transform_window(x, window, count, windows + window * in_.channels);
      }
#pragma omp for collapse(2) schedule(static)
      for (std::int64_t pair = 0; pair < pairs_; pair += together_) {
        for (std::int64_t part = 0; part < parts; ++part) {
          const Range range{count * part / parts, count * (part + 1) / parts};
          make_outputs(pair, range, count, windows + range.first * in_.channels,
                       sums + omp_get_thread_num() * sum_floats(), bias, y);
        }
      }
    }
  }

  /// `points`: of the window; those of a point stand `windows` windows apart.
  void transform_window(const float* x, std::int64_t window, std::int64_t windows, float* points) const {
    const Place at = place_of(window);
    for (std::int64_t b = 0; b < in_.blocks(); ++b) {
      kernels().winograd_window(in_, at.row - options_.top, at.column - options_.left,
                                x + at.photo * in_.image_stride + b * in_.block_stride, points + b * lanes_,
                                windows * in_.channels);
    }
  }

  /// Some windows' outputs of the filters that are done at once; `points` of the first window.
  void make_outputs(std::int64_t pair, Range range, std::int64_t windows, const float* points, float* sums,
                    const float* bias, float* y) const {
    const std::int64_t count = range.last - range.first;
    const std::int64_t both = 2 * lanes_;
    const std::int64_t group = pair / (pairs_ / options_.groups);
    const BlockProduct product{count, 1, group_in_, in_.channels, 0, 1, both, both, false, true};
    Columns columns{lanes_, lanes_, together_};
    columns.b_pair = kPoints * group_in_ * both;
    columns.c_pair = kPoints * count * both;
    for (std::int64_t point = 0; point < kPoints; ++point) {
      kernels().product(product, columns, points + point * windows * in_.channels + group * group_in_,
                        kernel_points_->data() + (pair * kPoints + point) * group_in_ * both,
                        sums + point * count * both);
    }
    for (std::int64_t block = 0; block < 2 * together_; ++block) {
      const float* of_block = sums + block / 2 * columns.c_pair + block % 2 * lanes_;
      const std::int64_t filter = (2 * pair + block) * lanes_;
      for (std::int64_t i = 0; i < count; ++i) {
        const Place at = place_of(range.first + i);
        kernels().winograd_outputs(out_, static_cast<int>(side_), at.row, at.column, of_block + i * both, count * both,
                                   bias != nullptr ? bias + filter : nullptr, options_.relu,
                                   y + at.photo * out_.image_stride + filter / lanes_ * out_.block_stride);
      }
    }
  }

  void transform_kernels(const float* w) {
    if (!stale_) {
      return;
    }
    kernel_points_->renew(options_.source.version(), [&](float* points) {
      FloatBuffer ordered(stored_ == weights_ ? 0 : weights_.floats());
      if (ordered.size() > 0) {
        onednn::reorder(stored_, w, weights_, ordered.data());
        w = ordered.data();
      }
      const std::int64_t both = 2 * lanes_;
#pragma omp parallel for collapse(2) schedule(static)
      for (std::int64_t block = 0; block < out_.blocks(); ++block) {
        for (std::int64_t channel = 0; channel < group_in_; ++channel) {
          const std::int64_t area = static_cast<std::int64_t>(options_.kernel) * options_.kernel * lanes_;
          kernels().winograd_kernel(options_.kernel, w + (block * group_in_ + channel) * area,
                                    points + (block / 2 * kPoints * group_in_ + channel) * both + block % 2 * lanes_,
                                    group_in_ * both);
        }
      }
    });
    stale_ = false;
  }

  LinearOptions options_;
  std::int64_t lanes_;
  Layout in_, out_;
  onednn::WeightLayout weights_;  ///< the order that the transform reads
  onednn::WeightLayout stored_;   ///< that of the master copy, which an earlier Program may have chosen
  std::int64_t side_, tiles_down_, tiles_across_, group_in_, pairs_, photos_, threads_;
  bool banded_;
  int together_;  ///< pairs that are done at once: two streams of kernels from the memory
  std::shared_ptr<DerivedForm> kernel_points_;
  bool stale_ = true;
};

}  // namespace

bool winograd_pays(const Layout& input, const Shape& output, const LinearOptions& o) {
  const std::int64_t lanes = kernels().register_floats;
  if (onednn::vector_set() == onednn::VectorSet::kBaseline || o.training || o.stride != 1 ||
      (o.kernel != 3 && o.kernel != 5) || input.channels % lanes != 0 || output[0] % (2 * lanes * o.groups) != 0) {
    return false;
  }
  // With AVX-512 direct convolutions are twice as fast, but transformed kernels come from the memory no faster.
  constexpr std::int64_t kCachedFloats = 1 << 18;
  if (onednn::vector_set() == onednn::VectorSet::kAvx512 &&
      kPoints * (input.channels / o.groups) * output[0] > kCachedFloats) {
    return false;
  }
  constexpr double kWorth = 1.5;
  const std::int64_t side = kSide + 1 - o.kernel;
  const auto products = static_cast<double>(tiles(output[1], side) * tiles(output[2], side) * kPoints);
  return kWorth * products < static_cast<double>(output[1] * output[2] * o.kernel * o.kernel);
}

std::unique_ptr<Linear> make_winograd_convolution(const Layout& input, const Shape& output,
                                                  const LinearOptions& options) {
  return std::make_unique<WinogradConvolution>(input, output, options);
}

}  // namespace alexnet::cpu
