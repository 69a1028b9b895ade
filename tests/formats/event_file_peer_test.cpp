#include <array>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>

#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/formats/run_folder.h"

#include "formats/event_file.h"
#include "support/source_tree.h"
#include "support/temporary_folder.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

/// A Python that has TensorBoard: of the virtual environment that ALEXNET_PEERS names (by default the benchmarks'), or
/// the system's. Empty where none has.
std::string python_with_tensorboard() {
  const char* named = std::getenv("ALEXNET_PEERS");
  const fs::path folder = named != nullptr ? fs::path(named) : testing_support::source_tree() / "benchmarks/.venv";
  for (const auto& python : {(folder / "bin/python").string(), std::string("python3")}) {
    // NOLINTNEXTLINE(cert-env33-c)
    if (std::system(("'" + python + "' -c 'import tensorboard' 2> /dev/null").c_str()) == 0) {
      return python;
    }
  }
  return {};
}

constexpr const char* kReader = R"(
import struct, sys
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util import tensor_util
for event in EventFileLoader(sys.argv[1]).Load():
    for value in event.summary.value:
        number = tensor_util.make_ndarray(value.tensor).item()
        print(value.tag, event.step, struct.pack('>f', number).hex(), event.wall_time > 1e9)
)";

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string text;
  std::array<char, 4096> part{};
  while (const auto bytes = std::fread(part.data(), 1, part.size(), pipe.get())) {
    text.append(part.data(), bytes);
  }
  return text;
}

TEST(EventFilePeer, TensorBoardReadsIt) {
  const auto python = python_with_tensorboard();
  if (python.empty()) {
    GTEST_SKIP() << "tensorboard is not there (pip install tensorboard, in the environment that ALEXNET_PEERS names)";
  }
  const testing_support::TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  const double none = std::numeric_limits<double>::quiet_NaN();
  run.append(EpochRow{.epoch = 0, .train_loss = none, .train_top1 = none, .val_loss = 2.5});
  run.append(StepRow{300, 1, 2, 0.5, 0.1});
  run.append(EpochRow{.epoch = 1, .train_loss = 2, .train_top1 = 0.5, .val_loss = 1.5, .val_top1 = 0.75, .rate = 0.1});
  run.append(StepRow{301, 2, 9, 0.5, 0.1});
  run.truncate_after(1, 300);
  run.append(StepRow{301, 2, 1, 1, 0.1});
  write_file_atomically(folder / "read.py", kReader);
  // Big-endian IEEE 754: 0, 0.1, 0.5, 0.75, 1, 1.5, 2, 2.5 are 00000000 3dcccccd 3f000000 3f400000 3f800000 3fc00000
  // 40000000 40200000.
  EXPECT_EQ(output_of("'" + python + "' '" + (folder / "read.py").string() + "' '" +
                      run.file("events.out.tfevents.alexnet").string() + "' 2> /dev/null"),
            "epoch/val_loss 0 40200000 True\n"
            "epoch/val_top1 0 00000000 True\n"
            "epoch/val_top5 0 00000000 True\n"
            "epoch/rate 0 00000000 True\n"
            "step/loss 300 40000000 True\n"
            "step/top1 300 3f000000 True\n"
            "step/rate 300 3dcccccd True\n"
            "epoch/val_loss 1 3fc00000 True\n"
            "epoch/val_top1 1 3f400000 True\n"
            "epoch/val_top5 1 00000000 True\n"
            "epoch/train_loss 1 40000000 True\n"
            "epoch/train_top1 1 3f000000 True\n"
            "epoch/rate 1 3dcccccd True\n"
            "step/loss 301 3f800000 True\n"
            "step/top1 301 3f800000 True\n"
            "step/rate 301 3dcccccd True\n");
}

}  // namespace
}  // namespace alexnet
