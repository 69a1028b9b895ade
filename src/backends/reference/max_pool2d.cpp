#include <algorithm>

#include "backends/reference/pooling.h"

namespace alexnet::reference {
namespace {

/// The first maximum of the window in row order.
template <class T>
std::int64_t first_maximum(const T* x, const Window& window, std::int64_t width) {
  std::int64_t best = window.top * width + window.left;
  for (std::int64_t h = window.top; h < window.bottom; ++h) {
    for (std::int64_t w = window.left; w < window.right; ++w) {
      best = x[h * width + w] > x[best] ? h * width + w : best;
    }
  }
  return best;
}

}  // namespace

/// y[n,c,i,j] = max of x[n,c] over the window of (i,j)
template <class T>
void forward(const MaxPool2D& layer, const Call& call, LayerData<T>& data) {
  const Image in(data.facts->input);
  const Image out(data.facts->output);
  for (std::int64_t map = 0; map < call.rows * in.channels; ++map) {
    const T* x = at(data.x, map * in.pixels());
    T* y = at(data.y, map * out.pixels());
    for_each_window(layer, in, out, [&](std::int64_t pixel, const Window& window) {
      y[pixel] = x[first_maximum(x, window, in.width)];
    });
  }
}

/// dx[n,c,h,w] = sum of dy[n,c,i,j] over the windows whose first maximum is (h,w), or whose maximum is equal to x there
template <class T>
void backward_data(const MaxPool2D& layer, const Call& call, LayerData<T>& data) {
  const Image in(data.facts->input);
  const Image out(data.facts->output);
  for (std::int64_t map = 0; map < call.rows * in.channels; ++map) {
    const T* x = at(data.x, map * in.pixels());
    const T* dy = at(data.dy, map * out.pixels());
    data.sums.assign(static_cast<std::size_t>(in.pixels()), 0.0);
    for_each_window(layer, in, out, [&](std::int64_t pixel, const Window& window) {
      const std::int64_t first = first_maximum(x, window, in.width);
      if (layer.ties == MaxPool2D::Ties::kFirst) {
        data.sums[static_cast<std::size_t>(first)] += static_cast<double>(dy[pixel]);
        return;
      }
      for (std::int64_t h = window.top; h < window.bottom; ++h) {
        for (std::int64_t w = window.left; w < window.right; ++w) {
          const std::int64_t place = h * in.width + w;
          data.sums[static_cast<std::size_t>(place)] += x[place] == x[first] ? static_cast<double>(dy[pixel]) : 0;
        }
      }
    });
    std::transform(data.sums.begin(), data.sums.end(), at(data.dx, map * in.pixels()),
                   [](double v) { return static_cast<T>(v); });
  }
}

template void forward(const MaxPool2D&, const Call&, LayerData<float>&);
template void forward(const MaxPool2D&, const Call&, LayerData<double>&);
template void backward_data(const MaxPool2D&, const Call&, LayerData<float>&);
template void backward_data(const MaxPool2D&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
