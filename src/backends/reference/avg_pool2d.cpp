#include <algorithm>

#include "backends/reference/pooling.h"

namespace alexnet::reference {
namespace {

double divisor(const AvgPool2D& layer, const Window& window) {
  switch (layer.divisor) {
    case AvgPool2D::Divisor::kClippedWindow:
      return static_cast<double>(window.pixels());
    case AvgPool2D::Divisor::kFullWindow:
      return static_cast<double>(layer.window) * layer.window;
    case AvgPool2D::Divisor::kOne:
      break;
  }
  return 1;
}

}  // namespace

/// y[n,c,i,j] = (sum of x[n,c] over the window of (i,j), clipped at the image) / divisor
template <class T>
void forward(const AvgPool2D& layer, const Call& call, LayerData<T>& data) {
  const Image in(data.facts->input);
  const Image out(data.facts->output);
  for (std::int64_t map = 0; map < call.rows * in.channels; ++map) {
    const T* x = at(data.x, map * in.pixels());
    T* y = at(data.y, map * out.pixels());
    for_each_window(layer, in, out, [&](std::int64_t pixel, const Window& window) {
      double sum = 0;
      for (std::int64_t h = window.top; h < window.bottom; ++h) {
        for (std::int64_t w = window.left; w < window.right; ++w) {
          sum += static_cast<double>(x[h * in.width + w]);
        }
      }
      y[pixel] = static_cast<T>(sum / divisor(layer, window));
    });
  }
}

/// dx[n,c,h,w] = sum of dy[n,c,i,j] / divisor over the windows (i,j) that hold (h,w)
template <class T>
void backward_data(const AvgPool2D& layer, const Call& call, LayerData<T>& data) {
  const Image in(data.facts->input);
  const Image out(data.facts->output);
  for (std::int64_t map = 0; map < call.rows * in.channels; ++map) {
    const T* dy = at(data.dy, map * out.pixels());
    data.sums.assign(static_cast<std::size_t>(in.pixels()), 0.0);
    for_each_window(layer, in, out, [&](std::int64_t pixel, const Window& window) {
      const double share = static_cast<double>(dy[pixel]) / divisor(layer, window);
      for (std::int64_t h = window.top; h < window.bottom; ++h) {
        for (std::int64_t w = window.left; w < window.right; ++w) {
          data.sums[static_cast<std::size_t>(h * in.width + w)] += share;
        }
      }
    });
    std::transform(data.sums.begin(), data.sums.end(), at(data.dx, map * in.pixels()),
                   [](double v) { return static_cast<T>(v); });
  }
}

template void forward(const AvgPool2D&, const Call&, LayerData<float>&);
template void forward(const AvgPool2D&, const Call&, LayerData<double>&);
template void backward_data(const AvgPool2D&, const Call&, LayerData<float>&);
template void backward_data(const AvgPool2D&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
