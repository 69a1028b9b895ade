#include "fourier_convolution.h"

#include <algorithm>
#include <optional>

#include <omp.h>

#include "fourier_tables.h"
#include "kernels/kernels.h"
#include "memory.h"

// With the spectra X of the input, W of the kernels and Y of the output, over an odd square just large enough that what
// wraps around misses every wanted value:
//   forward           Y = X conj(W)
//   backward data    dX = dY W
//   backward weights dW = X conj(dY)
// Places count from the middle of the input, of the kernel, and of the output that follows from them. Spectra lie as
// [frequency][channels / lanes][photo][real | imaginary of the lanes], and those of the kernels as
// [frequency][filters / lanes][channel in][real | imaginary of the lanes].

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kPhotosAtOnce = 64;       // more would not stay in the caches
constexpr std::int64_t kCachedFloats = 1 << 20;  // what is assumed to stay there

/// Side of the square: every index that an output reads, and none twice.
std::int64_t transform_size(const Layout& input, const Shape& output, const LinearOptions& o) {
  const auto side = [](std::int64_t in, std::int64_t out, int before, int kernel) {
    return std::max(in + before, out - before + kernel - 1);
  };
  const std::int64_t size =
      std::max(side(input.height, output[1], o.top, o.kernel), side(input.width, output[2], o.left, o.kernel));
  return size | 1;
}

/// The middle of the output, twice, counted from its first row (or column).
std::int64_t twice_middle(std::int64_t in, int before, int kernel) { return in - kernel + std::int64_t{2} * before; }

/// A distance between frequencies that does not let them fall into the same lines of a cache: an odd number of 128
/// bytes.
std::int64_t spread(std::int64_t floats) {
  const std::int64_t lines = (floats + 31) / 32;
  return (lines | 1) * 32;
}

/// How many channels stand side by side in what it reads and writes.
std::int64_t lanes_of(const Layout& input) {
  if (input.order == Layout::Order::kBlocked) {
    return input.lanes;
  }
  return onednn::vector_set() == onednn::VectorSet::kAvx512 && input.channels % 16 == 0 ? 16 : 8;
}

/// Maps of one kind, and where their spectra lie.
struct Maps {
  FourierTables rows, columns;
  FourierMap map;

  Maps(std::int64_t size, const Layout& layout, std::int64_t twice_row, std::int64_t twice_column,
       std::int64_t frequency_stride)
      : rows(size, layout.height, twice_row, false, 1 / static_cast<double>(size)),
        columns(size, layout.width, twice_column, true, 1 / static_cast<double>(size)),
        map{size,
            layout.lanes,
            layout.row_stride,
            layout.pixel_stride,
            frequency_stride,
            rows.axis(),
            columns.axis(),
            size * (size / 2 + 1) * frequency_stride > kCachedFloats} {}
};

/// The activations on one side of the layer.
struct Side : Layout {
  Maps maps;
  std::int64_t spectra_block;  ///< floats from one block of channels to the next in a frequency

  Side(const Layout& layout, std::int64_t photos, std::int64_t size, std::int64_t twice_row, std::int64_t twice_column)
      : Layout(layout),
        maps(size, layout, twice_row, twice_column, spread(2 * photos * channels)),
        spectra_block(2 * photos * lanes) {}

  [[nodiscard]] std::int64_t frequency_stride() const { return maps.map.frequency_stride; }
};

