#include <mutex>
#include <numeric>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/files.h"
#include "alexnet/registry/registry.h"
#include "alexnet/serve/model_server.h"

#include "cli/command.h"
#include "cli/evaluated_photos.h"
#include "cli/options.h"
#include "cli/short_waits.h"
#include "cli/signals.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class ServeCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "serve",
        "use",
        "name photos over HTTP, with a page that shows how",
        "Its page, at the address that it prints, names a photo and shows how the network came to that name, layer by "
        "layer, with the numbers of this photo. POST /v1/predict answers with the names of the photos that it is "
        "sent: the photo itself, a form with files, or base64 in JSON; /v1/explain with a heat map, /v1/walk with "
        "what each layer made of it; /openapi.json lists all routes. With --photos photos that look alike to the "
        "network are shown too. A model file that is replaced is loaded, checked and taken without losing a request; "
        "a broken one is refused. It listens on this machine alone; on any other address it needs a token, or "
        "--open. Ctrl-C or SIGTERM answers what was accepted, and ends.",
        {{"alexnet serve runs/latest", "the model of the latest run, on port 8080"},
         {"alexnet serve runs/latest --photos runs/latest", "with similar photos of its training"},
         {"alexnet serve runs/latest --port 0 --batch 32 --log", "on any free port, a line for each request"}}};
  }

  void add_options(CLI::App& app) override {
    add_texts(app, {"model", "MODEL|RUN", "model files or run folders; the first answers where none is named"},
              models_);
    add_text(app, {"--photos", "FOLDER|RUN|SET", "photos among which the like of each photo is looked for", "none"},
             photos_);
    add_text(app, {"--corrections", "FOLDER", "the page may keep photos here under their right names", "none"},
             corrections_);
    add_text(app, {"--host", "ADDRESS", "address that it listens on"}, options_.host);
    add_whole(app, {"--port", "N", "port; 0: any that is free"}, options_.port, 0, 65535);
    add_text(app, {"--token-file", "FILE", "requests must carry the token in this file's first line", "none"},
             token_file_);
    add_flag(app, "--open", open_, "no token is asked for, whoever can reach the address");
    add_whole(app, {"--batch", "N", "most photos that go through the network together"}, options_.batch, 1, 1024);
    add_real(app, {"--wait-ms", "X", "milliseconds at most that a photo waits for others that are being decoded"},
             wait_ms_, 0, 1000);
    add_whole(app, {"--queue", "N", "photos that may wait; more are answered 503"}, options_.queue, 1, 1'000'000);
    add_real(app, {"--deadline", "X", "seconds for an answer; later ones are 504"}, deadline_, 0.1, 3600);
    add_real(app, {"--most-mb", "X", "largest request, in millions of bytes"}, most_mb_, 0.001, 10000);
    add_real(app, {"--most-megapixels", "X", "largest photo"}, most_megapixels_, 0.001, 10000);
    add_whole(app, {"--connections", "N", "connections that are answered at a time"}, options_.connections, 1, 10000);
    add_precision(app, precision_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"},
              options_.threads, 1, 4096);
    add_flag(app, "--log", log_, "a line of JSON on standard error for each request");
  }

  int run(Console& console) override;

 private:
  [[nodiscard]] std::string token() const;
  void tell_start(Console& console, const serve::ModelServer& server) const;

  std::vector<std::string> models_;
  serve::ServeOptions options_;
  std::string photos_;
  std::string corrections_;
  std::string token_file_;
  std::string backend_ = "auto";
  std::string precision_ = "model";
  double wait_ms_ = 10;
  double deadline_ = 10;
  double most_mb_ = 20;
  double most_megapixels_ = 50;
  bool open_ = false;
  bool log_ = false;
  std::mutex log_mutex_;  // requests end on several threads
};

std::string ServeCommand::token() const {
  if (token_file_.empty() && !serve::is_loopback(options_.host) && !open_) {
    throw Error(Message::kOptionInvalid,
                {{"where", "--host"},
                 {"expected", "--token-file FILE, or --open, with an address that others can reach"},
                 {"got", options_.host},
                 {"hint", "head -c 24 /dev/urandom | base64 > token; alexnet serve ... --token-file token"}});
  }
  if (token_file_.empty()) {
    return "";
  }
  const std::string text = read_text(token_file_);
  std::string first = text.substr(0, text.find_first_of("\r\n"));
  if (first.size() < 16) {
    throw Error(Message::kOptionInvalid, {{"where", "--token-file"},
                                          {"expected", "a first line of 16 characters or more"},
                                          {"got", fmt::format("{} characters", first.size())},
                                          {"hint", "head -c 24 /dev/urandom | base64 > " + token_file_}});
  }
  return first;
}

int ServeCommand::run(Console& console) {
  require(models_.empty() ? "" : models_.front(), "MODEL|RUN", "alexnet serve runs/latest");
  start_again_with_short_waits();
  options_.models.assign(models_.begin(), models_.end());
  options_.token = token();
  options_.precision = precision_choice(precision_);
  options_.corrections = corrections_;
  options_.batch_wait = std::chrono::microseconds(static_cast<std::int64_t>(1000 * wait_ms_));
  options_.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(1000 * deadline_));
  options_.most_bytes = static_cast<std::int64_t>(1e6 * most_mb_);
  options_.most_pixels = static_cast<std::int64_t>(1e6 * most_megapixels_);
  if (!photos_.empty()) {
    auto photos = photos_as_they_are(photos_, console.sink());
    std::vector<std::size_t> items(photos.dataset->size());
    std::iota(items.begin(), items.end(), std::size_t{0});
    options_.photos = {.name = std::move(photos.name),
                       .dataset = std::move(photos.dataset),
                       .parts = std::move(photos.parts),
                       .items = std::move(items)};
  }
  if (log_) {
    options_.access_log = [&](const std::string& line) {
      const std::lock_guard lock(log_mutex_);
      console.event(line);
    };
  }
  options_.notice = [&](const std::string& sentence) { console.say(printable(sentence)); };
  const EndOnSignal signals;
  const auto backend = make_backend(backend_);
  serve::ModelServer server(*backend, options_);
  server.start();
  tell_start(console, server);
  signals.wait();
  server.stop();
  return 0;
}

void ServeCommand::tell_start(Console& console, const serve::ModelServer& server) const {
  if (console.json()) {
    nlohmann::ordered_json document = {{"schema", "alexnet.serve"},
                                       {"version", 1},
                                       {"address", server.address()},
                                       {"models", nlohmann::json::array()}};
    for (const auto& model : server.models()) {
      document["models"].push_back(
          {{"name", model.name}, {"version", model.version}, {"precision", name_of(model.precision)}});
    }
    console.print_document(document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    console.print(server.address() + "\n");
    for (const auto& model : server.models()) {
      console.print(fmt::format("model {}: precision {}\n", printable(model.name), name_of(model.precision)));
    }
    console.print(
        fmt::format("try: curl --data-binary @rose.jpg -H 'Content-Type: image/jpeg' {}v1/predict\n"
                    "Ctrl-C ends it.\n",
                    server.address()));
  }
  console.finish();  // the address is wanted now
}

}  // namespace

std::unique_ptr<Command> make_serve_command() { return std::make_unique<ServeCommand>(); }

}  // namespace alexnet::cli
