#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet {

/// What a check can find in a folder of photos, most important first.
enum class FindingKind : std::uint8_t {
  kLeak,
  kTwoClasses,
  kClassTwins,
  kClassMissing,
  kClassEmpty,
  kOneClass,
  kUnreadable,
  kTruncated,
  kEmptyFile,
  kWrongLabel,
  kImbalance,
  kFewPhotos,
  kNearDuplicate,
  kDuplicate,
  kBlank,
  kTooSmall,
  kWrongExtension,
  kOtherFormat,
  kOddShape,
  kRotated,
  kCmyk,
  kSixteenBit,
  kAnimated,
  kStray,
};

/// Error: a training on the folder fails, learns or measures something wrong, or leaves photos out. Warning: it works,
/// with a doubt. Note: worth knowing.
enum class Gravity : std::uint8_t { kError, kWarning, kNote };
[[nodiscard]] std::string_view name_of(Gravity gravity);  ///< "error", "warning", "note"

/// What a fix list (fix_list.h) proposes for the files that a finding could do without.
enum class FixAction : std::uint8_t { kNone, kQuarantine, kAsk, kRelabel };

struct FindingText {
  FindingKind kind;
  std::string_view name;  ///< "near-duplicate"
  Gravity gravity;
  FixAction action;
  std::string_view meaning;  ///< "the same photo in two classes"
  std::string_view advice;   ///< what to do about it; empty where nothing needs doing
};
/// All kinds, in their order.
[[nodiscard]] std::span<const FindingText> finding_texts();
[[nodiscard]] const FindingText& text_of(FindingKind kind);

/// Whether the files of a case are copies of one photo.
[[nodiscard]] bool is_about_copies(FindingKind kind);

/// One case of one kind.
struct Finding {
  FindingKind kind;
  /// Photos or class folders, relative to the folder. Copies of a photo stand together, those to keep first.
  std::vector<std::string> files = {};
  std::string detail = {};  ///< what was seen: "48 x 64 pixels"
  std::size_t keep = 0;     ///< so many first files stay when the others go to quarantine
  double order = 0;         ///< findings of a kind stand by it, the worst (smallest) first
  std::string given = {};   ///< of a wrong label: the photo's class, the one that is proposed, and how likely each is
  std::string proposed = {};
  std::string move_to = {};  ///< of a wrong label: the file in the folder of the class that is proposed, or empty
  double given_probability = 0;
  double probability = 0;
};

/// What a check of labels (train/label_check.h) says of the whole set.
struct LabelSummary {
  std::int64_t photos = 0;  ///< that were judged
  double top1 = 0;          ///< share of them whose own class was found the most likely
  double wrong_share = 0;   ///< share of wrong labels that is expected
  std::string features = {};
};

struct CheckOptions {
  int threads = 1;
  /// Largest difference, 0 to 100, at which two photos are near copies of each other (docs/formats.md says how it is
  /// measured); 0 looks for equal files only.
  double near = 10;
  int min_side = 64;  ///< smaller photos are reported, pixels
  /// Called now and then with the photos read so far, from the calling thread.
  std::function<void(std::int64_t done, std::int64_t all)> progress = {};
};

struct CheckResult {
  std::filesystem::path folder = {};  ///< or list, as given
  std::filesystem::path root = {};    ///< what files are relative to: the folder, or that of the list
  CheckOptions options = {};
  std::vector<std::string> classes = {};
  std::int64_t photos = 0;
  std::int64_t bytes = 0;
  std::int64_t parts[3] = {};    ///< photos by Part, where the folder has parts
  std::int64_t quarantined = 0;  ///< files in FOLDER/quarantine, passed over
  std::int64_t leaked_test = 0;  ///< photos of the test part of which a copy trains or validates
  std::optional<LabelSummary> labels = {};
  std::vector<Finding> findings = {};  ///< by kind; within a kind the worst first, near copies from the least alike on

  [[nodiscard]] std::span<const Finding> of(FindingKind kind) const;
  [[nodiscard]] bool has_errors() const;
};

/// Opens each file of a folder or list of photos (as open_image_folder takes them) once and says what is wrong with it.
/// Memory: a few kilobytes a photo, and a decoded photo a thread. A photo that cannot be read is a finding.
/// Throws kFolderMissing, kFolderFlat, kFolderEmpty, kNoPermission; of a list what open_image_folder throws.
[[nodiscard]] CheckResult check_folder(const std::filesystem::path& folder_or_list, const CheckOptions& options = {});

}  // namespace alexnet