class FourierConvolution final : public Linear {
 public:
  FourierConvolution(const Layout& input, const Shape& output, const LinearOptions& options)
      : options_(options),
        lanes_(lanes_of(input)),
        weights_(onednn::WeightLayout::by_filter_lanes(
            {output[0], input.channels / options.groups, options.kernel, options.kernel}, options.groups,
            static_cast<int>(lanes_))),
        stored_(options.stored.value_or(weights_)),
        ordered_(stored_ == weights_ ? 0 : weights_.floats()),
        size_(transform_size(input, output, options)),
        frequencies_(size_ * (size_ / 2 + 1)),
        photos_(std::min(input.rows, kPhotosAtOnce)),
        group_in_(input.channels / options.groups),
        group_out_(output[0] / options.groups),
        in_(Layout::blocked(input.rows, input.channels, input.height, input.width, lanes_), photos_, size_,
            input.height - 1, input.width - 1),
        out_(Layout::blocked(input.rows, output[0], output[1], output[2], lanes_), photos_, size_,
             twice_middle(input.height, options.top, options.kernel),
             twice_middle(input.width, options.left, options.kernel)),
        kernel_maps_(size_, Layout::blocked(1, lanes_, options.kernel, options.kernel, lanes_), options.kernel - 1,
                     options.kernel - 1, spread(2 * group_in_ * out_.channels)),
        kernel_stride_(kernel_maps_.map.frequency_stride),
        turned_floats_(options.backward_data ? 2 * group_out_ * lanes_ : 0),
        threads_(omp_get_max_threads()),
        kernel_spectra_(options.source.derived("spectra " + std::to_string(size_) + " by " + std::to_string(lanes_),
                                               options.weight,
                                               static_cast<std::size_t>(frequencies_ * kernel_stride_))) {}

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override {
    const std::int64_t kernels = options_.backward_weights ? kernel_stride_ : 0;
    return static_cast<std::size_t>(frequencies_ * (in_.frequency_stride() + out_.frequency_stride() + kernels) +
                                    threads_ * turned_floats_) *
           sizeof(float);
  }
  std::size_t derived_floats() const override { return ordered_.size(); }
  void weights_changed() override { stale_ = true; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    transform_kernels(w);
    auto* inputs = reinterpret_cast<float*>(scratch);
    float* outputs = inputs + frequencies_ * in_.frequency_stride();
    const std::int64_t blocks = group_out_ / lanes_;
    for_photos([&](std::int64_t first, std::int64_t count) {
      transform(in_, x, first, count, inputs);
      const BlockProduct product = over_channels(count, in_, group_in_);
      for_frequencies([&](std::int64_t frequency, std::int64_t group) {
        const float* a = inputs + frequency * in_.frequency_stride() + group * group_in_ / lanes_ * in_.spectra_block;
        for (std::int64_t b = group * blocks; b < (group + 1) * blocks; ++b) {
          kernels().complex_product_conjugate(product, lanes_, a, kernel_block(frequency, b),
                                              outputs + frequency * out_.frequency_stride() + b * out_.spectra_block);
        }
      });
      invert(out_, outputs, first, count, bias, options_.relu, y);
    });
  }

