#include "first_convolution.h"

#include <algorithm>

#include "kernels/kernels.h"
#include "memory.h"

// Each photo is copied with its padding as [row][channel][column], so that what a window reads of one row of one
// channel stands side by side, and all its (row, channel) at one distance: a product over (row, channel) and column.
// Weights follow in that order: [filters / lanes][row][channel][column][lanes].

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kColumns = 12;  // of the output that forward makes at once
constexpr std::int64_t kRows = 8;      // of the output that backward weights reads at once
constexpr std::int64_t kParts = 3;     // of a block of kernels, for threads to share

class FirstConvolution final : public Linear {
 public:
  FirstConvolution(const Layout& input, const Shape& output, const LinearOptions& options)
      : options_(options),
        lanes_(2 * kernels().register_floats),
        in_(Layout::planes(input.rows, input.channels, input.height, input.width)),
        out_(Layout::blocked(input.rows, output[0], output[1], output[2], lanes_ / 2)),
        pairs_(output[0] / lanes_),
        weights_(onednn::WeightLayout::by_filter_lanes({output[0], input.channels, options.kernel, options.kernel}, 1,
                                                       static_cast<int>(lanes_))),
        stored_(options.stored.value_or(weights_)),
        ordered_(weights_.floats()),
        by_rows_(weights_.floats()),
        kernel_(options.kernel),
        padded_height_((out_.height - 1) * options.stride + kernel_),
        padded_width_((out_.width - 1) * options.stride + kernel_),
        row_floats_(in_.channels * padded_width_) {}

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(padded_height_ * row_floats_) * sizeof(float);
  }
  std::size_t derived_floats() const override { return ordered_.size() + by_rows_.size(); }
  void weights_changed() override { stale_ = true; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    if (stale_) {
      onednn::reorder(stored_, w, weights_, ordered_.data());
      for_rows([&](std::int64_t ordered, std::int64_t by_rows) {
        std::copy_n(ordered_.data() + ordered, kernel_ * lanes_, by_rows_.data() + by_rows);
      });
      stale_ = false;
    }
    auto* photo = reinterpret_cast<float*>(scratch);
#pragma omp parallel
    for (std::int64_t n = 0; n < in_.rows; ++n) {
      copy_photo(x + n * in_.image_stride, photo);
#pragma omp for schedule(static)
      for (std::int64_t row = 0; row < out_.height; ++row) {
        const std::int64_t parts = (out_.width + kColumns - 1) / kColumns;
        for (std::int64_t part = 0; part < parts; ++part) {
          forward_columns(photo, n, row, out_.width * part / parts, out_.width * (part + 1) / parts, bias, y);
        }
      }
    }
  }

  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    auto* photo = reinterpret_cast<float*>(scratch);
