#include "core/machine.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include <link.h>
#include <sched.h>
#include <unistd.h>

namespace alexnet {
namespace {

/// The text behind "key :" of the first such line.
std::string value_of(const char* file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(':');
    if (colon != std::string::npos && line.starts_with(key)) {
      const auto start = line.find_first_not_of(" \t", colon + 1);
      return start == std::string::npos ? "" : line.substr(start);
    }
  }
  return "";
}

std::int64_t kibibytes(const char* file, std::string_view key) {
  std::int64_t number = 0;
  std::istringstream(value_of(file, key)) >> number;
  return number * 1024;
}

/// Pages of files in the control group that the system drops when memory is wanted.
std::int64_t droppable_pages() {
  std::ifstream in("/sys/fs/cgroup/memory.stat");
  std::string key;
  for (std::int64_t bytes = 0; in >> key >> bytes;) {
    if (key == "inactive_file") {
      return bytes;
    }
  }
  return 0;
}

/// What the control group still allows, or `free` where it sets no limit.
std::int64_t within_control_group(std::int64_t free) {
  std::int64_t limit = 0;
  std::int64_t used = 0;
  std::ifstream("/sys/fs/cgroup/memory.max") >> limit;
  std::ifstream("/sys/fs/cgroup/memory.current") >> used;
  used -= droppable_pages();
  return limit > 0 ? std::clamp<std::int64_t>(limit - used, 0, free) : free;
}

std::string instruction_sets() {
  constexpr std::array<std::string_view, 9> kWanted = {
      "sse4_1", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_int8"};
  std::istringstream flags(value_of("/proc/cpuinfo", "flags"));
  std::string found;
  for (std::string flag; flags >> flag;) {
    if (std::ranges::find(kWanted, flag) != kWanted.end()) {
      found += (found.empty() ? "" : " ") + flag;
    }
  }
  return found;
}

/// Those that decide how photos are read and numbers computed; the libraries that they need in turn fill a page.
bool matters(const std::string& file) {
  constexpr std::array<std::string_view, 10> kNames = {"libdnnl",    "libjpeg",   "libpng",  "libwebp.", "libcurl.",
                                                       "libarchive", "libcrypto", "libgomp", "libfmt",   "libstdc++"};
  return std::ranges::any_of(kNames, [&](std::string_view name) { return file.starts_with(name); });
}

int add_library(dl_phdr_info* info, std::size_t, void* data) {
  std::error_code error;
  const auto real = std::filesystem::canonical(info->dlpi_name, error);  // libpng16.so.16 -> libpng16.so.16.39.0
  if (!error && matters(real.filename().string())) {
    static_cast<std::vector<std::string>*>(data)->push_back(real.filename().string());
  }
  return 0;
}

}  // namespace

std::string processor_name() {
  const std::string name = value_of("/proc/cpuinfo", "model name");
  return name.empty() ? "unknown processor" : name;
}

int ranks_on_this_machine() {
  const char* ranks = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
  return ranks == nullptr ? 1 : std::max(1, std::atoi(ranks));
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) {
    return 1;
  }
  const auto all = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  return std::min(CPU_COUNT(&set), std::max(1, all / ranks_on_this_machine()));
}

std::int64_t free_memory() { return within_control_group(kibibytes("/proc/meminfo", "MemAvailable")); }

Machine describe_machine() {
  Machine m;
  m.processor = processor_name();
  m.instruction_sets = instruction_sets();
  m.logical_cores = usable_cores();
  m.memory_bytes = kibibytes("/proc/meminfo", "MemTotal");
  m.memory_free_bytes = free_memory();
  std::error_code error;
  const auto space = std::filesystem::space(".", error);
  m.disk_free_bytes = error ? 0 : static_cast<std::int64_t>(space.available);
  dl_iterate_phdr(add_library, &m.libraries);
  std::ranges::sort(m.libraries);
  return m;
}

}  // namespace alexnet
