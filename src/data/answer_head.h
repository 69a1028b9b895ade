#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace alexnet {

/// What going on with a download needs of the head of an HTTP answer.
struct AnswerHead {
  std::string tag;                ///< strong ETag, else Last-Modified: what If-Range takes
  std::int64_t range_start = -1;  ///< of Content-Range; -1: none
  std::int64_t whole_size = -1;   ///< of Content-Range; -1: none

  /// Takes in one line. A status line begins anew: the heads of redirects come before.
  void read(std::string_view line);
};

}  // namespace alexnet