#pragma omp parallel
    for (std::int64_t n = 0; n < in_.rows; ++n) {
      copy_photo(x + n * in_.image_stride, photo);
#pragma omp for collapse(2) schedule(static)
      for (std::int64_t pair = 0; pair < pairs_; ++pair) {
        for (std::int64_t part = 0; part < kParts; ++part) {
          const float* gradient = dy + out_.at(n, pair * lanes_, 0, 0);
          add_gradient(photo, gradient, pair, rows() * part / kParts, rows() * (part + 1) / kParts, n > 0);
          if (part == 0 && dbias != nullptr) {
            add_bias_gradient(gradient, n > 0, dbias + pair * lanes_);
          }
        }
      }
    }
    for_rows([&](std::int64_t ordered, std::int64_t by_rows) {
      std::copy_n(by_rows_.data() + by_rows, kernel_ * lanes_, ordered_.data() + ordered);
    });
    onednn::reorder(weights_, ordered_.data(), stored_, dw);
    stale_ = true;
  }

  std::string forward_kernel() const override { return name(); }
  std::string backward_weights_kernel() const override { return name(); }

 private:
  [[nodiscard]] static std::string name() { return std::string("rows:") + kernels().name; }

  /// (row, channel) pairs of a kernel.
  [[nodiscard]] std::int64_t rows() const { return kernel_ * in_.channels; }

  /// f(offset of a row of a kernel in `ordered_`, its offset in `by_rows_`)
  template <class F>
  void for_rows(F f) const {
    const std::int64_t floats = kernel_ * lanes_;
    for (std::int64_t b = 0; b < pairs_; ++b) {
      for (std::int64_t c = 0; c < in_.channels; ++c) {
        for (std::int64_t row = 0; row < kernel_; ++row) {
          f(((b * in_.channels + c) * kernel_ + row) * floats, ((b * kernel_ + row) * in_.channels + c) * floats);
        }
      }
    }
  }

  /// By all threads of a parallel region together.
  void copy_photo(const float* from, float* photo) const {
    const std::int64_t last = std::min(in_.width, padded_width_ - options_.left);
#pragma omp for schedule(static)
    for (std::int64_t h = 0; h < padded_height_; ++h) {
      const std::int64_t row = h - options_.top;
      for (std::int64_t c = 0; c < in_.channels; ++c) {
        float* to = photo + h * row_floats_ + c * padded_width_;
        std::fill_n(to, padded_width_, 0.0F);
        if (row >= 0 && row < in_.height) {
          std::copy_n(from + c * in_.block_stride + row * in_.row_stride, last, to + options_.left);
        }
      }
    }
  }

  /// All filters for some places of a row of the output, whose windows stay in the cache.
  void forward_columns(const float* photo, std::int64_t n, std::int64_t row, std::int64_t first, std::int64_t last,
                       const float* bias, float* y) const {
    const std::int64_t block = lanes_ / 2;
    const std::int64_t count = last - first;
    const BlockProduct product{count, rows(), kernel_, options_.stride, padded_width_, 1, lanes_, block, true};
    const float* window = photo + row * options_.stride * row_floats_ + first * options_.stride;
    for (std::int64_t pair = 0; pair < pairs_; ++pair) {
      float* to = y + out_.at(n, pair * lanes_, row, first);
      for (int half = 0; half < 2; ++half) {
        start(bias != nullptr ? bias + pair * lanes_ + half * block : nullptr, count, to + half * out_.block_stride);
      }
      kernels().product(product, {block, out_.block_stride}, window, by_rows_.data() + pair * rows() * kernel_ * lanes_,
                        to);
      for (int half = 0; options_.relu && half < 2; ++half) {
        float* values = to + half * out_.block_stride;
        for (std::int64_t i = 0; i < count * block; ++i) {
          values[i] = values[i] <= 0 ? 0 : values[i];
        }
      }
    }
  }

  void start(const float* bias, std::int64_t count, float* to) const {
    const std::int64_t block = lanes_ / 2;
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t l = 0; l < block; ++l) {
        to[i * block + l] = bias != nullptr ? bias[l] : 0;
      }
    }
  }

  /// Of (row, channel) first..last-1 of a pair's kernels, over some rows of the output at a time, which stay in the
  /// cache.
  void add_gradient(const float* photo, const float* gradient, std::int64_t pair, std::int64_t first, std::int64_t last,
                    bool add) {
    for (std::int64_t row = 0; row < out_.height; row += kRows) {
      BlockProduct product{};
      product.rows = kernel_;
      product.outer = std::min(kRows, out_.height - row);
      product.inner = out_.width;
      product.a_row = 1;
      product.a_outer = options_.stride * row_floats_;
      product.a_inner = options_.stride;
      product.b_step = lanes_ / 2;
      product.c_row = lanes_;
      product.add = add || row > 0;
      for (std::int64_t r = first; r < last; ++r) {
        kernels().product(product, {out_.block_stride, lanes_ / 2},
                          photo + row * options_.stride * row_floats_ + r * padded_width_,
                          gradient + row * out_.row_stride, by_rows_.data() + (pair * rows() + r) * kernel_ * lanes_);
      }
    }
  }

  void add_bias_gradient(const float* gradient, bool add, float* dbias) const {
    const std::int64_t block = lanes_ / 2;
    for (std::int64_t l = 0; l < lanes_; ++l) {
      const float* of_lane = gradient + l / block * out_.block_stride + l % block;
      float sum = add ? dbias[l] : 0;
      for (std::int64_t i = 0; i < out_.height * out_.width; ++i) {
        sum += of_lane[i * block];
      }
      dbias[l] = sum;
    }
  }

  LinearOptions options_;
  std::int64_t lanes_;  ///< of two blocks of the output
  Layout in_, out_;
  std::int64_t pairs_;
  onednn::WeightLayout weights_;  ///< [filters / lanes][channel][row][column][lanes]
  onednn::WeightLayout stored_;   ///< that of the master copy, which an earlier Program may have chosen
  FloatBuffer ordered_;           ///< weights, or their gradient, in the former
  FloatBuffer by_rows_;           ///< and as the products read and write them
  std::int64_t kernel_, padded_height_, padded_width_, row_floats_;
  bool stale_ = true;
};

}  // namespace

bool first_convolution_pays(const Layout& input, const Shape& output, const LinearOptions& o) {
  return onednn::vector_set() == onednn::VectorSet::kAvx2 && input.order == Layout::Order::kPlanes &&
         input.channels <= 4 && output[0] % (2 * kernels().register_floats) == 0 && !o.backward_data;
}

std::unique_ptr<Linear> make_first_convolution(const Layout& input, const Shape& output, const LinearOptions& options) {
  return std::make_unique<FirstConvolution>(input, output, options);
}

}  // namespace alexnet::cpu
