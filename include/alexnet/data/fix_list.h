#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "alexnet/data/check.h"

namespace alexnet {

/// A row of a fix list: what to do with a file of a checked folder, and why.
struct FixRow {
  std::string file;                           ///< relative to the folder, "/" separated
  FixAction action = FixAction::kQuarantine;  ///< kAsk: nothing, until a person writes another or drops the row
  std::string reason = {};
  std::string to = {};  ///< where kRelabel moves it, in the folder of another class; empty: nowhere
};

/// A row for each file that a finding could do without: copies beside the first, training copies of test photos, photos
/// that cannot be read. A file stands once; of two proposals, `ask` holds.
[[nodiscard]] std::vector<FixRow> fix_rows(const CheckResult& result);
/// Columns file,action,reason; and `to`, where a row has it.
void write_fix_list(const std::filesystem::path& path, const std::vector<FixRow>& rows);
/// Throws kFileFormat naming the line: another header, an action other than quarantine, relabel and ask, a file that
/// leaves the folder, relabel without `to`; kFileMissing, kNoPermission, kReadFailed.
[[nodiscard]] std::vector<FixRow> read_fix_list(const std::filesystem::path& path);

struct FixOutcome {
  std::int64_t moved = 0;
  std::int64_t relabelled = 0;          ///< of those: between classes
  std::int64_t before = 0;              ///< where they should be already
  std::int64_t asked = 0;               ///< rows `ask`, passed over
  std::vector<std::string> missing;     ///< in neither place
  std::vector<std::string> in_the_way;  ///< not moved: a file of that name is at both places
};

/// Moves the files of rows `quarantine` to FOLDER/quarantine/, with their folders, and those of rows `relabel` to their
/// `to`; never deletes or overwrites. Each
/// move is one rename: when it is interrupted, calling it again goes on. Throws kFolderMissing, kNoPermission,
/// kWriteFailed.
FixOutcome apply_fixes(const std::filesystem::path& folder, const std::vector<FixRow>& rows);
/// Moves them back, and removes the folders that are empty then.
FixOutcome undo_fixes(const std::filesystem::path& folder, const std::vector<FixRow>& rows);

}  // namespace alexnet
