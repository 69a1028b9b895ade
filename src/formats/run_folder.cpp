#include "alexnet/formats/run_folder.h"

#include <chrono>
#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "core/text.h"
#include "data/csv_reader.h"
#include "formats/csv.h"
#include "formats/event_file.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEpochHeader =
    "epoch,train_loss,train_top1,val_loss,val_top1,val_top5,rate,seconds,photos_per_second,wait_share,best";
constexpr std::string_view kStepHeader = "step,epoch,loss,top1,rate";
constexpr std::string_view kLayerHeader = "epoch,layer,weight_norm,gradient_norm";
constexpr const char* kMetrics = "metrics.csv";
constexpr const char* kSteps = "steps.csv";
constexpr const char* kLayers = "layers.csv";
constexpr const char* kNote = "note.txt";
constexpr const char* kEvents = "events.out.tfevents.alexnet";
// What the tags of event records begin with: their steps are epochs, or updates.
constexpr std::string_view kEpochTags = "epoch/";

/// A name as one part of a path that shells take without quotes.
std::string folder_name(const std::string& name) {
  std::string result = name;
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 127 || c == '/') {
      c = '_';
    }
  }
  return result;
}

/// Points base/latest to `folder`. A convenience: a file system without links, or a folder of that name, is no reason
/// not to train.
void point_latest(const fs::path& base, const fs::path& folder) {
  const fs::path temporary = base / (folder.filename().string() + ".latest");
  std::error_code error;
  fs::create_directory_symlink(folder.filename(), temporary, error);
  if (!error) {
    fs::rename(temporary, base / "latest", error);
  }
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
  }
}

/// A number that counts: anything else is no file of ours, and converting it would not be defined.
template <class Integer>
Integer to_count(double number, const std::string& where) {
  constexpr double kLimit = 1e9;
  if (!(number >= 0 && number <= kLimit) || number != std::floor(number)) {
    throw Error(Message::kFileFormat,
                {{"where", where}, {"expected", "a whole number from 0"}, {"got", csv_number(number)}});
  }
  return static_cast<Integer>(number);
}

std::string to_line(const EpochRow& row) {
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{}", row.epoch, csv_number(row.train_loss),
                     csv_number(row.train_top1), csv_number(row.val_loss), csv_number(row.val_top1),
                     csv_number(row.val_top5), csv_number(row.rate), csv_number(row.seconds),
                     csv_number(row.photos_per_second), csv_number(row.wait_share), row.best ? 1 : 0);
}

std::string to_line(const StepRow& row) {
  return fmt::format("{},{},{},{},{}", row.step, row.epoch, csv_number(row.loss), csv_number(row.top1),
                     csv_number(row.rate));
}

std::string to_line(const LayerRow& row) {
  return fmt::format("{},{},{},{}", row.epoch, csv_field(row.layer), csv_number(row.weight_norm),
                     csv_number(row.gradient_norm));
}

void append_row(const fs::path& path, std::string_view header, const std::string& line) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    append_line(path, header);
  }
  append_line(path, line);
}

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void append_event(const fs::path& path, std::int64_t step, const std::vector<Scalar>& scalars) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    append_bytes(path, event_file_head(wall_time()));
  }
  append_bytes(path, scalar_record(wall_time(), step, scalars));
}

template <class Row, class Make>
std::vector<Row> read_rows(const fs::path& path, std::string_view header, const Make& make) {
  std::vector<Row> rows;
  std::error_code error;
  if (!fs::exists(path, error)) {
    return rows;
  }
  for (const auto& numbers : parse_number_rows(read_text(path), header, path.string())) {
    rows.push_back(make(numbers));
  }
  return rows;
}

/// Writes the rows that `keep` names, if the file is there.
template <class Row, class Keep>
void rewrite(const fs::path& path, std::string_view header, const std::vector<Row>& rows, const Keep& keep) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return;
  }
  std::string text = fmt::format("{}\n", header);
  for (const Row& row : rows) {
    if (keep(row)) {
      text += to_line(row) + '\n';
    }
  }
  write_file_atomically(path, text);
}

/// The path of today's n-th run.
fs::path numbered(const fs::path& base, const std::string& data, const std::string& network, int n) {
  return base / fmt::format("{}-{}-{:%Y-%m-%d}-{}", folder_name(data), folder_name(network),
                            fmt::localtime(std::time(nullptr)), n);
}

}  // namespace

fs::path RunFolder::next(const fs::path& base, const std::string& data, const std::string& network) {
  int n = 1;
  for (std::error_code error; fs::exists(numbered(base, data, network, n), error);) {
    ++n;
  }
  return numbered(base, data, network, n);
}

RunFolder RunFolder::create(const fs::path& base, const std::string& data, const std::string& network) {
  make_folder(base);
  for (int n = 1;; ++n) {
    const fs::path folder = numbered(base, data, network, n);
    std::error_code error;
    if (fs::create_directory(folder, error)) {
      point_latest(base, folder);
      return RunFolder(folder);
    }
    if (!fs::exists(folder, error)) {
      make_folder(folder);  // throws the error that says why
    }
  }
}

void RunFolder::check_free(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && (!fs::is_directory(folder, error) || !fs::is_empty(folder, error))) {
    throw Error(Message::kRunExists, {{"where", folder.string()}});
  }
}

