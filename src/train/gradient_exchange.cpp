#include "train/gradient_exchange.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/bf16.h"
#include "train/step_clock.h"

namespace alexnet {
namespace {

template <class T>
void join(GradientBucket<T>& bucket) {
  bucket.values.resize(bucket.elements);
  auto out = bucket.values.begin();
  for (const std::span<T> piece : bucket.pieces) {
    out = std::ranges::copy(piece, out).out;
  }
}

/// A summed bucket back to where its pieces came from.
template <class T>
void give_back(const GradientBucket<T>& bucket) {
  auto in = bucket.values.begin();
  for (const std::span<T> piece : bucket.pieces) {
    std::copy_n(in, piece.size(), piece.begin());
    in += static_cast<std::ptrdiff_t>(piece.size());
  }
}

template <class T>
void join_halves(GradientBucket<T>& bucket) {
  bucket.halves.resize(bucket.elements);
  auto out = bucket.halves.begin();
  for (const std::span<T> piece : bucket.pieces) {
    out = std::transform(piece.begin(), piece.end(), out, [](T v) { return float_to_bf16(static_cast<float>(v)); });
  }
}

template <class T>
void give_back_halves(const GradientBucket<T>& bucket) {
  auto in = bucket.halves.begin();
  for (const std::span<T> piece : bucket.pieces) {
    for (T& value : piece) {
      value = static_cast<T>(bf16_to_float(*in++));
    }
  }
}

}  // namespace

GradientExchange::GradientExchange(const DataParallel& options)
    : options_(options), ranks_(*options_.ranks), started_before_(ranks_.traffic().started_seconds) {}

void GradientExchange::see(const GradientView& gradient) {
  if (!compared_) {
    held_.push_back(gradient);
    return;
  }
  add(gradient);
}

void GradientExchange::add(const GradientView& gradient) {
  const bool wide = gradient.values.empty();
  if (!logical_) {
    wide ? add_to(buckets64_, gradient.values64) : add_to(buckets_, gradient.values);
    return;
  }
  if (compared_) {
    held_.push_back(gradient);
  }
  Tensor& tensor = tensors_.emplace_back(gradient.logical());
  wide ? add_to(buckets64_, tensor.as<double>()) : add_to(buckets_, tensor.as<float>());
}

/// In the first step: the order in which each rank keeps each gradient.
void GradientExchange::compare_layouts() {
  struct Kept {
    std::uint64_t layout;
    std::uint64_t elements;
    bool operator==(const Kept&) const = default;
  };
  std::vector<Kept> mine;
  mine.reserve(held_.size());
  for (const GradientView& view : held_) {
    mine.push_back({view.layout, view.values.size() + view.values64.size()});
  }
  std::vector<Kept> all(mine.size() * static_cast<std::size_t>(ranks_.size()));
  ranks_.all_gather(std::as_bytes(std::span(std::as_const(mine))), std::as_writable_bytes(std::span(all)));
  for (std::size_t i = 0; i < all.size(); ++i) {
    logical_ = logical_ || !(all[i] == mine[i % mine.size()]);
  }
}

template <class T>
void GradientExchange::add_to(std::vector<GradientBucket<T>>& buckets, std::span<T> values) {
  const std::size_t wire = options_.bf16 ? sizeof(std::uint16_t) : sizeof(T);
  const std::size_t most = std::max<std::size_t>(1, static_cast<std::size_t>(options_.bucket_bytes) / wire);
  while (!values.empty()) {
    if (open_ == buckets.size()) {
      buckets.emplace_back();
    }
    GradientBucket<T>& bucket = buckets[open_];
    const std::size_t count = std::min(values.size(), most - bucket.elements);
    bucket.pieces.push_back(values.first(count));
    bucket.elements += count;
    values = values.subspan(count);
    if (bucket.elements == most) {
      send(bucket);
      ++open_;
    }
  }
}

template <class T>
void GradientExchange::send(GradientBucket<T>& bucket) {
  if (options_.ordered) {
    sum_in_order(bucket);
  } else if (options_.bf16) {
    join_halves(bucket);
    bucket.pending = ranks_.start_all_reduce_bf16(bucket.halves);
  } else if (bucket.pieces.size() == 1) {
    bucket.pending = ranks_.start_all_reduce(bucket.pieces.front());
  } else {
    join(bucket);
    bucket.pending = ranks_.start_all_reduce(std::span(bucket.values));
  }
}

/// Each rank adds its part of the bucket, then all parts go to all.
template <class T>
void GradientExchange::sum_in_order(GradientBucket<T>& bucket) {
  const double begin = now_seconds();
  join(bucket);
  const auto size = static_cast<std::size_t>(ranks_.size());
  const std::size_t part = (bucket.elements + size - 1) / size;
  bucket.values.resize(part * size);
  std::vector<T> mine(part);
  ranks_.reduce_scatter(std::span<const T>(bucket.values), std::span(mine));
  ranks_.all_gather(std::as_bytes(std::span(std::as_const(mine))), std::as_writable_bytes(std::span(bucket.values)));
  ordered_ += now_seconds() - begin;
}

template <class T>
void GradientExchange::receive(std::vector<GradientBucket<T>>& buckets) {
  if (open_ < buckets.size() && buckets[open_].elements > 0) {
    send(buckets[open_]);
  }
  for (GradientBucket<T>& bucket : buckets) {
    if (bucket.pending) {
      const double begin = now_seconds();
      std::exchange(bucket.pending, {})->wait();
      waited_ += now_seconds() - begin;
    }
    if (options_.bf16) {
      give_back_halves(bucket);
    } else if (options_.ordered || bucket.pieces.size() > 1) {
      give_back(bucket);
    }
    bucket.pieces.clear();
    bucket.elements = 0;
  }
}

void GradientExchange::finish() {
  if (!compared_) {
    compare_layouts();
    for (const GradientView& gradient : held_) {
      add(gradient);
    }
    compared_ = true;
  }
  receive(buckets_);
  receive(buckets64_);
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    held_[i].assign(tensors_[i]);
  }
  held_.clear();
  tensors_.clear();
  open_ = 0;
}

std::optional<double> GradientExchange::take_hidden_share() {
  const double started = ranks_.traffic().started_seconds;
  const double busy = started - std::exchange(started_before_, started) + ordered_;
  const double waited = std::exchange(waited_, 0) + std::exchange(ordered_, 0);
  if (busy <= 0) {
    return std::nullopt;
  }
  return std::clamp(1 - waited / busy, 0.0, 1.0);
}

}  // namespace alexnet
