#include "alexnet/serve/watch_server.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/report/filter_history.h"
#include "alexnet/train/control.h"

#include "core/text.h"
#include "serve/http_answers.h"
#include "serve/http_status.h"
#include "serve/run_chart.h"
#include "serve/run_documents.h"
#include "serve/run_list.h"
#include "serve/timed_server.h"
#include "serve/watch_page.h"

namespace alexnet::serve {
namespace {

using httplib::Request;
using httplib::Response;

constexpr const char* kHost = "127.0.0.1";
constexpr std::size_t kThreads = 16;
constexpr std::size_t kMostBody = 4096;
constexpr std::size_t kMostChartRuns = 12;
constexpr auto kListAge = std::chrono::seconds(1);

std::string random_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < 4; ++i) {
    token += fmt::format("{:08x}", device());
  }
  return token;
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

struct WatchServer::Implementation {
  explicit Implementation(WatchOptions given) : options(std::move(given)), token(random_token()) {}

  void add_routes();
  void add_page();
  void add_control();
  /// At most a second old.
  std::vector<RunRow> runs();
  std::optional<RunRow> find(const std::string& id);
  /// The run that a request may change; nothing when it was refused.
  std::optional<RunRow> run_to_change(const Request& request, Response& response);
  void control(const Request& request, Response& response);
  void note(const Request& request, Response& response);
  void chart(const Request& request, Response& response);
  void picture(const Request& request, Response& response);

