#include "cli/photo_sources.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include <glob.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/split.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/image/decode.h"
#include "alexnet/train/run_document.h"

namespace alexnet::cli {
namespace {

std::vector<std::byte> read_standard_input() {
  constexpr std::size_t kLimit = std::size_t{1} << 30;
  std::vector<std::byte> bytes;
  std::array<std::byte, 65536> block{};
  while (const auto count = std::fread(block.data(), 1, block.size(), stdin)) {
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    if (bytes.size() > kLimit) {
      throw Error(Message::kPhotoTooLarge,
                  {{"where", "standard input"}, {"expected", "1 GB at most"}, {"got", "more"}});
    }
  }
  return bytes;
}

/// Files, one a line.
void add_list(std::vector<PhotoSource>& sources, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (!line.empty()) {
      sources.push_back({std::string(line)});
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void add_standard_input(std::vector<PhotoSource>& sources) {
  auto bytes = read_standard_input();
  if (sniff_format(bytes) != ImageFormat::kText) {
    sources.push_back({"-", std::move(bytes)});
    return;
  }
  add_list(sources, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void add_folder(std::vector<PhotoSource>& sources, const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && has_photo_extension(entry.path()) &&
        !entry.path().filename().string().starts_with('.')) {
      files.push_back(entry.path().string());
    }
  }
  if (files.empty()) {
    throw Error(Message::kFolderEmpty, {{"where", folder}});
  }
  std::ranges::sort(files);
  for (auto& file : files) {
    sources.push_back({std::move(file)});
  }
}

bool is_pattern(const std::string& word) {
  return word.find_first_of("*?[") != std::string::npos && !std::filesystem::exists(word);
}

/// The files that a shell would have found, in its order.
void add_matches(std::vector<PhotoSource>& sources, const std::string& pattern) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), 0, nullptr, &found);
  const std::unique_ptr<glob_t, void (*)(glob_t*)> owner(&found, ::globfree);
  if (status != 0) {
    throw Error(Message::kFileMissing, {{"where", pattern}});
  }
  for (std::size_t i = 0; i < found.gl_pathc; ++i) {
    const std::string path = found.gl_pathv[i];
    if (!std::filesystem::is_directory(path)) {
      sources.push_back({path});
    }
  }
}

}  // namespace

std::vector<PhotoSource> find_photos(const std::vector<std::string>& words) {
  std::vector<PhotoSource> sources;
  for (const auto& word : words) {
    if (word == "-") {
      add_standard_input(sources);
    } else if (std::filesystem::is_directory(word)) {
      add_folder(sources, word);
    } else if (is_pattern(word)) {
      add_matches(sources, word);
    } else if (word.ends_with(".txt")) {
      add_list(sources, read_text(word));
    } else {
      sources.push_back({word});
    }
  }
  return sources;
}

std::vector<PhotoSource> held_out_photos(const std::string& run, int count, const LogSink& log) {
  const auto folder = RunFolder::open(run);
  const std::shared_ptr<const Dataset> dataset = open_dataset(read_run_document(folder).data, log);
  const auto split = read_split(folder.file("split.csv"), *dataset);
  auto items = split.items(Part::kTest);
  if (items.empty()) {
    items = split.items(Part::kVal);
  }
  const auto wanted = std::min(static_cast<std::size_t>(count), items.size());
  std::vector<PhotoSource> sources;
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto item = items[(2 * i + 1) * items.size() / (2 * wanted)];
    const auto& [path, label, part] = dataset->items()[item];
    sources.push_back(
        {path + " (it is: " + dataset->classes()[static_cast<std::size_t>(label)] + ")", {}, dataset, item});
  }
  return sources;
}

Image load_photo(const PhotoSource& source, bool apply_orientation) {
  if (source.dataset) {
    return source.dataset->load(source.item, apply_orientation);
  }
  const DecodeOptions options{.apply_orientation = apply_orientation};
  return source.name == "-" ? decode_image(source.bytes, "standard input", options) : load_image(source.name, options);
}

}  // namespace alexnet::cli
