#include "fourier_convolution.h"

#include <algorithm>

#include "fourier_tables.h"
#include "kernels/kernels.h"
#include "memory.h"
#include "onednn/product.h"

// With the spectra X of the input, W of the kernels and Y of the output, over an odd square just large enough that what
// wraps around misses every wanted value:
//   forward           Y = X conj(W)
//   backward data    dX = dY W
//   backward weights dW = X conj(dY)
// Spectra lie as [frequency][real | imaginary][photo][channel] and [frequency][real | imaginary][channel in][filter].

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kPhotosAtOnce = 64;  // more would not stay in the caches
constexpr double kWorth = 2;                // its multiplications are slower than those of the direct kernels

/// Side of the square: every index that an output reads, and none twice.
std::int64_t transform_size(const Layout& input, const Shape& output, const LinearOptions& o) {
  const auto side = [](std::int64_t in, std::int64_t out, int before, int kernel) {
    return std::max(in + before, out - before + kernel - 1);
  };
  const std::int64_t size =
      std::max(side(input.height, output[1], o.top, o.kernel), side(input.width, output[2], o.left, o.kernel));
  return size | 1;
}

/// A distance between frequencies that does not let them fall into the same lines of a cache: an odd number of 128
/// bytes.
std::int64_t spread(std::int64_t floats) {
  const std::int64_t lines = (floats + 31) / 32;
  return (lines | 1) * 32;
}

/// The activations on one side of the layer, and their spectra.
struct Side : Layout {
  FourierTables tables;
  std::int64_t frequency_stride;

  Side(const Layout& layout, std::int64_t photos, std::int64_t size, int first)
      : Layout(layout), tables(size, height, width, first), frequency_stride(spread(2 * photos * channels)) {}
};

class FourierConvolution final : public Linear {
 public:
  FourierConvolution(const Layout& input, const Shape& output, const LinearOptions& options)
      : options_(options),
        weights_(onednn::WeightLayout::by_filter_lanes(
            {output[0], input.channels / options.groups, options.kernel, options.kernel}, options.groups,
            static_cast<int>(input.lanes))),
        stored_(options.stored.value_or(weights_)),
        ordered_(stored_ == weights_ ? 0 : weights_.floats()),
        size_(transform_size(input, output, options)),
        frequencies_(size_ * (size_ / 2 + 1)),
        photos_(std::min(input.rows, kPhotosAtOnce)),
        group_in_(input.channels / options.groups),
        group_out_(output[0] / options.groups),
        in_(input, photos_, size_, 0),
        out_(Layout::blocked(input.rows, output[0], output[1], output[2], input.lanes), photos_, size_, -options.top),
        kernel_tables_(size_, options.kernel, options.kernel, 0),
        kernel_stride_(spread(2 * group_in_ * out_.channels)),
        kernel_spectra_(static_cast<std::size_t>(frequencies_ * kernel_stride_)) {}

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override {
    const std::int64_t kernels = options_.backward_weights ? kernel_stride_ : 0;
    return static_cast<std::size_t>(frequencies_ * (in_.frequency_stride + out_.frequency_stride + kernels)) *
           sizeof(float);
  }
  std::size_t derived_floats() const override { return kernel_spectra_.size() + ordered_.size(); }
  void weights_changed() override { stale_ = true; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    transform_kernels(w);
    auto* inputs = reinterpret_cast<float*>(scratch);
    float* outputs = inputs + frequencies_ * in_.frequency_stride;
    for_photos([&](std::int64_t first, std::int64_t count) {
      transform(in_, x, first, count, inputs);
      multiply_all(count, [&](const Place& p) {
        // Yr = Xr Wr + Xi Wi, Yi = Xi Wr - Xr Wi
        const onednn::Product both{false,     false,        2 * count,     group_out_,
                                   group_in_, in_.channels, out_.channels, out_.channels};
        onednn::Product one = both;
        one.rows = count;
        const float* a = inputs + p.input;
        const float* k = kernel_spectra_.data() + p.kernel;
        float* c = outputs + p.output;
        onednn::multiply(both, 1, a, k, false, c);
        onednn::multiply(one, 1, a + p.input_imaginary, k + p.kernel_imaginary, true, c);
        onednn::multiply(one, -1, a, k + p.kernel_imaginary, true, c + p.output_imaginary);
      });
      invert(out_, outputs, first, count, bias, options_.relu, y);
    });
  }

