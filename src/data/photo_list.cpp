#include "data/photo_list.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "core/text.h"
#include "data/csv_reader.h"

namespace alexnet {
namespace {

constexpr std::string_view kWithParts = "path,label,part";
constexpr std::string_view kWithoutParts = "path,label";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets write it

class ListReader {
 public:
  explicit ListReader(const std::filesystem::path& list) : list_(list), text_(read_text(list)) {}

  FolderLayout read() {
    std::string_view text = text_;
    text.remove_prefix(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    const bool parts = text.starts_with(kWithParts);
    if (!parts && !text.starts_with(kWithoutParts)) {
      reject_csv(list_, 1, fmt::format("{} or {}", kWithoutParts, kWithParts),
                 printable(text.substr(0, text.find('\n'))));
    }
    CsvReader reader(text, list_, parts ? kWithParts : kWithoutParts);
    while (!reader.at_end()) {
      line_ = reader.line();
      add(reader.record());
    }
    if (lines_.empty()) {
      throw Error(Message::kFolderEmpty, {{"where", list_.string()}});
    }
    FolderLayout layout;
    for (auto& [key, folder] : classes_) {
      layout.classes.push_back(std::move(folder));
    }
    return layout;
  }

 private:
  void add(const std::vector<std::string>& fields) {
    const std::string& path = fields[0];
    const std::string& label = fields[1];
    for (const std::string& field : {path, label}) {
      if (field.empty() || !is_plain_text(field)) {
        reject_csv(list_, line_, "a path and a label", field.empty() ? "nothing" : printable(field));
      }
    }
    const auto part = fields.size() < 3 ? std::nullopt : std::optional(part_of(fields[2]));
    const auto [before, is_new] = lines_.emplace(path, line_);
    if (!is_new) {
      reject_csv(list_, line_, "each photo once", fmt::format("{}, which line {} has too", path, before->second));
    }
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(list_.parent_path() / path, ignored)) {
      reject_csv(list_, line_, "a file", fmt::format("{}, which is not there", (list_.parent_path() / path).string()));
    }
    ClassFolder& folder = classes_[{label, part}];
    folder.name = folder.path = label;
    folder.part = part;
    folder.photos.push_back(path);
  }

  [[nodiscard]] Part part_of(const std::string& name) const {
    if (const auto part = part_by_name(name)) {
      return *part;
    }
    reject_csv(list_, line_, "train, val or test", name.empty() ? "nothing" : name);
  }

  const std::filesystem::path& list_;
  std::string text_;
  std::size_t line_ = 0;
  std::unordered_map<std::string, std::size_t> lines_;  // by path
  std::map<std::pair<std::string, std::optional<Part>>, ClassFolder> classes_;
};

}  // namespace

bool is_photo_list(const std::filesystem::path& path) {
  std::error_code ignored;
  return path.extension() == ".csv" && !std::filesystem::is_directory(path, ignored);
}

FolderLayout read_photo_list(const std::filesystem::path& list) {
  FolderLayout layout = ListReader(list).read();
  for (ClassFolder& folder : layout.classes) {
    std::ranges::sort(folder.photos);
  }
  return layout;
}

}  // namespace alexnet
