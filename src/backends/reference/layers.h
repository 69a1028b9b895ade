#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "alexnet/network/layer.h"
#include "alexnet/network/network.h"
#include "alexnet/runtime/batch.h"
#include "alexnet/runtime/communicator.h"

/// The layers of the reference backend, one file a kind. All tensors are in logical order, stored as T (float or
/// double); every sum is taken in double. Only the first `rows` rows are read or written.
namespace alexnet::reference {

/// What all layers share in one call of a program.
struct Call {
  std::int64_t rows = 0;
  bool training = false;         ///< statistics of the batch, dropout drops
  bool keep_statistics = false;  ///< running statistics take this batch in
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint32_t position = 0;
  std::vector<PhotoFacts> photos;        ///< empty = defaults
  Communicator* communicator = nullptr;  ///< of towers: there wherever a layer exchanges activations
  Communicator* ranks = nullptr;         ///< that share statistics of training; null = this process alone
};

/// One layer's tensors.
template <class T>
struct LayerData {
  const LayerFacts* facts = nullptr;
  std::span<const T> x;                  ///< (rows, facts->input)
  std::span<T> y;                        ///< (rows, facts->output)
  std::span<T> dx;                       ///< gradient of the loss with respect to x
  std::span<T> dy;                       ///< and to y
  std::vector<std::span<T>> parameters;  ///< in the order of facts->parameters
  std::vector<std::span<T>> gradients;   ///< the same order; empty where the parameter is not trainable
  std::vector<double> saved;             ///< what forward leaves for backward
  std::vector<double> sums;              ///< double accumulators
  std::vector<T> exchanged;              ///< what ranks exchange, one part a rank
};

/// Channels, height and width of one photo's activation; a dense activation (C) is one pixel.
struct Image {
  explicit Image(const Shape& shape)
      : channels(shape[0]), height(shape.size() == 3 ? shape[1] : 1), width(shape.size() == 3 ? shape[2] : 1) {}
  [[nodiscard]] std::int64_t pixels() const { return height * width; }
  [[nodiscard]] std::int64_t size() const { return channels * pixels(); }
  std::int64_t channels;
  std::int64_t height;
  std::int64_t width;
};

/// Iterators into a span at a signed offset.
template <class T>
[[nodiscard]] T* at(std::span<T> values, std::int64_t offset) {
  return values.data() + offset;
}

template <class T>
void forward(const Normalize& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const Conv2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const LocallyConnected2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const MaxPool2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const AvgPool2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const ReLU& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const Tanh& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const Sigmoid& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const LRN& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const BatchNorm& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const Dropout& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const Flatten& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const Dense& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const AllGather& layer, const Call& call, LayerData<T>& data);
template <class T>
void forward(const Gather& layer, const Call& call, LayerData<T>& data);

/// dx from dy, after forward of the same call.
template <class T>
void backward_data(const Normalize& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const Conv2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const LocallyConnected2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const MaxPool2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const AvgPool2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const ReLU& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const Tanh& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const Sigmoid& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const LRN& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const BatchNorm& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const Dropout& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const Flatten& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const Dense& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const AllGather& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_data(const Gather& layer, const Call& call, LayerData<T>& data);

/// The gradients of the trainable parameters from dy: they are set, not added to.
template <class T>
void backward_weights(const Conv2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_weights(const LocallyConnected2D& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_weights(const BatchNorm& layer, const Call& call, LayerData<T>& data);
template <class T>
void backward_weights(const Dense& layer, const Call& call, LayerData<T>& data);

}  // namespace alexnet::reference
