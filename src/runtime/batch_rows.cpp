#include "runtime/batch_rows.h"

#include <cstring>
#include <utility>

namespace alexnet {
namespace {

/// `target` becomes rows of `source` (N, ...), in memory that it has already where that fits.
void copy_tensor_rows(const Tensor& source, int first, int rows, Tensor& target) {
  Shape shape = source.shape();
  const std::size_t row_bytes = source.bytes() / static_cast<std::size_t>(shape.front());
  shape.front() = rows;
  if (target.type() != source.type() || target.shape() != shape) {
    target = Tensor(source.type(), std::move(shape));
  }
  if (rows > 0) {  // a rank may have no photo left
    std::memcpy(target.data(), source.data() + static_cast<std::size_t>(first) * row_bytes,
                static_cast<std::size_t>(rows) * row_bytes);
  }
}

template <class T>
void copy_values(const std::vector<T>& source, int first, int rows, std::vector<T>& target) {
  target.clear();
  if (!source.empty()) {
    target.assign(source.begin() + first, source.begin() + first + rows);
  }
}

}  // namespace

void copy_rows(const Batch& batch, int first, int rows, double divisor, Batch& part) {
  copy_tensor_rows(batch.input, first, rows, part.input);
  part.rows = rows;
  copy_values(batch.labels, first, rows, part.labels);
  copy_values(batch.weights, first, rows, part.weights);
  copy_values(batch.photos, first, rows, part.photos);
  if (batch.soft_labels.empty()) {
    part.soft_labels = Tensor();
  } else {
    copy_tensor_rows(batch.soft_labels, first, rows, part.soft_labels);
  }
  part.divisor = divisor;
  part.epoch = batch.epoch;
  part.position = batch.position + static_cast<std::uint32_t>(first);
}

}  // namespace alexnet
