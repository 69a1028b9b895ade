#include "cli/program.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alexnet/image/encode.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

void redirect(const fs::path& file, int flags, int descriptor) {
  const int opened = ::open(file.c_str(), flags, 0600);
  ::dup2(opened, descriptor);
  ::close(opened);
}

/// The child's side: never returns.
[[noreturn]] void become(const std::vector<std::string>& words, const Setting& setting, const fs::path& files) {
  redirect(files / "in", O_RDONLY, STDIN_FILENO);
  redirect(files / "out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect(files / "err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  if (setting.one_stream) {
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
  }
  std::map<std::string, std::string> environment = {
      {"PATH", fs::path(ALEXNET_PROGRAM).parent_path().string() + ":/usr/local/bin:/usr/bin:/bin"},
      {"LANG", "C.UTF-8"},
      {"HOME", files.string()}};
  for (const auto& [name, value] : setting.environment) {
    environment[name] = value;
  }
  std::vector<std::string> assignments;
  for (const auto& [name, value] : environment) {
    assignments.push_back(name + "=" + value);
  }
  const auto pointers = [](const std::vector<std::string>& texts) {
    std::vector<char*> p;
    for (const auto& text : texts) {
      p.push_back(const_cast<char*>(text.c_str()));
    }
    p.push_back(nullptr);
    return p;
  };
  if (::chdir(setting.folder.c_str()) != 0) {
    ::_exit(126);
  }
  if (setting.in_child) {
    setting.in_child();
  }
  ::execve(words.front().c_str(), pointers(words).data(), pointers(assignments).data());
  ::_exit(127);
}

Outcome run(const std::vector<std::string>& words, const Setting& setting) {
  const Workplace files;
  write(files / "in", setting.input);
  const pid_t child = ::fork();
  if (child == 0) {
    become(words, setting, files.path());
  }
  if (setting.meanwhile) {
    setting.meanwhile(child);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  Outcome outcome;
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = read(files / "out");
  outcome.err = read(files / "err");
  return outcome;
}

}  // namespace

nlohmann::json Outcome::json() const {
  auto document = nlohmann::json::parse(out, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << "no JSON document: " << out << err;
  return document;
}

Outcome alexnet(const std::vector<std::string>& arguments, const Setting& setting) {
  return run(std::vector<std::string>{ALEXNET_PROGRAM} + arguments, setting);
}

Outcome shell(const std::string& command, const Setting& setting) { return run({"/bin/sh", "-c", command}, setting); }

Workplace::Workplace() {
  std::string name = (fs::temp_directory_path() / "alexnet-test-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}

Workplace::~Workplace() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write(const fs::path& path, std::span<const std::byte> bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write(const fs::path& path, const std::string& text) { write(path, std::as_bytes(std::span(text))); }

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::byte> tiny_photo(int label, int number) {
  constexpr int kSide = 28;
  Image image(kSide, kSide, 1);
  unsigned noise = static_cast<unsigned>(label * 1000 + number + 1);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      noise = noise * 1664525U + 1013904223U;
      const bool bright = y > 8 && y < 20 && x >= label * 9 && x < label * 9 + 9;
      image.row(y)[x] = static_cast<std::uint8_t>((bright ? 180 : 20) + (noise >> 24) % 60);
    }
  }
  return encode_png(image);
}

void make_photos(const fs::path& folder, int each) {
  const std::vector<std::string> classes = {"daisy", "rose", "tulip"};
  for (int label = 0; label < 3; ++label) {
    for (int i = 0; i < each; ++i) {
      write(folder / classes[static_cast<std::size_t>(label)] / (std::to_string(10 + i) + ".png"),
            tiny_photo(label, i));
    }
  }
}

std::vector<std::string> small_training(const std::string& run, int epochs) {
  return {"train",     "photos", "--network", "lenet5", "--batch", "8", "--epochs", std::to_string(epochs),
          "--threads", "1",      "--run",     run};
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace alexnet::testing