  void backward_data(const float* dy, const float* w, float* dx, std::byte* scratch) override {
    transform_kernels(w);
    auto* inputs = reinterpret_cast<float*>(scratch);
    float* outputs = inputs + frequencies_ * in_.frequency_stride();
    float* turned = outputs + frequencies_ * out_.frequency_stride();
    const std::int64_t blocks = group_in_ / lanes_;
    for_photos([&](std::int64_t first, std::int64_t count) {
      transform(out_, dy, first, count, outputs);
      const BlockProduct product = over_channels(count, out_, group_out_);
      for_frequencies([&](std::int64_t frequency, std::int64_t group) {
        float* kernels_turned = turned + omp_get_thread_num() * turned_floats_;
        const float* a =
            outputs + frequency * out_.frequency_stride() + group * group_out_ / lanes_ * out_.spectra_block;
        for (std::int64_t b = 0; b < blocks; ++b) {
          turn(frequency, group, b, kernels_turned);
          kernels().complex_product(
              product, lanes_, a, kernels_turned,
              inputs + frequency * in_.frequency_stride() + (group * blocks + b) * in_.spectra_block);
        }
      });
      invert(in_, inputs, first, count, nullptr, false, dx);
    });
  }

  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    auto* inputs = reinterpret_cast<float*>(scratch);
    float* outputs = inputs + frequencies_ * in_.frequency_stride();
    float* gradients = outputs + frequencies_ * out_.frequency_stride();
    if (dbias != nullptr) {
      std::fill_n(dbias, out_.channels, 0.0F);
    }
    const std::int64_t blocks = group_out_ / lanes_;
    for_photos([&](std::int64_t first, std::int64_t count) {
      transform(in_, x, first, count, inputs);
      transform(out_, dy, first, count, outputs);
      // Rows are the channels of a block, which stand side by side in x.
      const BlockProduct product{lanes_, 1, count, 1, 0, 2 * lanes_, 2 * lanes_, 2 * lanes_, first > 0};
      for_frequencies([&](std::int64_t frequency, std::int64_t group) {
        for (std::int64_t b = group * blocks; b < (group + 1) * blocks; ++b) {
          const float* of_output = outputs + frequency * out_.frequency_stride() + b * out_.spectra_block;
          float* c = gradients + frequency * kernel_stride_ + b * group_in_ * 2 * lanes_;
          for (std::int64_t from = 0; from < group_in_; from += lanes_, c += 2 * lanes_ * lanes_) {
            const float* a =
                inputs + frequency * in_.frequency_stride() + (group * group_in_ + from) / lanes_ * in_.spectra_block;
            kernels().complex_product_conjugate(product, lanes_, a, of_output, c);
          }
        }
      });
      add_bias_gradient(outputs, count, dbias);
    });
    float* target = ordered_.size() > 0 ? ordered_.data() : dw;
    for_kernels([&](std::int64_t kernel, std::int64_t spectrum) {
      kernels().fourier_inverse(kernel_maps_.map, gradients + spectrum, nullptr, false, target + kernel);
    });
    if (target != dw) {
      onednn::reorder(weights_, target, stored_, dw);
    }
  }

  std::string forward_kernel() const override { return name(); }
  std::string backward_data_kernel() const override { return name(); }
  std::string backward_weights_kernel() const override { return name(); }

 private:
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
    for (std::int64_t b = 0; b < l.blocks(); ++b) {
      for (std::int64_t n = 0; n < photos; ++n) {
        f(n, b);
      }
    }
  }

  /// f(offset of a kernel's map in the weights, offset of its lanes in the spectra)
  template <class F>
  void for_kernels(F f) const {
    const std::int64_t area = static_cast<std::int64_t>(options_.kernel) * options_.kernel * lanes_;
    const std::int64_t count = out_.channels / lanes_ * group_in_;
#pragma omp parallel for schedule(static)
    for (std::int64_t k = 0; k < count; ++k) {
      f(k * area, k * 2 * lanes_);
    }
  }

  template <class F>
  void for_frequencies(F f) const {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t frequency = 0; frequency < frequencies_; ++frequency) {
      for (int g = 0; g < options_.groups; ++g) {
        f(frequency, g);
      }
    }
  }

  /// The sum over `channels` of one side for all photos and a block of the other.
  [[nodiscard]] BlockProduct over_channels(std::int64_t photos, const Side& from, std::int64_t channels) const {
    return {photos, channels / lanes_, lanes_, 2 * lanes_, from.spectra_block, 1, 2 * lanes_, 2 * lanes_, false};
  }

  [[nodiscard]] const float* kernel_block(std::int64_t frequency, std::int64_t block) const {
    return kernel_spectra_->data() + frequency * kernel_stride_ + block * group_in_ * 2 * lanes_;
  }

  /// The spectra of a group's kernels from block `b` of its input channels, with those side by side:
  /// [filter][real | imaginary of the lanes].
  void turn(std::int64_t frequency, std::int64_t group, std::int64_t b, float* to) const {
    const std::int64_t blocks = group_out_ / lanes_;
    for (std::int64_t f = 0; f < blocks; ++f, to += 2 * lanes_ * lanes_) {
      const float* from = kernel_block(frequency, group * blocks + f) + b * lanes_ * 2 * lanes_;
      kernels().transpose(lanes_, from, 2 * lanes_, to, 2 * lanes_);
      kernels().transpose(lanes_, from + lanes_, 2 * lanes_, to + lanes_, 2 * lanes_);
    }
  }

  /// The frequency (0, 0) of dY is the sum over the map.
  void add_bias_gradient(const float* outputs, std::int64_t photos, float* dbias) const {
    for (std::int64_t c = 0; dbias != nullptr && c < out_.channels; ++c) {
      const float* of_channel = outputs + c / lanes_ * out_.spectra_block + c % lanes_;
      for (std::int64_t n = 0; n < photos; ++n) {
        dbias[c] += of_channel[n * 2 * lanes_];
      }
    }
  }

  /// Spectra of the maps of photos from `first` on.
  static void transform(const Side& side, const float* maps, std::int64_t first, std::int64_t count, float* spectra) {
    for_maps(side, count, [&](std::int64_t n, std::int64_t b) {
      kernels().fourier_forward(side.maps.map, maps + (first + n) * side.image_stride + b * side.block_stride,
                                spectra + b * side.spectra_block + n * 2 * side.lanes);
    });
  }

  /// And back; the bias is added and ReLU applied on the way.
  static void invert(const Side& side, const float* spectra, std::int64_t first, std::int64_t count, const float* bias,
                     bool relu, float* maps) {
    for_maps(side, count, [&](std::int64_t n, std::int64_t b) {
      kernels().fourier_inverse(side.maps.map, spectra + b * side.spectra_block + n * 2 * side.lanes,
                                bias != nullptr ? bias + b * side.lanes : nullptr, relu,
                                maps + (first + n) * side.image_stride + b * side.block_stride);
    });
  }

  void transform_kernels(const float* w) {
    if (!stale_) {
      return;
    }
    kernel_spectra_->renew(options_.source.version(), [&](float* spectra) {
      if (ordered_.size() > 0) {
        onednn::reorder(stored_, w, weights_, ordered_.data());
        w = ordered_.data();
      }
      for_kernels([&](std::int64_t kernel, std::int64_t spectrum) {
        kernels().fourier_forward(kernel_maps_.map, w + kernel, spectra + spectrum);
      });
    });
    stale_ = false;
  }

  LinearOptions options_;
  std::int64_t lanes_;
  onednn::WeightLayout weights_;  ///< the order that the transforms read and write
  onednn::WeightLayout stored_;   ///< that of the master copy, which an earlier Program may have chosen
  FloatBuffer ordered_;           ///< weights, or their gradient, in the former; empty where the two are one
  std::int64_t size_, frequencies_, photos_, group_in_, group_out_;
  Side in_, out_;
  Maps kernel_maps_;
  std::int64_t kernel_stride_;
  std::int64_t turned_floats_, threads_;  ///< of scratch for backward data, a thread
  std::shared_ptr<DerivedForm> kernel_spectra_;
  bool stale_ = true;
};

