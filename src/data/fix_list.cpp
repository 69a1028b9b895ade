#include "alexnet/data/fix_list.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "core/text.h"
#include "data/csv_reader.h"
#include "data/folder_layout.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHeader = "file,action,reason";
constexpr std::string_view kLongHeader = "file,action,reason,to";

std::string_view name_of(FixAction action) {
  switch (action) {
    case FixAction::kAsk:
      return "ask";
    case FixAction::kRelabel:
      return "relabel";
    default:
      return "quarantine";
  }
}

/// Of its name in a list; kNone for another word.
FixAction action_of(std::string_view name) {
  for (const auto action : {FixAction::kAsk, FixAction::kRelabel, FixAction::kQuarantine}) {
    if (name == name_of(action)) {
      return action;
    }
  }
  return FixAction::kNone;
}

/// Where the file of a row goes.
fs::path target_of(const FixRow& row) {
  return row.action == FixAction::kRelabel ? fs::path(row.to) : fs::path(kQuarantine) / row.file;
}

/// A path that stays below the folder that it is relative to, and out of its quarantine.
bool stays_inside(const fs::path& file) {
  return !file.empty() && file.is_relative() && file.has_filename() && *file.begin() != kQuarantine &&
         std::ranges::none_of(file, [](const fs::path& part) { return part == ".." || part == "."; });
}

bool is_there(const fs::path& path) { return fs::symlink_status(path).type() != fs::file_type::not_found; }

/// rename that never replaces a file; false where one is in the way.
bool move_file(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno == EINVAL && !is_there(to) && std::rename(from.c_str(), to.c_str()) == 0) {  // file systems without it
    return true;
  }
  if (errno == EEXIST || is_there(to)) {
    return false;
  }
  throw_write_error(from, errno);
}

/// Moves the files of all rows but `ask` to where they go, or back.
FixOutcome move_files(const fs::path& folder, const std::vector<FixRow>& rows, bool back) {
  FixOutcome outcome;
  for (const auto& row : rows) {
    if (row.action == FixAction::kAsk) {
      ++outcome.asked;
      continue;
    }
    const auto from = folder / (back ? target_of(row) : fs::path(row.file));
    const auto to = folder / (back ? fs::path(row.file) : target_of(row));
    const bool at_from = is_there(from);
    const bool at_to = is_there(to);
    if (!at_from) {
      outcome.before += at_to ? 1 : 0;
      if (!at_to) {
        outcome.missing.push_back(row.file);
      }
      continue;
    }
    if (!at_to) {
      make_folder(to.parent_path());
    }
    if (!at_to && move_file(from, to)) {
      ++outcome.moved;
      outcome.relabelled += row.action == FixAction::kRelabel ? 1 : 0;
    } else {
      outcome.in_the_way.push_back(row.file);
    }
  }
  return outcome;
}

void require_folder(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw Error(Message::kFolderMissing, {{"where", folder.string()}});
  }
}

}  // namespace

std::vector<FixRow> fix_rows(const CheckResult& result) {
  std::map<std::string, FixRow> rows;
  for (const auto& finding : result.findings) {
    const auto& text = text_of(finding.kind);
    if (text.action == FixAction::kNone) {
      continue;
    }
    auto reason = fmt::format("{}: {}", text.name, finding.detail.empty() ? text.meaning : finding.detail);
    if (finding.keep > 0) {
      reason += "; copy of " + finding.files.front();
    } else if (finding.files.size() > 1) {
      reason += "; " + fmt::format("{}", fmt::join(finding.files, " = "));
    }
    for (std::size_t i = finding.keep; i < finding.files.size(); ++i) {
      FixRow proposal{finding.files[i], text.action, reason, finding.move_to};
      const auto [row, fresh] = rows.try_emplace(finding.files[i], proposal);
      if (!fresh && text.action == FixAction::kAsk && row->second.action != FixAction::kAsk) {
        row->second = std::move(proposal);
      }
    }
  }
  std::vector<FixRow> sorted;
  sorted.reserve(rows.size());
  for (auto& [file, row] : rows) {
    sorted.push_back(std::move(row));
  }
  return sorted;
}

void write_fix_list(const fs::path& path, const std::vector<FixRow>& rows) {
  const bool has_to = std::ranges::any_of(rows, [](const FixRow& row) { return !row.to.empty(); });
  std::string text(has_to ? kLongHeader : kHeader);
  text += '\n';
  for (const auto& row : rows) {
    text += fmt::format("{},{},{}", csv_field(row.file), name_of(row.action), csv_field(row.reason));
    text += has_to ? "," + csv_field(row.to) + "\n" : "\n";
  }
  write_file_atomically(path, text);
}

std::vector<FixRow> read_fix_list(const fs::path& path) {
  const auto text = read_text(path);
  CsvReader reader(text, path, text.starts_with(kLongHeader) ? kLongHeader : kHeader);
  std::vector<FixRow> rows;
  while (!reader.at_end()) {
    const auto line = reader.line();
    auto fields = reader.record();
    FixRow row{.file = std::move(fields[0]), .action = action_of(fields[1]), .reason = std::move(fields[2])};
    row.to = fields.size() > 3 ? std::move(fields[3]) : "";
    if (row.action == FixAction::kNone) {
      reject_csv(path, line, "quarantine, relabel or ask", fields[1].empty() ? "nothing" : fields[1]);
    }
    const bool moves = row.action == FixAction::kRelabel;
    for (const auto& file : {row.file, moves || !row.to.empty() ? row.to : row.file}) {
      if (!stays_inside(file)) {
        reject_csv(path, line, "a file in the folder that was checked", file.empty() ? "nothing" : file);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

FixOutcome apply_fixes(const fs::path& folder, const std::vector<FixRow>& rows) {
  require_folder(folder);
  return move_files(folder, rows, false);
}

FixOutcome undo_fixes(const fs::path& folder, const std::vector<FixRow>& rows) {
  require_folder(folder);
  auto outcome = move_files(folder, rows, true);
  for (const auto& row : rows) {
    std::error_code not_empty;
    for (auto parent = fs::path(kQuarantine) / fs::path(row.file).parent_path(); !parent.empty();
         parent = parent.parent_path()) {
      fs::remove(folder / parent, not_empty);
    }
  }
  return outcome;
}

}  // namespace alexnet
