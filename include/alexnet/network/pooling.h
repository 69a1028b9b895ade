#pragma once

namespace alexnet {

/// Rounding of a pooling layer's output size: (H + pad - window) / stride, down or up. Up adds windows that hang over
/// the bottom and right edge (never one that starts beyond the padded image). Up is Caffe's and cuda-convnet's.
enum class PoolRounding { kDown, kUp };

}  // namespace alexnet