  WatchOptions options;
  std::string token;
  int port = 0;
  TimedServer server;
  std::thread thread;
  std::mutex mutex;  // of what follows
  std::vector<RunRow> listed;
  std::chrono::steady_clock::time_point listed_at = {};
};

std::vector<RunRow> WatchServer::Implementation::runs() {
  const std::lock_guard lock(mutex);
  const auto now = std::chrono::steady_clock::now();
  if (listed_at.time_since_epoch().count() == 0 || now - listed_at > kListAge) {
    listed = list_runs(options.folders, listed);
    listed_at = now;
  }
  return listed;
}

std::optional<RunRow> WatchServer::Implementation::find(const std::string& id) {
  auto all = runs();
  const auto found = std::ranges::find(all, id, &RunRow::id);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

void WatchServer::Implementation::add_page() {
  server.Get("/", [this](const Request& request, Response& response) {
    std::string page(kWatchHtml);
    replace(page, "{token}", options.read_only ? "" : token);
    answer(request, response, page, "text/html; charset=utf-8");
  });
  server.Get("/watch.css", [](const Request& request, Response& response) {
    answer(request, response, std::string(kWatchCss), "text/css; charset=utf-8");
  });
  server.Get("/watch.js", [](const Request& request, Response& response) {
    answer(request, response, std::string(kWatchJs), "text/javascript; charset=utf-8");
  });
  server.Get("/layers.js", [](const Request& request, Response& response) {
    answer(request, response, std::string(kLayersJs), "text/javascript; charset=utf-8");
  });
  server.Get("/texts.js", [](const Request& request, Response& response) {
    answer(request, response, std::string(kTextsJs), "text/javascript; charset=utf-8");
  });
}

void WatchServer::Implementation::chart(const Request& request, Response& response) {
  ChartRequest wanted;
  wanted.y = request.has_param("y") ? request.get_param_value("y") : wanted.y;
  wanted.x = request.has_param("x") ? request.get_param_value("x") : wanted.x;
  try {
    wanted.smooth = request.has_param("smooth") ? std::stod(request.get_param_value("smooth")) : wanted.smooth;
    wanted.width = request.has_param("width") ? std::stoi(request.get_param_value("width")) : wanted.width;
  } catch (const std::exception&) {
    return refuse(response, kBadRequest, "option-invalid", "smooth and width: expected numbers");
  }
  std::vector<RunRow> chosen;
  for (std::size_t i = 0; i < std::min(request.get_param_value_count("run"), kMostChartRuns); ++i) {
    if (auto run = find(request.get_param_value("run", i))) {
      chosen.push_back(std::move(*run));
    }
  }
  if (chosen.empty()) {
    return refuse(response, kNotFound, "run-missing", "none of these runs is here");
  }
  answer(request, response, chart_svg(chosen, wanted), "image/svg+xml");
}

void WatchServer::Implementation::picture(const Request& request, Response& response) {
  const auto run = find(request.matches[1]);
  const std::string digits = request.matches[2];
  const auto path =
      run ? report::filter_picture(RunFolder::open_to_read(run->folder), std::stoi(digits)) : std::filesystem::path();
  std::error_code unused;
  if (!run || !std::filesystem::exists(path, unused)) {
    return refuse(response, kNotFound, "file-missing", "there is no such picture");
  }
  answer(request, response, read_text(path), "image/png");
}

std::optional<RunRow> WatchServer::Implementation::run_to_change(const Request& request, Response& response) {
  if (options.read_only || request.get_header_value("X-Alexnet-Token") != token) {
    refuse(response, kForbidden, "not-allowed", "only the page of this program may do that, and not read-only");
    return std::nullopt;
  }
  auto run = find(request.matches[1]);
  if (!run) {
    refuse(response, kNotFound, "run-missing", "no such run");
  }
  return run;
}

void WatchServer::Implementation::note(const Request& request, Response& response) {
  if (const auto run = run_to_change(request, response)) {
    RunFolder::open_to_read(run->folder).write_note(request.body);  // throws what is refused with 400
    response.set_content(R"({"accepted":true})", "application/json");
  }
}

void WatchServer::Implementation::control(const Request& request, Response& response) {
  const auto run = run_to_change(request, response);
  if (!run) {
    return;
  }
  const Control control = control_from_json(request.body, "the request");  // throws what is refused with 400
  if (run->state != "running") {
    return refuse(response, kConflict, "not-running", "no training works on this run");
  }
  write_control(RunFolder::open_to_read(run->folder), control);
  response.set_content(R"({"accepted":true})", "application/json");
}

void WatchServer::Implementation::add_routes() {
  add_page();
  server.Get("/v1/runs", [this](const Request& request, Response& response) {
    answer(request, response, table_json(runs(), options.read_only), "application/json");
  });
  server.Get(R"(/v1/runs/([^/]+))", [this](const Request& request, Response& response) {
    const auto run = find(request.matches[1]);
    if (!run) {
      return refuse(response, kNotFound, "run-missing", "no such run");
    }
    answer(request, response, run_json(*run), "application/json");
  });
  server.Get(R"(/v1/runs/([^/]+)/filters/(\d{1,6}))",
             [this](const Request& request, Response& response) { picture(request, response); });
  server.Post(R"(/v1/runs/([^/]+)/control)",
              [this](const Request& request, Response& response) { control(request, response); });
  server.Post(R"(/v1/runs/([^/]+)/note)",
              [this](const Request& request, Response& response) { note(request, response); });
  server.Get("/v1/chart.svg", [this](const Request& request, Response& response) { chart(request, response); });
}

WatchServer::WatchServer(WatchOptions options) : implementation_(std::make_unique<Implementation>(std::move(options))) {
  Implementation& self = *implementation_;
  static_cast<void>(self.runs());  // a folder that is not there is told now
  prepare_server(self.server, kThreads, kMostBody);
  self.server.set_pre_routing_handler([&self](const Request& request, Response& response) {
    if (is_for_loopback(request, self.port)) {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    refuse(response, kForbidden, "wrong-host", "this page answers under its loopback address only");
    return httplib::Server::HandlerResponse::Handled;
  });
  self.server.set_exception_handler([](const Request&, Response& response, std::exception_ptr error) {
    try {
      std::rethrow_exception(std::move(error));
    } catch (const std::exception& e) {
      refuse(response, kBadRequest, "failed", printable(e.what()));
    }
  });
  self.add_routes();
  self.port = listen_on(self.server, kHost, self.options.port);
}

WatchServer::~WatchServer() { stop(); }

std::string WatchServer::address() const { return fmt::format("http://{}:{}/", kHost, implementation_->port); }

void WatchServer::start() {
  implementation_->thread = std::thread([this] { implementation_->server.listen_after_bind(); });
  while (!implementation_->server.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void WatchServer::stop() {
  if (implementation_->thread.joinable()) {
    implementation_->server.stop();
    implementation_->thread.join();
  }
}

std::string runs_json(const std::vector<std::filesystem::path>& folders, bool read_only) {
  return table_json(list_runs(folders), read_only);
}

std::string runs_words(const std::vector<std::filesystem::path>& folders) {
  const auto runs = list_runs(folders);
  if (runs.empty()) {
    return "no runs here yet\n";
  }
  int width = display_width("run");
  for (const RunRow& run : runs) {
    width = std::max(width, display_width(printable(run.id)));
  }
  std::string text = fmt::format("{}  {:<8} {:>9} {:>11} {:>12}\n", pad_right("run", width), "state", "epoch",
                                 "best top-1", "minutes left");
  for (const RunRow& run : runs) {
    text += fmt::format("{}  {:<8} {:>9} {:>11} {:>12}\n", pad_right(printable(run.id), width), run.state,
                        fmt::format("{}/{}", run.epoch, run.document.epochs),
                        run.document.best ? fmt::format("{:.1f} %", 100 * run.document.best->val_top1) : "-",
                        run.seconds_left ? fmt::format("{:.0f}", *run.seconds_left / 60) : "-");
  }
  return text;
}

}  // namespace alexnet::serve