RunFolder RunFolder::create_named(const fs::path& folder) {
  check_free(folder);
  make_folder(folder);
  return RunFolder(folder);
}

RunFolder RunFolder::open(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw Error(Message::kFolderMissing, {{"where", folder.string()}});
  }
  RunFolder run(folder);
  if (!fs::exists(run.checkpoint(), error) && !fs::exists(run.tower_checkpoint(0), error)) {
    throw Error(Message::kResumeMissing, {{"where", folder.string()}});
  }
  return run;
}

RunFolder RunFolder::open_to_read(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw Error(Message::kFolderMissing, {{"where", folder.string()}});
  }
  RunFolder run(folder);
  if (!fs::exists(run.file("run.json"), error)) {
    throw Error(Message::kFileMissing, {{"where", run.file("run.json").string()}});
  }
  return run;
}

void RunFolder::append(const EpochRow& row) {
  append_row(file(kMetrics), kEpochHeader, to_line(row));
  append_event(file(kEvents), row.epoch,
               {{"epoch/val_loss", row.val_loss},
                {"epoch/val_top1", row.val_top1},
                {"epoch/val_top5", row.val_top5},
                {"epoch/train_loss", row.train_loss},
                {"epoch/train_top1", row.train_top1},
                {"epoch/rate", row.rate}});
}

void RunFolder::append(const StepRow& row) {
  append_row(file(kSteps), kStepHeader, to_line(row));
  append_event(file(kEvents), row.step, {{"step/loss", row.loss}, {"step/top1", row.top1}, {"step/rate", row.rate}});
}

void RunFolder::append(const std::vector<LayerRow>& rows) {
  for (const LayerRow& row : rows) {
    append_row(file(kLayers), kLayerHeader, to_line(row));
  }
}

void RunFolder::write_wrong(const std::vector<PredictionRow>& rows) {
  write_file_atomically(file("wrong.csv"), predictions_csv(rows));
}

void RunFolder::write_predictions(const std::vector<PredictionRow>& rows) {
  write_file_atomically(file("predictions.csv"), predictions_csv(rows));
}

void RunFolder::log_line(const std::string& line) { append_line(file("log.txt"), line); }

void RunFolder::write_note(const std::string& note) {
  if (note.size() > kMostNoteBytes) {
    throw Error(Message::kOptionInvalid, {{"where", "note"},
                                          {"expected", fmt::format("at most {} bytes", kMostNoteBytes)},
                                          {"got", fmt::format("{}", note.size())}});
  }
  write_file_atomically(file(kNote), note);
}

std::string RunFolder::note() const {
  std::error_code error;
  return fs::exists(file(kNote), error) ? read_text(file(kNote)) : std::string();
}

void RunFolder::remove_leftovers() {
  std::vector<fs::path> leftovers;
  for (const auto& entry : fs::directory_iterator(path_)) {
    // AtomicFile's temporary names: ".tmp" and a process number behind the file's own.
    const auto name = entry.path().filename().string();
    const auto dot = name.rfind(".tmp");
    if (dot != std::string::npos && dot + 4 < name.size() &&
        name.find_first_not_of("0123456789", dot + 4) == std::string::npos) {
      leftovers.push_back(entry.path());
    }
  }
  std::error_code ignored;
  for (const auto& path : leftovers) {
    fs::remove(path, ignored);
  }
}

void RunFolder::truncate_after(int epoch, std::int64_t step) {
  rewrite(file(kMetrics), kEpochHeader, epochs(), [&](const EpochRow& row) { return row.epoch <= epoch; });
  rewrite(file(kLayers), kLayerHeader, layers(), [&](const LayerRow& row) { return row.epoch <= epoch; });
  rewrite(file(kSteps), kStepHeader, steps(), [&](const StepRow& row) { return row.step <= step; });
  std::error_code error;
  if (fs::exists(file(kEvents), error)) {
    write_file_atomically(file(kEvents), kept_records(read_text(file(kEvents)), [&](std::string_view tag, auto at) {
                            return at <= (tag.starts_with(kEpochTags) ? epoch : step);
                          }));
  }
}

std::vector<EpochRow> RunFolder::epochs() const {
  const std::string where = file(kMetrics).string();
  return read_rows<EpochRow>(file(kMetrics), kEpochHeader, [&](const std::vector<double>& n) {
    return EpochRow{to_count<int>(n[0], where), n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10] == 1};
  });
}

std::vector<StepRow> RunFolder::steps() const {
  const std::string where = file(kSteps).string();
  return read_rows<StepRow>(file(kSteps), kStepHeader, [&](const std::vector<double>& n) {
    return StepRow{to_count<std::int64_t>(n[0], where), to_count<int>(n[1], where), n[2], n[3], n[4]};
  });
}

std::vector<LayerRow> RunFolder::layers() const {
  std::vector<LayerRow> rows;
  const fs::path path = file(kLayers);
  std::error_code error;
  if (!fs::exists(path, error)) {
    return rows;
  }
  const std::string text = read_text(path);
  // A last line without its line feed was cut while it was written.
  CsvReader reader(std::string_view(text).substr(0, text.rfind('\n') + 1), path, kLayerHeader);
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    const auto fields = reader.record();
    const auto number = [&](std::size_t column) { return csv_value(fields[column], path.string(), line); };
    rows.push_back({to_count<int>(number(0), path.string()), fields[1], number(2), number(3)});
  }
  return rows;
}

}  // namespace alexnet
