#pragma once

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/core/log.h"
#include "alexnet/data/dataset.h"

namespace alexnet::testing_support {

/// Writes bytes or text as they are, with the folders above.
void put(const std::filesystem::path& file, std::span<const std::byte> bytes);
void put(const std::filesystem::path& file, std::string_view text);

/// A picture whose pixels follow from `seed`.
[[nodiscard]] Image noise(int width, int height, int channels, std::uint32_t seed);
/// A picture with large and small shapes that follow from `seed`, as photographs have them.
[[nodiscard]] Image textured(int width, int height, std::uint32_t seed);
/// Writes noise as PNG, also under a name that ends in .jpg: the content decides.
void put_photo(const std::filesystem::path& file, std::uint32_t seed = 1, int width = 9, int height = 7);

/// root/class/0.png, root/class/1.png ... with photos that all differ.
void put_class(const std::filesystem::path& folder, int photos, std::uint32_t first_seed);

/// Keeps what the library logs.
class Logged {
 public:
  struct Entry {
    Severity severity;
    Message message;
    std::string text;
  };
  [[nodiscard]] LogSink sink();
  /// The texts of one message.
  [[nodiscard]] std::vector<std::string> of(Message message) const;

 private:
  std::vector<Entry> entries_;
};

/// Sets a variable of the environment, or removes it, until the end of the scope.
class Environment {
 public:
  Environment(const char* name, const std::optional<std::string>& value);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

[[nodiscard]] std::optional<std::string> environment(const char* name);

}  // namespace alexnet::testing_support
