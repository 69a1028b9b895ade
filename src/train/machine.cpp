#include "train/machine.h"

#include <algorithm>
#include <fstream>
#include <thread>

namespace alexnet {

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

int loader_threads_for(int wanted) {
  constexpr int kMost = 8;
  return wanted > 0 ? wanted : std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, kMost);
}

}  // namespace alexnet
