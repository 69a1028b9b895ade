#pragma once

#include <mutex>
#include <thread>

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/image/encode.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/serve/model_server.h"

#include "serve/tiny_model.h"
#include "support/temporary_folder.h"

namespace alexnet::testing_support {

inline std::string base64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

/// The tiny model, served as `flowers` on any free port from the first request on.
class ServedTest : public testing::Test {
 protected:
  ServedTest() {
    write_model(folder_ / "flowers.safetensors", tiny_model());
    options_.models = {folder_ / "flowers.safetensors"};
    options_.port = 0;
    options_.access_log = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      log_.push_back(line);
    };
    options_.notice = [this](const std::string& sentence) {
      const std::lock_guard lock(mutex_);
      notices_.push_back(sentence);
    };
  }

  httplib::Client& client() {
    if (!server_) {
      server_ = std::make_unique<serve::ModelServer>(*backend_, options_);
      server_->start();
      client_ = std::make_unique<httplib::Client>(address());
    }
    return *client_;
  }
  [[nodiscard]] std::string address() const { return server_->address().substr(0, server_->address().size() - 1); }
  httplib::Result post(const std::string& body, const std::string& type = "image/png",
                       const std::string& route = "/v1/predict") {
    return client().Post(route, body, type);
  }
  /// The sentence of that number, from 1, when it has come; empty after ten seconds.
  std::string wait_for_notice(std::size_t count) {
    for (int i = 0; i < 100; ++i) {
      {
        const std::lock_guard lock(mutex_);
        if (notices_.size() >= count) {
          return notices_[count - 1];
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return "";
  }
  std::string photo(std::size_t number = 0) {
    const auto bytes = encode_png(dataset_.load(number, true));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  TemporaryFolder folder_;
  TinyDataset dataset_;
  std::shared_ptr<Backend> backend_ = make_reference_backend();
  serve::ServeOptions options_;
  std::mutex mutex_;
  std::vector<std::string> log_;
  std::vector<std::string> notices_;
  std::unique_ptr<serve::ModelServer> server_;
  std::unique_ptr<httplib::Client> client_;
};

}  // namespace alexnet::testing_support
