#include "blocked_dense.h"

#include <algorithm>

#include <omp.h>

#include "kernels/kernels.h"
#include "memory.h"

// y = x W' + b, dx = dy W, dW = dy' x. A piece of the activations stays in the cache of a thread while the weights,
// which are far larger, go by once.

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kPiece = 512;    // channels (or units) of a piece
constexpr std::int64_t kChannels = 64;  // that backward data makes at once
constexpr std::int64_t kApart = 16;     // floats between rows that would otherwise fall into the same lines of a cache

std::int64_t lanes() { return 2 * kernels().register_floats; }

/// For a block of units (or channels) whose lanes stand side by side in b and in c.
void multiply(const BlockProduct& product, const float* a, const float* b, float* c) {
  const std::int64_t apart = kernels().register_floats;
  kernels().product(product, {apart, apart}, a, b, c);
}

/// The thread's share of the blocks of units.
struct OwnBlocks {
  std::int64_t first, last;
  explicit OwnBlocks(std::int64_t blocks)
      : first(blocks * omp_get_thread_num() / omp_get_num_threads()),
        last(blocks * (omp_get_thread_num() + 1) / omp_get_num_threads()) {}
};

class BlockedDense final : public Linear {
 public:
  BlockedDense(const Layout& input, std::int64_t units, const LinearOptions& options)
      : options_(options),
        in_(Layout::plain_rows(input.rows, input.channels)),
        out_(Layout::plain_rows(input.rows, units)),
        weights_(onednn::WeightLayout::by_filter_lanes({units, input.channels, 1, 1}, 1, static_cast<int>(lanes()))),
        stored_(options.stored.value_or(weights_)),
        ordered_(stored_ == weights_ ? 0 : weights_.floats()),
        rows_(input.rows),
        channels_(input.channels),
        units_(units),
        blocks_(units / lanes()),
        threads_(omp_get_max_threads()) {}

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override {
    const std::int64_t turned = options_.backward_data ? threads_ * turned_floats() : 0;
    const std::int64_t copies = options_.backward_weights ? rows_ * (channels_ + kApart + units_) : 0;
    return static_cast<std::size_t>(std::max(turned, copies)) * sizeof(float);
  }
  std::size_t derived_floats() const override { return ordered_.size(); }
  void weights_changed() override { stale_ = true; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte*) override {
    w = in_order(w);
#pragma omp parallel
    {
      const OwnBlocks own(blocks_);
      for (std::int64_t b = own.first; b < own.last; ++b) {
        start_block(bias, b, y);
      }
      for (std::int64_t first = 0; first < channels_; first += kPiece) {
        const BlockProduct product{rows_, 1, piece(channels_, first), channels_, 0, 1, lanes(), units_, true};
        for (std::int64_t b = own.first; b < own.last;) {
          const std::int64_t streams = std::min<std::int64_t>(streams_for(rows_), own.last - b);
          Columns columns{lanes() / 2, lanes() / 2, streams == 3 ? 2 : static_cast<int>(streams)};
          columns.b_pair = channels_ * lanes();
          columns.c_pair = lanes();
          kernels().product(product, columns, x + first, w + (b * channels_ + first) * lanes(), y + b * lanes());
          b += columns.pairs;
        }
      }
      for (std::int64_t b = own.first; b < own.last; ++b) {
        end_block(b, y);
      }
    }
  }

