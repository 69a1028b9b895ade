#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet {

/// Throws kFileFormat that names the file and the line.
[[noreturn]] void reject_csv(const std::filesystem::path& path, std::size_t line, std::string expected,
                             std::string got);

/// Cuts CSV (RFC 4180) into records: fields in quotes may hold commas, doubled quotes and line ends. `text` and `path`
/// (for errors) must outlive it.
class CsvReader {
 public:
  /// Reads the header too. Throws kFileFormat where it is not `header`.
  CsvReader(std::string_view text, const std::filesystem::path& path, std::string_view header);

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  /// Where the next record begins, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }
  /// The fields of the next record. Throws kFileFormat where there are not as many as in the header.
  [[nodiscard]] std::vector<std::string> record();

 private:
  [[nodiscard]] std::vector<std::string> fields();
  bool take(char c);
  [[nodiscard]] std::string plain();
  [[nodiscard]] std::string quoted();

  std::string_view text_;
  const std::filesystem::path& path_;
  std::size_t line_ = 1;
  std::size_t columns_ = 0;
};

}  // namespace alexnet
