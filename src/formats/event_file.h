#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// TensorBoard's event files: records of protocol buffers, tensorflow/core/util/event.proto. Only what scalars need is
/// written, by hand: no packaged library writes the records.
namespace alexnet {

struct Scalar {
  std::string tag;
  double value = 0;  ///< stored as a float
};

/// CRC-32C (Castagnoli).
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

/// The record that an event file begins with. `wall_time`: seconds since 1970.
[[nodiscard]] std::string event_file_head(double wall_time);
/// One event with some scalars of one step; values that are no number are left out.
[[nodiscard]] std::string scalar_record(double wall_time, std::int64_t step, const std::vector<Scalar>& scalars);

/// The whole records of a file from its beginning, without those of scalars that `keep` refuses (by the first tag and
/// the step). What follows a broken record is dropped: a killed writer left it.
[[nodiscard]] std::string kept_records(std::string_view file,
                                       const std::function<bool(std::string_view tag, std::int64_t step)>& keep);

}  // namespace alexnet
