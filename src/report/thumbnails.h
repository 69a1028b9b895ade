#pragma once

#include <optional>
#include <string>

#include "alexnet/data/check.h"
#include "alexnet/image/image.h"

#include "core/base64.h"

namespace alexnet::report {

/// Small pictures for a page, as data URIs, within a budget of bytes.
class Thumbnails {
 public:
  Thumbnails(std::filesystem::path folder, std::size_t budget) : folder_(std::move(folder)), left_(budget) {}

  /// A photo of the folder, its longer side at most 160 pixels; nothing where it cannot be read.
  [[nodiscard]] std::optional<Image> load(const std::string& file) const;
  /// An <img> element; empty where the budget is used up.
  [[nodiscard]] std::string element(const Image& picture, const std::string& alternative);

 private:
  std::filesystem::path folder_;
  std::size_t left_;
};

/// |a - b| in grey, three times as strong, `b` brought to the size of `a`.
[[nodiscard]] Image difference_picture(const Image& a, const Image& b);

using alexnet::base64;

}  // namespace alexnet::report
