#include <algorithm>
#include <array>

#include "alexnet/data/check.h"

namespace alexnet {
namespace {

using enum FindingKind;
using enum Gravity;

constexpr std::array kTexts = {
    FindingText{kLeak, "leak", kError, FixAction::kQuarantine, "the same photo in two parts",
                "take the copy out of train: a photo that was learnt says nothing about new ones"},
    FindingText{kTwoClasses, "two-classes", kError, FixAction::kAsk, "the same photo in two classes",
                "look at each and keep it in the right class only"},
    FindingText{kClassTwins, "class-twins", kError, FixAction::kNone, "two names of one class",
                "put the photos into one folder"},
    FindingText{kClassMissing, "class-missing", kError, FixAction::kNone, "a class without training photos",
                "add photos of it to train, or remove its folder"},
    FindingText{kClassEmpty, "class-empty", kError, FixAction::kNone, "a class folder without photos",
                "add photos to it, or remove the folder"},
    FindingText{kOneClass, "one-class", kError, FixAction::kNone, "only one class",
                "add a folder with photos of something else"},
    FindingText{kUnreadable, "unreadable", kError, FixAction::kQuarantine, "a photo that cannot be read",
                "copy it again from where it came from, save it as JPEG or PNG, or take it out"},
    FindingText{kTruncated, "truncated", kError, FixAction::kQuarantine, "a photo that is cut off",
                "copy it again from where it came from, or take it out"},
    FindingText{kEmptyFile, "empty-file", kError, FixAction::kQuarantine, "a file of 0 bytes",
                "copy it again from where it came from, or take it out"},
    FindingText{kWrongLabel, "wrong-label", kWarning, FixAction::kAsk, "a photo that looks like another class",
                "look at each, the first ones first: put it into the right class, or leave it"},
    FindingText{kImbalance, "imbalance", kWarning, FixAction::kNone, "classes of very different size",
                "add photos of the smallest classes; look at recall by class, not at top-1 alone"},
    FindingText{kFewPhotos, "few-photos", kWarning, FixAction::kNone, "a class with very few photos",
                "add photos: fewer than 5 leave a part without any"},
    FindingText{kNearDuplicate, "near-duplicate", kWarning, FixAction::kAsk, "almost the same photo",
                "keep one of each, or all in one part: a split made by train keeps only equal files together"},
    FindingText{kDuplicate, "duplicate", kWarning, FixAction::kQuarantine, "equal files in one class",
                "keep one of each: the others only count twice"},
    FindingText{kBlank, "blank", kWarning, FixAction::kAsk, "a photo of nearly one colour",
                "take it out unless the class looks like that"},
    FindingText{kTooSmall, "too-small", kWarning, FixAction::kAsk, "a very small photo",
                "find a larger one: what is enlarged has no detail"},
    FindingText{kWrongExtension, "wrong-extension", kWarning, FixAction::kNone, "a name that does not fit the content",
                "rename it: this program reads by content, but only files named as photos"},
    FindingText{kOtherFormat, "other-format", kWarning, FixAction::kNone, "a picture of a kind that is not read",
                "convert it to JPEG or PNG, or it stays unused"},
    FindingText{kOddShape, "odd-shape", kNote, FixAction::kNone, "a very long or very tall photo",
                "cut out what it shows: it is squeezed or cut otherwise"},
    FindingText{kRotated, "rotated", kNote, FixAction::kNone, "a photo turned by its EXIF tag", ""},
    FindingText{kCmyk, "cmyk", kNote, FixAction::kNone, "a photo in printing colours", ""},
    FindingText{kSixteenBit, "sixteen-bit", kNote, FixAction::kNone, "a photo of more than 8 bits, of which 8 are used",
                ""},
    FindingText{kAnimated, "animated", kNote, FixAction::kNone, "an animation, of which the first frame is used", ""},
    FindingText{kStray, "stray", kNote, FixAction::kNone, "a file that is no photo of a class", ""},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (kTexts[i].kind != static_cast<FindingKind>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "texts stand in the order of enum FindingKind");

}  // namespace

std::string_view name_of(Gravity gravity) {
  static constexpr std::array<std::string_view, 3> kNames = {"error", "warning", "note"};
  return kNames[static_cast<std::size_t>(gravity)];
}

std::span<const FindingText> finding_texts() { return kTexts; }

const FindingText& text_of(FindingKind kind) { return kTexts[static_cast<std::size_t>(kind)]; }

bool is_about_copies(FindingKind kind) {
  return kind == kLeak || kind == kTwoClasses || kind == kNearDuplicate || kind == kDuplicate;
}

std::span<const Finding> CheckResult::of(FindingKind kind) const {
  const auto begin = std::ranges::lower_bound(findings, kind, {}, &Finding::kind);
  return {begin, std::ranges::upper_bound(findings, kind, {}, &Finding::kind)};
}

bool CheckResult::has_errors() const {
  return std::ranges::any_of(findings, [](const Finding& f) { return text_of(f.kind).gravity == kError; });
}

}  // namespace alexnet
