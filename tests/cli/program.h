#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace alexnet::testing {

/// What a run of the program left behind.
struct Outcome {
  int status = -1;  ///< exit status; 128 + signal where a signal ended it
  std::string out;
  std::string err;
  /// Standard output as one JSON document; fails the test where it is none.
  [[nodiscard]] nlohmann::json json() const;
};

/// How the program is run: black box, as a shell does it.
struct Setting {
  std::filesystem::path folder = ".";
  std::map<std::string, std::string> environment = {};  ///< beside PATH, LANG and an own HOME
  std::string input = {};
  std::function<void()> in_child = {};              ///< limits, another user
  std::function<void(int process)> meanwhile = {};  ///< e.g. sends a signal
  bool one_stream = false;                          ///< 2>&1
};

/// Runs the built program.
Outcome alexnet(const std::vector<std::string>& arguments, const Setting& setting = {});
/// Runs a command line by the shell, with the built program as `alexnet` in PATH.
Outcome shell(const std::string& command, const Setting& setting = {});

/// A folder of its own that is removed at the end.
class Workplace {
 public:
  Workplace();
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] Setting setting() const { return {.folder = path_}; }

 private:
  std::filesystem::path path_;
};

void write(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write(const std::filesystem::path& path, const std::string& text);
std::string read(const std::filesystem::path& path);

/// A tiny picture: a bright square on dark noise, whose place tells the class, so that it can be learnt.
std::vector<std::byte> tiny_photo(int label, int number);
/// FOLDER/{daisy,rose,tulip}/NN.png, `each` of a class.
void make_photos(const std::filesystem::path& folder, int each = 16);
/// Options that make a training small: a second or less.
std::vector<std::string> small_training(const std::string& run, int epochs = 2);
/// Joins two lists.
std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b);

}  // namespace alexnet::testing