  void backward_data(const float* dy, const float* w, float* dx, std::byte* scratch) override {
    transform_kernels(w);
    auto* inputs = reinterpret_cast<float*>(scratch);
    float* outputs = inputs + frequencies_ * in_.frequency_stride;
    for_photos([&](std::int64_t first, std::int64_t count) {
      transform(out_, dy, first, count, outputs);
      multiply_all(count, [&](const Place& p) {
        // dXr = dYr Wr' - dYi Wi', dXi = dYi Wr' + dYr Wi'
        const onednn::Product both{false,      true,          2 * count,     group_in_,
                                   group_out_, out_.channels, out_.channels, in_.channels};
        onednn::Product one = both;
        one.rows = count;
        const float* a = outputs + p.output;
        const float* k = kernel_spectra_.data() + p.kernel;
        float* c = inputs + p.input;
        onednn::multiply(both, 1, a, k, false, c);
        onednn::multiply(one, -1, a + p.output_imaginary, k + p.kernel_imaginary, true, c);
        onednn::multiply(one, 1, a, k + p.kernel_imaginary, true, c + p.input_imaginary);
      });
      invert(in_, inputs, first, count, nullptr, false, dx);
    });
  }

  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    auto* inputs = reinterpret_cast<float*>(scratch);
    float* outputs = inputs + frequencies_ * in_.frequency_stride;
    float* gradients = outputs + frequencies_ * out_.frequency_stride;
    if (dbias != nullptr) {
      std::fill_n(dbias, out_.channels, 0.0F);
    }
    for_photos([&](std::int64_t first, std::int64_t count) {
      transform(in_, x, first, count, inputs);
      transform(out_, dy, first, count, outputs);
      const bool add = first > 0;
      multiply_all(count, [&](const Place& p) {
        // dWr = Xr' dYr + Xi' dYi, dWi = Xi' dYr - Xr' dYi
        const onednn::Product both{true,      false,        group_in_,     group_out_,
                                   2 * count, in_.channels, out_.channels, out_.channels};
        onednn::Product one = both;
        one.inner = count;
        const float* a = inputs + p.input;
        const float* b = outputs + p.output;
        float* c = gradients + p.kernel;
        onednn::multiply(both, 1, a, b, add, c);
        onednn::multiply(one, 1, a + p.input_imaginary, b, add, c + p.kernel_imaginary);
        onednn::multiply(one, -1, a, b + p.output_imaginary, true, c + p.kernel_imaginary);
      });
      // The frequency (0, 0) of dY is the sum over the map.
      for (std::int64_t n = 0; dbias != nullptr && n < count; ++n) {
        for (std::int64_t c = 0; c < out_.channels; ++c) {
          dbias[c] += outputs[n * out_.channels + c];
        }
      }
    });
    const FourierMap map = kernel_map(kernel_tables_.inverse());
    float* target = ordered_.size() > 0 ? ordered_.data() : dw;
    for_kernels([&](std::int64_t kernel, std::int64_t spectrum) {
      kernels().fourier_inverse(map, gradients + spectrum, nullptr, false, target + kernel);
    });
    if (target != dw) {
      onednn::reorder(weights_, target, stored_, dw);
    }
  }

  std::string forward_kernel() const override { return name(); }
  std::string backward_data_kernel() const override { return name(); }
  std::string backward_weights_kernel() const override { return name(); }

 private:
  /// Where the matrices of one frequency and group begin, and their imaginary parts behind them.
  struct Place {
    std::int64_t input, output, kernel;
    std::int64_t input_imaginary, output_imaginary, kernel_imaginary;
  };

  [[nodiscard]] std::string name() const { return "fourier " + std::to_string(size_) + ":" + kernels().name; }

  template <class F>
  void for_photos(F f) const {
    for (std::int64_t first = 0; first < in_.rows; first += photos_) {
      f(first, std::min(photos_, in_.rows - first));
    }
  }

  template <class F>
  static void for_maps(const Layout& l, std::int64_t photos, F f) {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < photos; ++n) {
      for (std::int64_t b = 0; b < l.blocks(); ++b) {
        f(n, b);
      }
    }
  }

  /// f(offset of a kernel's map in the weights, offset of its lanes in the spectra)
  template <class F>
  void for_kernels(F f) const {
    const std::int64_t area = static_cast<std::int64_t>(options_.kernel) * options_.kernel * in_.lanes;
    const std::int64_t blocks = out_.channels / in_.lanes;
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t b = 0; b < blocks; ++b) {
      for (std::int64_t c = 0; c < group_in_; ++c) {
        f((b * group_in_ + c) * area, c * out_.channels + b * in_.lanes);
      }
    }
  }

  template <class F>
  void multiply_all(std::int64_t photos, F f) const {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t frequency = 0; frequency < frequencies_; ++frequency) {
      for (int g = 0; g < options_.groups; ++g) {
        f(Place{frequency * in_.frequency_stride + g * group_in_, frequency * out_.frequency_stride + g * group_out_,
                frequency * kernel_stride_ + g * group_out_, photos * in_.channels, photos * out_.channels,
                group_in_ * out_.channels});
      }
    }
  }

  [[nodiscard]] static FourierMap activation_map(FourierMap map, const Side& side, std::int64_t photos) {
    map.lanes = side.lanes;
    map.row_stride = side.row_stride;
    map.pixel_stride = side.pixel_stride;
    map.frequency_stride = side.frequency_stride;
    map.imaginary = photos * side.channels;
    return map;
  }

  [[nodiscard]] FourierMap kernel_map(FourierMap map) const {
    map.lanes = in_.lanes;
    map.row_stride = options_.kernel * in_.lanes;
    map.pixel_stride = in_.lanes;
    map.frequency_stride = kernel_stride_;
    map.imaginary = group_in_ * out_.channels;
    return map;
  }

  /// Spectra of the maps of photos from `first` on.
  static void transform(const Side& side, const float* maps, std::int64_t first, std::int64_t count, float* spectra) {
    const FourierMap map = activation_map(side.tables.forward(), side, count);
    for_maps(side, count, [&](std::int64_t n, std::int64_t b) {
      kernels().fourier_forward(map, maps + (first + n) * side.image_stride + b * side.block_stride,
                                spectra + n * side.channels + b * side.lanes);
    });
  }

  /// And back; the bias is added and ReLU applied on the way.
  static void invert(const Side& side, const float* spectra, std::int64_t first, std::int64_t count, const float* bias,
                     bool relu, float* maps) {
    const FourierMap map = activation_map(side.tables.inverse(), side, count);
    for_maps(side, count, [&](std::int64_t n, std::int64_t b) {
      kernels().fourier_inverse(map, spectra + n * side.channels + b * side.lanes,
                                bias != nullptr ? bias + b * side.lanes : nullptr, relu,
                                maps + (first + n) * side.image_stride + b * side.block_stride);
    });
  }

  void transform_kernels(const float* w) {
    if (!stale_) {
      return;
    }
    if (ordered_.size() > 0) {
      onednn::reorder(stored_, w, weights_, ordered_.data());
      w = ordered_.data();
    }
    const FourierMap map = kernel_map(kernel_tables_.forward());
    for_kernels([&](std::int64_t kernel, std::int64_t spectrum) {
      kernels().fourier_forward(map, w + kernel, kernel_spectra_.data() + spectrum);
    });
    stale_ = false;
  }

  LinearOptions options_;
  onednn::WeightLayout weights_;  ///< the order that the transforms read and write
  onednn::WeightLayout stored_;   ///< that of the master copy, which an earlier Program may have chosen
  FloatBuffer ordered_;           ///< weights, or their gradient, in the former; empty where the two are one
  std::int64_t size_, frequencies_, photos_, group_in_, group_out_;
  Side in_, out_;
  FourierTables kernel_tables_;
  std::int64_t kernel_stride_;
  FloatBuffer kernel_spectra_;
  bool stale_ = true;
};

}  // namespace

