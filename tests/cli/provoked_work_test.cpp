// Each failure while working, and what a training says about itself, provoked: see provoked_errors.h.
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alexnet/distributed/thread_group.h"
#include "alexnet/registry/registry.h"

#include "cli/error_output.h"
#include "cli/provoked_errors.h"
#include "train/watchdog.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

class ProvokedWork : public ProvokedError {
 protected:
  [[nodiscard]] Setting limited(int resource, rlim_t most) const {
    auto setting = here();
    setting.in_child = [resource, most] {
      const rlimit limit{most, most};
      ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
    };
    return setting;
  }
  /// Another user than root, who may write everywhere.
  [[nodiscard]] Setting as_nobody() const {
    auto setting = here();
    setting.in_child = [] {
      if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) {
        ::_exit(125);
      }
    };
    return setting;
  }
};

TEST_F(ProvokedWork, DiskFull) { expect_error(Message::kDiskFull, training(), limited(RLIMIT_FSIZE, 100'000)); }

TEST_F(ProvokedWork, NoPermission) {
  ::chmod(own_.path().c_str(), 0555);
  expect_error(Message::kNoPermission, training(), as_nobody());
  ::chmod(own_.path().c_str(), 0755);
}

TEST_F(ProvokedWork, WriteFailed) {
  // A file stands where a folder is wanted.
  write(own_ / "home", std::string("a file"));
  expect_error(Message::kWriteFailed, training({"--run", "home/run"}));
}

TEST_F(ProvokedWork, ReadFailed) {
  fs::create_directories(own_ / "folder.json");
  expect_error(Message::kReadFailed, {"summary", "folder.json"});
}

TEST_F(ProvokedWork, LossNotFinite) {
  expect_error(Message::kLossNotFinite, training({"--network", "cifar10-quick", "--optimizer", "sgd", "--schedule",
                                                  "constant", "--rate", "1e30"}));
}

TEST_F(ProvokedWork, PortBusy) {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);  // port 0: any that is free
  socklen_t size = sizeof(address);
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listening, where, size), 0);
  ASSERT_EQ(::listen(listening, 1), 0);
  ASSERT_EQ(::getsockname(listening, where, &size), 0);
  expect_error(Message::kPortBusy,
               {"watch", (place() / "run").string(), "--port", std::to_string(ntohs(address.sin_port))});
  ::close(listening);
}

TEST_F(ProvokedWork, OutOfMemory) {
  if (std::string_view(ALEXNET_SANITIZERS).find("address") != std::string_view::npos) {
    GTEST_SKIP() << "a limit on memory leaves none for the sanitizer's own";
  }
  expect_error(Message::kOutOfMemory, {"bench", "torchvision", "--batch", "4096", "--steps", "1", "--threads", "1"},
               limited(RLIMIT_AS, rlim_t{2} << 30));
}

TEST_F(ProvokedWork, NotReached) {
  ASSERT_EQ(alexnet(training({"--rate", "1e-12"}), here()).status, 0);
  expect_error(Message::kNotReached, {"evaluate", "new", "--split", "all", "--min-top1", "1"});
}

TEST_F(ProvokedWork, DeviceMissing) { expect_error(Message::kDeviceMissing, training({"--backend", "cuda"})); }

TEST_F(ProvokedWork, Communication) {
  expect_thrown(Message::kCommunication, [] {
    ThreadGroup::run(2, [](const std::shared_ptr<Communicator>& ranks) {
      if (ranks->rank() == 0) {
        ranks->barrier();  // the other one never comes
      }
    });
  });
}

TEST_F(ProvokedWork, CommunicatorMissing) {
  if (!communicator_kinds().empty()) {
    GTEST_SKIP() << "this build has one";
  }
  expect_error(Message::kCommunicatorMissing, training({"--parallel", "data"}));
}

TEST_F(ProvokedWork, PrecisionUnsupported) {
  auto setting = here();
  for (const char* limit : {"DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA"}) {
    setting.environment[limit] = "AVX2";  // which has no instruction for it
  }
  expect_error(Message::kPrecisionUnsupported, training({"--precision", "bf16"}), setting);
}

TEST_F(ProvokedWork, Internal) {
  // A fault cannot be provoked by any known words; it is whatever leaves main as no error of ours.
  cli::Console console({"--json"});
  ::testing::internal::CaptureStdout();
  const int status = cli::report_error(console, std::make_exception_ptr(std::logic_error("never so")), "train");
  console.finish();
  const auto document = nlohmann::json::parse(::testing::internal::GetCapturedStdout());
  EXPECT_EQ(status, 70);
  EXPECT_EQ(document["error"]["code"], "internal");
  expect_words(Message::kInternal, document["error"]["message"]);
  EXPECT_NE(document["error"]["hint"].get<std::string>().find("command train"), std::string::npos);
}

