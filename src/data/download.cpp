#include "data/download.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/core/version.h"

#include "data/answer_head.h"
#include "data/output_file.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

constexpr long kPartialContent = 206;
constexpr long kRangeNotSatisfiable = 416;
constexpr int kMaxFruitless = 2;  // attempts in a row that come no further than those before

void start_curl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) {
    throw Error(Message::kInternal, {{"where", "libcurl"}, {"reason", curl_easy_strerror(started)}});
  }
}

[[noreturn]] void fail(const std::string& address, std::string reason) {
  throw Error(Message::kDownloadFailed, {{"where", address}, {"reason", std::move(reason)}});
}

/// One request, and what its callbacks need.
class Request {
 public:
  Request(const std::string& address, const fs::path& part, const DownloadOptions& options)
      : address_(address), tag_file_(fs::path(part) += ".tag"), options_(options), handle_(curl_easy_init()) {
    if (!handle_) {
      throw std::bad_alloc();
    }
    file_.emplace(part, OutputFile::Mode::kAppend);
    start_ = file_->size();
    set(CURLOPT_URL, address.c_str());
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 10L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.timeout_seconds));
    set(CURLOPT_USERAGENT, fmt::format("alexnet/{}", version()).c_str());
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_WRITEFUNCTION, &Request::on_data);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Request::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_XFERINFOFUNCTION, &Request::on_progress);
    set(CURLOPT_XFERINFODATA, this);
    ask_for_the_rest();
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  CURLcode perform() {
    last_byte_ = Clock::now();
    const auto code = curl_easy_perform(handle_.get());
    if (code == CURLE_OK && received_ == 0) {
      guarded([this] { begin_body(); });
    }
    file_->close();
    if (failure_) {
      std::rethrow_exception(failure_);
    }
    return stalled_ ? CURLE_OPERATION_TIMEDOUT : code;
  }

  [[nodiscard]] long status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }
  [[nodiscard]] bool refused_range() const { return headers_ && status() == kRangeNotSatisfiable; }
  /// Nothing was left to ask for: the whole file had arrived before.
  [[nodiscard]] bool was_complete() const { return refused_range() && head_.whole_size == start_; }
  /// Bytes that lie in the file now.
  [[nodiscard]] std::int64_t size() const { return start_ + received_; }

  [[nodiscard]] std::string reason(CURLcode code) const {
    switch (code) {
      case CURLE_HTTP_RETURNED_ERROR:
        return fmt::format("the server answered {}", status());
      case CURLE_COULDNT_RESOLVE_HOST:
        return "the name of the server cannot be resolved; is there a network?";
      case CURLE_COULDNT_CONNECT:
        return "no connection to the server";
      case CURLE_OPERATION_TIMEDOUT:
        return fmt::format("nothing arrived for {} s", options_.timeout_seconds);
      case CURLE_PARTIAL_FILE:
      case CURLE_RECV_ERROR:
        return "the connection was cut";
      case CURLE_TOO_MANY_REDIRECTS:
        return "the server sends in circles";
      default:
        return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    }
  }

 private:
  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  template <class T>
  void set(CURLoption option, T value) {
    if (const auto code = curl_easy_setopt(handle_.get(), option, value); code != CURLE_OK) {
      fail(address_, curl_easy_strerror(code));
    }
  }

  /// "Range", with "If-Range" and the tag of the first answer: a file that changed since then comes whole.
  void ask_for_the_rest() {
    std::error_code ignored;
    if (start_ == 0 || !fs::exists(tag_file_, ignored)) {
      return;
    }
    const auto add = [this](const std::string& line) {
      auto* longer = curl_slist_append(headers_.get(), line.c_str());
      if (longer == nullptr) {
        throw std::bad_alloc();
      }
      static_cast<void>(headers_.release());
      headers_.reset(longer);
    };
    add(fmt::format("Range: bytes={}-", start_));
    add(fmt::format("If-Range: {}", read_text(tag_file_)));
    set(CURLOPT_HTTPHEADER, headers_.get());
  }

  /// Runs `step` of a callback; an exception must not pass through libcurl, so it is kept.
  template <class Step>
  bool guarded(Step step) {
    try {
      step();
      return true;
    } catch (...) {
      failure_ = std::current_exception();
      return false;
    }
  }

  static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self) {
    auto& request = *static_cast<Request*>(self);
    return request.guarded([&] { request.head_.read({data, one * size}); }) ? one * size : 0;
  }

  static std::size_t on_data(char* data, std::size_t one, std::size_t size, void* self) {
    auto& request = *static_cast<Request*>(self);
    const auto bytes = std::as_bytes(std::span(data, one * size));
    return request.guarded([&] { request.write(bytes); }) ? bytes.size() : 0;
  }

  void write(std::span<const std::byte> bytes) {
    if (received_ == 0) {
      begin_body();
    }
    file_->write(bytes);
    received_ += static_cast<std::int64_t>(bytes.size());
    last_byte_ = Clock::now();
  }

  /// Goes on behind what is there only when the answer says that it begins exactly there.
  void begin_body() {
    if (status() != kPartialContent) {
      file_->clear();
      start_ = 0;
    } else if (head_.range_start != start_) {
      fail(address_, "the server sent another part than the one asked for");
    }
    std::error_code ignored;
    fs::remove(tag_file_, ignored);
    if (!head_.tag.empty()) {
      write_file_atomically(tag_file_, head_.tag);
    }
  }

  static int on_progress(void* self, curl_off_t total, curl_off_t /*done*/, curl_off_t, curl_off_t) {
    auto& request = *static_cast<Request*>(self);
    // libcurl's own limit looks at a speed that it averages over several seconds.
    request.stalled_ = Clock::now() - request.last_byte_ >= std::chrono::seconds(request.options_.timeout_seconds);
    if (request.stalled_ || request.failure_) {
      return 1;
    }
    const auto step = [&] { request.report(total > 0 ? request.start_ + total : 0); };
    return request.guarded(step) ? 0 : 1;
  }

  void report(std::int64_t whole) const {
    if (options_.progress) {
      options_.progress(start_ + received_, whole);
    }
  }

  const std::string& address_;
  fs::path tag_file_;
  const DownloadOptions& options_;
  std::unique_ptr<curl_slist, Cleanup> headers_;
  std::unique_ptr<CURL, Cleanup> handle_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::optional<OutputFile> file_;
  std::int64_t start_ = 0;     // bytes that were there before
  std::int64_t received_ = 0;  // bytes of this answer
  Clock::time_point last_byte_;
  bool stalled_ = false;
  AnswerHead head_;
  std::exception_ptr failure_;
};

bool may_go_on(CURLcode code) {
  return code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_OPERATION_TIMEDOUT;
}

void remove_part(const fs::path& part) {
  std::error_code ignored;
  fs::remove(part, ignored);
  fs::remove(fs::path(part) += ".tag", ignored);
}

}  // namespace

void download(const std::string& address, const fs::path& target, const DownloadOptions& options) {
  start_curl_once();
  const auto part = fs::path(target) += ".part";
  std::int64_t furthest = 0;
  for (int fruitless = 0;;) {
    Request request(address, part, options);
    const auto code = request.perform();
    if (code == CURLE_OK || request.was_complete()) {
      break;
    }
    if (request.refused_range()) {  // what lies there is no beginning of what the server has
      remove_part(part);
      continue;
    }
    fruitless = request.size() > furthest ? 0 : fruitless + 1;
    furthest = std::max(furthest, request.size());
    if (!may_go_on(code) || fruitless == kMaxFruitless) {
      if (request.size() == 0) {
        remove_part(part);
      }
      fail(address, request.reason(code));
    }
  }
  std::error_code error;
  fs::rename(part, target, error);
  if (error) {
    throw_write_error(target, error.value());
  }
  remove_part(part);
}

}  // namespace alexnet
