#include "cli/short_waits.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

namespace alexnet::cli {
namespace {

/// Some 20 microseconds: from one layer to the next nobody sleeps.
constexpr const char* kTurns = "1000";

/// Those that the program was started with, its name among them.
std::vector<std::string> own_words() {
  std::vector<std::string> words;
  const std::string text = read_text("/proc/self/cmdline");
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\0', begin) + 1) {
    words.emplace_back(text.c_str() + begin);
  }
  return words;
}

}  // namespace

void start_again_with_short_waits() {
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) {
    return;
  }
  try {
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    std::vector<std::string> words = own_words();
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) {
      pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    ::setenv("GOMP_SPINCOUNT", kTurns, 1);
    ::execv(program.c_str(), pointers.data());
  } catch (const Error&) {
    // without /proc
  } catch (const std::filesystem::filesystem_error&) {
    // likewise
  }
}

}  // namespace alexnet::cli