/// Multiplications of the direct form, of the products of spectra, and floats that these bring to the memory and back;
/// nothing where it cannot be done.
struct Costs {
  double direct, products, floats;
};
std::optional<Costs> costs(const Layout& input, const Shape& output, const LinearOptions& o) {
  const std::int64_t lanes = lanes_of(input);
  const std::int64_t multiple = lanes * o.groups;
  if ((lanes != 16 && lanes != 8) || o.stride != 1 || input.channels % multiple != 0 || output[0] % multiple != 0 ||
      transform_size(input, output, o) > kMostFourierSize || twice_middle(input.height, o.top, o.kernel) < 0 ||
      twice_middle(input.width, o.left, o.kernel) < 0) {
    return std::nullopt;
  }
  const auto size = static_cast<double>(transform_size(input, output, o));
  const double half = (size + 1) / 2;
  const auto rows = static_cast<double>(input.rows);
  const auto from = static_cast<double>(input.channels);
  const auto to = static_cast<double>(output[0]);
  const auto area = static_cast<double>(output[1] * output[2]) * o.kernel * o.kernel;
  // Four real products a complex one.
  return Costs{rows * area * from * to / o.groups, 4 * rows * size * half * from * to / o.groups,
               2 * size * half * (rows * (from + to) + from * to / o.groups)};
}

}  // namespace

bool fourier_pays(const Layout& input, const Shape& output, const LinearOptions& o) {
  // In multiplications; a float that goes to the memory and back counts as some.
  constexpr double kOfAFloat = 24;
  constexpr double kWorth = 1.25;
  const auto c = costs(input, output, o);
  return c && kWorth * c->products + kOfAFloat * c->floats < c->direct;
}

bool fourier_pays_at_bf16(const Layout& input, const Shape& output, const LinearOptions& o) {
  constexpr double kWorth = 16;
  const auto c = costs(input, output, o);
  return c && fourier_pays(input, output, o) && kWorth * c->products < c->direct;
}

std::unique_ptr<Linear> make_fourier_convolution(const Layout& input, const Shape& output,
                                                 const LinearOptions& options) {
  return std::make_unique<FourierConvolution>(input, output, options);
}

}  // namespace alexnet::cpu
