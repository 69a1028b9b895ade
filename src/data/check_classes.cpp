#include "data/check_classes.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "core/text.h"

namespace alexnet {
namespace {

using namespace std::string_view_literals;

constexpr double kImbalanceRatio = 3;

void append(std::string& out, char32_t character) {
  if (character < 0x80) {
    out += static_cast<char>(character);
    return;
  }
  const int following = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  constexpr std::array<unsigned, 4> kLead = {0, 0xC0, 0xE0, 0xF0};
  const auto byte = [](unsigned bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  out += byte(kLead[static_cast<std::size_t>(following)] | static_cast<unsigned>(character >> (6 * following)));
  for (int i = following - 1; i >= 0; --i) {
    out += byte(0x80U | (static_cast<unsigned>(character >> (6 * i)) & 0x3FU));
  }
}

/// Latin-1 letters U+00C0 to U+00FF taken apart: base letter ("." = it has none), and the last byte of the mark U+03xx.
/// Source: Unicode 15, UnicodeData.txt.
constexpr std::string_view kBases = "AAAAAA.CEEEEIIII.NOOOOO..UUUUY..aaaaaa.ceeeeiiii.nooooo..uuuuy.y";
constexpr std::string_view kMarks =
    "\x00\x01\x02\x03\x08\x0A.\x27\x00\x01\x02\x08\x00\x01\x02\x08.\x03\x00\x01\x02\x03\x08..\x00\x01\x02\x08\x01.."
    "\x00\x01\x02\x03\x08\x0A.\x27\x00\x01\x02\x08\x00\x01\x02\x08.\x03\x00\x01\x02\x03\x08..\x00\x01\x02\x08\x01.\x08"
    ""sv;

char32_t lower(char32_t c) {
  const bool latin = c >= U'A' && c <= U'Z';
  const bool latin1 = c >= 0xC0 && c <= 0xDE && c != 0xD7;
  const bool greek = c >= 0x391 && c <= 0x3A9;
  const bool cyrillic = c >= 0x410 && c <= 0x42F;
  return latin || latin1 || greek || cyrillic ? c + 0x20 : c;
}

/// The photos that each class learns from, classes by name.
std::map<std::string, std::size_t> training_photos(const FolderLayout& layout) {
  const bool in_parts = layout.classes.front().part.has_value();
  const bool has_train = std::ranges::any_of(layout.classes, [](const auto& c) { return c.part == Part::kTrain; });
  std::map<std::string, std::size_t> photos;
  for (const auto& one : layout.classes) {
    photos[one.name] += !in_parts || !has_train || one.part == Part::kTrain ? one.photos.size() : 0;
  }
  return photos;
}

std::string photos_words(std::size_t count) { return fmt::format("{} {}", count, count == 1 ? "photo" : "photos"); }

void add_twins(const std::map<std::string, std::size_t>& photos, std::vector<Finding>& findings) {
  std::map<std::string, std::vector<std::string>> folded;
  for (const auto& [name, count] : photos) {
    folded[folded_name(name)].push_back(name);
  }
  for (const auto& [name, twins] : folded) {
    if (twins.size() < 2) {
      continue;
    }
    std::vector<std::string> words;
    for (const auto& twin : twins) {
      words.push_back(fmt::format("\"{}\" {}", twin, photos_words(photos.at(twin))));
    }
    findings.push_back(
        {.kind = FindingKind::kClassTwins, .files = twins, .detail = fmt::format("{}", fmt::join(words, ", "))});
  }
}

void add_sizes(const std::map<std::string, std::size_t>& photos, std::vector<Finding>& findings) {
  const auto count_of = [](const auto& entry) { return entry.second; };
  const auto largest = std::ranges::max_element(photos, {}, count_of);
  auto smallest = largest;
  for (auto it = photos.begin(); it != photos.end(); ++it) {
    smallest = it->second > 0 && it->second < smallest->second ? it : smallest;
    if (it->second > 0 && it->second < kFewPhotos) {
      findings.push_back({.kind = FindingKind::kFewPhotos,
                          .files = {it->first},
                          .detail = photos_words(it->second),
                          .order = static_cast<double>(it->second)});
    }
  }
  if (smallest->second == 0) {
    return;
  }
  const double ratio = static_cast<double>(largest->second) / static_cast<double>(smallest->second);
  if (ratio > kImbalanceRatio) {
    findings.push_back({.kind = FindingKind::kImbalance,
                        .files = {largest->first, smallest->first},
                        .detail = fmt::format("{} and {}: {:.1f} to 1", photos_words(largest->second),
                                              photos_words(smallest->second), ratio)});
  }
}

}  // namespace

std::string folded_name(const std::string& name) {
  std::string out;
  std::string_view rest = name;
  while (!rest.empty()) {
    const auto c = lower(take_character(rest).value_or(U'?'));
    if (c == U' ' || c == U'_' || c == U'-' || c == 0xA0 || c == 0x3000) {
      out += out.empty() || out.ends_with(' ') ? "" : " ";
      continue;
    }
    const bool composed = c >= 0xC0 && c <= 0xFF && kBases[c - 0xC0] != '.';
    append(out, composed ? static_cast<char32_t>(kBases[c - 0xC0]) : c);
    if (composed) {
      append(out, char32_t{0x300} + static_cast<char32_t>(kMarks[c - 0xC0]));
    }
  }
  if (out.ends_with(' ')) {
    out.pop_back();
  }
  return out;
}

std::vector<Finding> check_classes(const FolderLayout& layout) {
  std::vector<Finding> findings;
  const auto photos = training_photos(layout);
  add_twins(photos, findings);
  for (const auto& one : layout.classes) {
    if (one.photos.empty()) {
      findings.push_back({.kind = FindingKind::kClassEmpty, .files = {one.path}});
    } else if (photos.at(one.name) == 0 && one.part != Part::kTrain) {
      findings.push_back({.kind = FindingKind::kClassMissing,
                          .files = {one.path},
                          .detail = photos_words(one.photos.size()) + " that nothing was learnt for"});
    }
  }
  if (photos.size() < 2) {
    findings.push_back({.kind = FindingKind::kOneClass, .files = {photos.begin()->first}});
  }
  add_sizes(photos, findings);
  return findings;
}

}  // namespace alexnet
