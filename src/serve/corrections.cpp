#include "serve/corrections.h"

#include <algorithm>
#include <chrono>
#include <span>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "alexnet/core/files.h"
#include "alexnet/image/decode.h"

#include "core/text.h"
#include "serve/http_status.h"

namespace alexnet::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashDigits = 16;

bool can_be_a_folder(const std::string& name) {
  return !name.empty() && name.size() <= 200 && name.front() != '.' && name.find('/') == std::string::npos &&
         is_plain_text(name);
}

const char* ending_of(std::span<const std::byte> photo) {
  const ImageFormat format = sniff_format(photo);
  return format == ImageFormat::kPng ? "png" : format == ImageFormat::kWebp ? "webp" : "jpg";
}

std::size_t photos_below(const fs::path& folder) {
  const fs::recursive_directory_iterator files(folder);
  return static_cast<std::size_t>(std::count_if(begin(files), end(files), [](const auto& entry) {
    return entry.is_regular_file() && entry.path().extension() != ".csv";
  }));
}

}  // namespace

std::string Corrections::keep(const Correction& correction, const std::vector<std::string>& classes) {
  if (!can_be_a_folder(correction.right)) {
    throw BadRequest{kBadRequest, "option-invalid", "right: this class cannot be the name of a folder"};
  }
  const auto bytes = std::as_bytes(std::span(correction.photo.bytes));
  const std::string file = fmt::format("{}.{}", sha256(bytes).substr(0, kHashDigits), ending_of(bytes));
  const std::lock_guard lock(mutex_);
  make_folder(folder_);
  if (photos_below(folder_) >= kMostKept) {
    throw BadRequest{kServiceUnavailable, "corrections-full", "no more photos are kept here"};
  }
  make_folder(folder_ / correction.right);
  write_file_atomically(folder_ / correction.right / file, correction.photo.bytes);
  for (const std::string& name : classes) {
    if (name != correction.right && can_be_a_folder(name) && fs::remove(folder_ / name / file)) {
      std::error_code others;  // a class whose last photo this was has no folder, which a training would call empty
      fs::remove(folder_ / name, others);
    }
  }
  const fs::path list = folder_ / "corrections.csv";
  if (!fs::exists(list)) {
    append_line(list, "time,file,said,right,model,version");
  }
  std::string place = correction.right + "/" + file;
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  append_line(list, fmt::format("{:%Y-%m-%dT%H:%M:%S}Z,{},{},{},{},{}", fmt::gmtime(now), csv_field(place),
                                csv_field(correction.said), csv_field(correction.right), csv_field(correction.model),
                                correction.version));
  return place;
}

}  // namespace alexnet::serve