/// Waits for half a minute at most.
void wait_until(const std::function<bool()>& done) {
  for (int i = 0; i < 3000 && !done(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void wait_for_step(const fs::path& run) {
  wait_until([&] { return read(run / "steps.csv").size() >= 40; });
}

/// Sends a signal once the run has made a step.
void interrupt(int process, const fs::path& run) {
  wait_for_step(run);
  ::kill(process, SIGINT);
}

TEST_F(ProvokedWork, Interrupted) {
  auto setting = here();
  setting.meanwhile = [this](int process) { interrupt(process, own_ / "new"); };
  expect_said(Message::kNoteInterrupted, training({"--epochs", "500"}), setting);
}

TEST_F(ProvokedWork, Interrupting) {
  auto setting = here();
  setting.meanwhile = [this](int process) { interrupt(process, own_ / "new"); };
  expect_said(Message::kNoteInterrupting, training({"--epochs", "500"}), setting);
}

TEST_F(ProvokedWork, ControlRefused) {
  auto setting = here();
  setting.meanwhile = [this](int process) {
    const auto control = own_ / "new/control.json";
    wait_for_step(own_ / "new");
    write(control, std::string("nonsense"));
    wait_until([&] { return !fs::exists(control); });
    ::kill(process, SIGINT);
  };
  expect_said(Message::kWarnControl, training({"--epochs", "500"}), setting);
}

TEST_F(ProvokedWork, NotWritten) {
  // A folder stands where the report is wanted.
  auto setting = here();
  setting.meanwhile = [this](int process) {
    wait_for_step(own_ / "new");
    fs::create_directories(own_ / "new/report.html");
    ::kill(process, SIGINT);
  };
  expect_said(Message::kWarnNotWritten, training({"--epochs", "500"}), setting);
}

TEST_F(ProvokedWork, CacheStopped) {
  write(own_ / "file", std::string("no folder"));
  expect_said(Message::kWarnCacheStopped, training({"--disk-cache", "file/cache"}));
}

TEST_F(ProvokedWork, StillGuessing) {
  // A last layer of zeros gives every class the same, and the rate lets nothing be learnt.
  auto network = nlohmann::json::parse(alexnet({"summary", "lenet5", "--definition"}).out);
  network["layers"].back()["weight"]["init"] = {{"kind", "constant"}, {"value", 0.0}};
  write(own_ / "zeros.json", network.dump());
  expect_said(Message::kAlarmGuessing,
              training({"--network", "zeros.json", "--epochs", "3", "--rate", "1e-12", "--schedule", "constant"}));
}

// The alarms that need a large network, long trainings or slow disks to be raised by a training are raised by what the
// training asks after each epoch, from numbers of such a training.

std::string words(const std::optional<TrainAlarm>& alarm) {
  return alarm ? format_message(alarm->message, alarm->arguments) : "no alarm";
}

TEST_F(ProvokedWork, DeadLayer) { expect_words(Message::kAlarmDeadLayer, words(dead_layer_alarm(2, "relu1", 8))); }

TEST_F(ProvokedWork, OneAnswer) {
  Evaluation evaluation;
  evaluation.count = 100;
  evaluation.classes = {{.name = "rose", .support = 50}, {.name = "daisy", .support = 50}};
  evaluation.confusion = {{50, 0}, {45, 5}};
  expect_words(Message::kAlarmOneAnswer, words(one_answer(3, evaluation)));
}

TEST_F(ProvokedWork, SlowPhotos) {
  expect_words(Message::kAlarmSlowPhotos, words(slow_photos({.epoch = 1, .wait_share = 0.5}, 30)));
}

TEST_F(ProvokedWork, Overfitting) {
  expect_words(Message::kAlarmOverfitting, words(overfitting({{.epoch = 3, .train_top1 = 0.9, .val_top1 = 0.5}})));
}

TEST_F(ProvokedWork, ValRising) {
  std::vector<EpochRow> rows;
  for (int epoch = 0; epoch <= 8; ++epoch) {
    rows.push_back({.epoch = epoch, .val_loss = epoch < 3 ? 1.0 : 2.0, .rate = 0.01});
  }
  expect_words(Message::kAlarmValRising, words(val_rising(rows)));
}

TEST_F(ProvokedWork, MemoryShort) {
  Recipe recipe;
  recipe.batch = 64;
  expect_words(Message::kAlarmMemoryShort,
               words(memory_short({.fixed = 1'000'000, .per_photo = 1'000'000}, 10'000'000, recipe)));
}

}  // namespace
}  // namespace alexnet::testing
