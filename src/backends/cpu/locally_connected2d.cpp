#include <algorithm>
#include <cstring>

#include <omp.h>

#include "onednn/product.h"
#include "step.h"

namespace alexnet::cpu {
namespace {

/// Photos of one product of matrices: fixed, so that results do not depend on the number of threads.
constexpr std::int64_t kRows = 32;

/// One product of matrices an output pixel: the windows of some photos there (photos, C*kernel*kernel) times the
/// pixel's filters.
class LocallyConnectedStep final : public Step {
 public:
  LocallyConnected2D layer;
  Padding padding;
  WeightSource weights;
  std::size_t weight = 0;
  std::size_t bias = 0;
  int threads = 1;

  bool needs_input() const override { return true; }
  /// For each thread: windows of all photos, and their outputs.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(threads * in.rows * (inputs() + layer.filters)) * sizeof(float);
  }
  double operations(Pass) const override {
    return 2.0 * static_cast<double>(in.rows * pixels() * inputs() * layer.filters);
  }

  void forward(StepCall& call) override {
    const float* w = weights.values(weight);
    const float* b = layer.has_bias ? weights.values(bias) : nullptr;
    for_each_block([&](std::int64_t first, std::int64_t rows) {
      float* windows = scratch(call);
      float* outputs = windows + rows * inputs();
      for (std::int64_t pixel = 0; pixel < pixels(); ++pixel) {
        gather(call.input, pixel, first, rows, windows);
        onednn::multiply({.transpose_b = true,
                          .rows = rows,
                          .columns = layer.filters,
                          .inner = inputs(),
                          .a_pitch = inputs(),
                          .b_pitch = inputs(),
                          .c_pitch = layer.filters},
                         1, windows, filters_of(w, pixel), false, outputs);
        for (std::int64_t n = 0; n < rows; ++n) {
          for (std::int64_t o = 0; o < layer.filters; ++o) {
            const float start = b == nullptr ? 0 : b[o * pixels() + pixel];
            call.output[output_at(first + n, o, pixel)] = outputs[n * layer.filters + o] + start;
          }
        }
      }
    });
  }

  void backward_data(StepCall& call) override {
    const float* w = weights.values(weight);
    for_each_block([&](std::int64_t first, std::int64_t rows) {
      float* windows = scratch(call);
      float* outputs = windows + rows * inputs();
      std::memset(call.input_gradient + first * in.image_stride, 0,
                  static_cast<std::size_t>(rows * in.image_stride) * sizeof(float));
      for (std::int64_t pixel = 0; pixel < pixels(); ++pixel) {
        gather_outputs(call.output_gradient, pixel, first, rows, outputs);
        onednn::multiply({.rows = rows,
                          .columns = inputs(),
                          .inner = layer.filters,
                          .a_pitch = layer.filters,
                          .b_pitch = inputs(),
                          .c_pitch = inputs()},
                         1, outputs, filters_of(w, pixel), false, windows);
        for_each_tap(pixel, [&](std::int64_t tap, std::int64_t place, bool inside) {
          for (std::int64_t n = 0; inside && n < rows; ++n) {
            call.input_gradient[(first + n) * in.image_stride + place] += windows[n * inputs() + tap];
          }
        });
      }
    });
  }

  void backward_weights(StepCall& call) override {
#pragma omp parallel for num_threads(threads)
    for (std::int64_t pixel = 0; pixel < pixels(); ++pixel) {
      float* windows = scratch(call);
      float* outputs = windows + in.rows * inputs();
      gather(call.input, pixel, 0, in.rows, windows);
      gather_outputs(call.output_gradient, pixel, 0, in.rows, outputs);
      onednn::multiply({.transpose_a = true,
                        .rows = layer.filters,
                        .columns = inputs(),
                        .inner = in.rows,
                        .a_pitch = layer.filters,
                        .b_pitch = inputs(),
                        .c_pitch = inputs()},
                       1, outputs, windows, false, call.gradients[0] + pixel * layer.filters * inputs());
      for (std::int64_t o = 0; layer.has_bias && o < layer.filters; ++o) {
        float sum = 0;
        for (std::int64_t n = 0; n < in.rows; ++n) {
          sum += outputs[n * layer.filters + o];
        }
        call.gradients[1][o * pixels() + pixel] = sum;
      }
    }
  }

 private:
  [[nodiscard]] std::int64_t pixels() const { return out.height * out.width; }
  [[nodiscard]] std::int64_t inputs() const { return in.channels * layer.kernel * layer.kernel; }
  [[nodiscard]] const float* filters_of(const float* w, std::int64_t pixel) const {
    return w + pixel * layer.filters * inputs();
  }
  [[nodiscard]] std::int64_t output_at(std::int64_t n, std::int64_t o, std::int64_t pixel) const {
    return out.at(n, o, pixel / out.width, pixel % out.width);
  }
  [[nodiscard]] float* scratch(const StepCall& call) const {
    return reinterpret_cast<float*>(call.scratch) + omp_get_thread_num() * in.rows * (inputs() + layer.filters);
  }

  /// f(first photo, photos), blocks side by side on the threads.
  template <class F>
  void for_each_block(F f) const {
#pragma omp parallel for num_threads(threads)
    for (std::int64_t first = 0; first < in.rows; first += kRows) {
      f(first, std::min(kRows, in.rows - first));
    }
  }

  /// f(tap, place of its pixel in a photo, whether that lies in the image) for the window of an output pixel.
  template <class F>
  void for_each_tap(std::int64_t pixel, F f) const {
    const std::int64_t top = pixel / out.width * layer.stride - padding.top;
    const std::int64_t left = pixel % out.width * layer.stride - padding.left;
    std::int64_t tap = 0;
    for (std::int64_t c = 0; c < in.channels; ++c) {
      for (std::int64_t row = top; row < top + layer.kernel; ++row) {
        for (std::int64_t column = left; column < left + layer.kernel; ++column) {
          const bool inside = row >= 0 && row < in.height && column >= 0 && column < in.width;
          f(tap++, in.at(0, c, row, column), inside);
        }
      }
    }
  }

  void gather(const float* x, std::int64_t pixel, std::int64_t first, std::int64_t rows, float* windows) const {
    for_each_tap(pixel, [&](std::int64_t tap, std::int64_t place, bool inside) {
      for (std::int64_t n = 0; n < rows; ++n) {
        windows[n * inputs() + tap] = inside ? x[(first + n) * in.image_stride + place] : 0;
      }
    });
  }

  void gather_outputs(const float* dy, std::int64_t pixel, std::int64_t first, std::int64_t rows,
                      float* outputs) const {
    for (std::int64_t n = 0; n < rows; ++n) {
      for (std::int64_t o = 0; o < layer.filters; ++o) {
        outputs[n * layer.filters + o] = dy[output_at(first + n, o, pixel)];
      }
    }
  }
};

}  // namespace

std::unique_ptr<Step> make_step(const LocallyConnected2D& layer, const StepContext& context) {
  auto step = std::make_unique<LocallyConnectedStep>();
  const auto& output = context.network->facts(context.layer).output;
  step->layer = layer;
  step->padding = layer.padding.resolved(context.input.height, context.input.width, layer.kernel, layer.stride);
  step->weights = context.source();
  step->threads = context.threads;
  step->in = context.input;
  step->out = Layout::planes(context.input.rows, output[0], output[1], output[2]);
  step->weight = context.parameter("weight");
  step->parameters = {step->weight};
  if (layer.has_bias) {
    step->bias = context.parameter("bias");
    step->parameters.push_back(step->bias);
  }
  return step;
}

}  // namespace alexnet::cpu