bool fourier_pays(const Layout& input, const Shape& output, const LinearOptions& o) {
  const bool blocked = input.order == Layout::Order::kBlocked && (input.lanes == 16 || input.lanes == 8);
  const std::int64_t lanes = input.lanes * o.groups;
  if (!blocked || o.stride != 1 || o.top != o.left || input.channels % lanes != 0 || output[0] % lanes != 0 ||
      transform_size(input, output, o) > kMostFourierSize) {
    return false;
  }
  const auto size = static_cast<double>(transform_size(input, output, o));
  const double half = (size + 1) / 2;
  const auto rows = static_cast<double>(input.rows);
  const auto from = static_cast<double>(input.channels);
  const auto to = static_cast<double>(output[0]);
  const auto area = static_cast<double>(output[1] * output[2]) * o.kernel * o.kernel;
  // Multiplications of the direct form; of the products of spectra (four real ones a complex one); of the transforms.
  const double direct = rows * area * from * to / o.groups;
  const double products = 4 * rows * size * half * from * to / o.groups;
  const double transforms = 4 * size * size * half * (rows * (from + to) + from * to / o.groups);
  return kWorth * (products + transforms) < direct;
}

std::unique_ptr<Linear> make_fourier_convolution(const Layout& input, const Shape& output,
                                                 const LinearOptions& options) {
  return std::make_unique<FourierConvolution>(input, output, options);
}

}  // namespace alexnet::cpu