  void backward_data(const float* dy, const float* w, float* dx, std::byte* scratch) override {
    w = in_order(w);
    const std::int64_t groups = (channels_ + kChannels - 1) / kChannels;
#pragma omp parallel for schedule(static)
    for (std::int64_t group = 0; group < groups; ++group) {
      float* turned = reinterpret_cast<float*>(scratch) + omp_get_thread_num() * turned_floats();
      for (std::int64_t first = 0; first < units_; first += kPiece) {
        const std::int64_t count = piece(units_, first);
        const BlockProduct product{rows_, 1, count, units_, 0, 1, lanes(), channels_, first > 0};
        const std::int64_t last = std::min(channels_, (group + 1) * kChannels);
        float* to = turned;
        for (std::int64_t c = group * kChannels; c < last; c += lanes(), to += count * lanes()) {
          turn(w, c, first, count, to);
        }
        const float* from = turned;
        for (std::int64_t c = group * kChannels; c < last; c += lanes(), from += count * lanes()) {
          multiply(product, dy + first, from, dx + c);
        }
      }
    }
  }

  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    float* target = ordered_.size() > 0 ? ordered_.data() : dw;
    auto* inputs = reinterpret_cast<float*>(scratch);
    const std::int64_t pitch = channels_ + kApart;
    float* gradients = inputs + rows_ * pitch;  // [block][row][lane]
#pragma omp parallel
    {
#pragma omp for schedule(static)
      for (std::int64_t n = 0; n < rows_; ++n) {
        std::copy_n(x + n * channels_, channels_, inputs + n * pitch);
        for (std::int64_t b = 0; b < blocks_; ++b) {
          std::copy_n(dy + n * units_ + b * lanes(), lanes(), gradients + (b * rows_ + n) * lanes());
        }
      }
      for (std::int64_t first = 0; first < channels_; first += kPiece) {
        const BlockProduct product{piece(channels_, first), 1, rows_, 1, 0, pitch, lanes(), lanes(), false};
        const OwnBlocks own(blocks_);
        for (std::int64_t b = own.first; b < own.last; ++b) {
          multiply(product, inputs + first, gradients + b * rows_ * lanes(),
                   target + (b * channels_ + first) * lanes());
        }
      }
    }
    for (std::int64_t u = 0; dbias != nullptr && u < units_; ++u) {
      dbias[u] = 0;
      for (std::int64_t n = 0; n < rows_; ++n) {
        dbias[u] += dy[n * units_ + u];
      }
    }
    if (target != dw) {
      onednn::reorder(weights_, target, stored_, dw);
      stale_ = true;
    }
  }

  std::string forward_kernel() const override { return name(); }
  std::string backward_data_kernel() const override { return name(); }
  std::string backward_weights_kernel() const override { return name(); }

 private:
  [[nodiscard]] static std::string name() { return std::string("blocks:") + kernels().name; }
  [[nodiscard]] static std::int64_t turned_floats() { return kChannels * kPiece; }
  [[nodiscard]] static std::int64_t piece(std::int64_t all, std::int64_t first) {
    return std::min(kPiece, all - first);
  }

  void start_block(const float* bias, std::int64_t b, float* y) const {
    for (std::int64_t n = 0; n < rows_; ++n) {
      float* row = y + n * units_ + b * lanes();
      for (std::int64_t l = 0; l < lanes(); ++l) {
        row[l] = bias != nullptr ? bias[b * lanes() + l] : 0;
      }
    }
  }

  void end_block(std::int64_t b, float* y) const {
    for (std::int64_t n = 0; n < rows_ && options_.relu; ++n) {
      float* row = y + n * units_ + b * lanes();
      for (std::int64_t l = 0; l < lanes(); ++l) {
        row[l] = row[l] <= 0 ? 0 : row[l];
      }
    }
  }

  /// The weights of `count` units from `first` on, for the channels from c on: [unit][lane = channel].
  void turn(const float* w, std::int64_t c, std::int64_t first, std::int64_t count, float* to) const {
    for (std::int64_t u = 0; u < count; u += lanes()) {
      kernels().transpose(lanes(), w + ((first + u) / lanes() * channels_ + c) * lanes(), lanes(), to + u * lanes(),
                          lanes());
    }
  }

  const float* in_order(const float* w) {
    if (ordered_.size() == 0) {
      return w;
    }
    if (stale_) {
      onednn::reorder(stored_, w, weights_, ordered_.data());
      stale_ = false;
    }
    return ordered_.data();
  }

  LinearOptions options_;
  Layout in_, out_;
  onednn::WeightLayout weights_;  ///< the order that the products read and write
  onednn::WeightLayout stored_;   ///< that of the master copy, which an earlier Program may have chosen
  FloatBuffer ordered_;           ///< weights, or their gradient, in the former; empty where the two are one
  std::int64_t rows_, channels_, units_, blocks_, threads_;
  bool stale_ = true;
};

}  // namespace

bool blocked_dense_pays(const Layout& input, std::int64_t units, const LinearOptions& o) {
  // Of many rows, those with AVX-512 are the library's.
  constexpr std::int64_t kFewRows = 16;
  return (onednn::vector_set() == onednn::VectorSet::kAvx2 ||
          (onednn::vector_set() == onednn::VectorSet::kAvx512 && input.rows <= kFewRows && !o.training)) &&
         input.channels % lanes() == 0 && units % lanes() == 0;
}

std::unique_ptr<Linear> make_blocked_dense(const Layout& input, std::int64_t units, const LinearOptions& options) {
  return std::make_unique<BlockedDense>(input, units, options);
}

}  // namespace alexnet::cpu
