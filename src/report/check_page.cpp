#include "alexnet/report/check_page.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "alexnet/core/files.h"

#include "charts/text.h"
#include "core/text.h"
#include "report/thumbnails.h"

namespace alexnet::report {
namespace {

using charts::detail::escaped;

constexpr std::size_t kPicturesAKind = 30;
constexpr std::size_t kPicturesACase = 4;
constexpr std::size_t kNamesAKind = 200;
constexpr std::size_t kPictureBytes = 5'000'000;

// Colours of words stand at least 4.5 : 1 against their background.
constexpr std::string_view kStyle = R"(
:root{--paper:#fff;--ink:#1f2328;--soft:#57606a;--line:#d8dee4;--card:#f6f8fa;--error:#b42318;--warning:#8a5300;--note:#0a5fc2}
@media (prefers-color-scheme:dark){:root{--paper:#15191f;--ink:#e6edf3;--soft:#9aa6b2;--line:#2b323b;--card:#1c222a;--error:#ff8a80;--warning:#f0b45c;--note:#6fb3ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:16px;max-width:1120px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.4em 0;line-height:1.25;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2em 0 .2em;padding-top:.6em;border-top:1px solid var(--line)}
p{margin:.3em 0}
a{color:inherit}
.soft{color:var(--soft);font-size:.9rem}
.verdict{font-weight:600;padding:.6em .8em;border-radius:6px;background:var(--card);border-left:4px solid var(--note)}
.verdict.error{border-color:var(--error)}
.mark{font-weight:600}
.mark.error{color:var(--error)}.mark.warning{color:var(--warning)}.mark.note{color:var(--note)}
table{border-collapse:collapse;width:100%;margin:1em 0}
th,td{text-align:left;padding:.35em .8em .35em 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;font-size:.85rem}
.number{text-align:right;font-variant-numeric:tabular-nums}
.cases{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px;margin:1em 0;padding:0;list-style:none}
.cases.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,350px),1fr))}
.case{background:var(--card);border-radius:6px;padding:10px;min-width:0}
.row{display:flex;flex-wrap:wrap;gap:8px}
figure{margin:0;flex:1 1 90px;max-width:160px;min-width:0}
.cases:not(.wide) figure{max-width:none}
img{display:block;max-width:100%;height:auto;max-height:160px;border-radius:3px}
figcaption{font-size:.8rem;overflow-wrap:anywhere;margin-top:4px;line-height:1.35}
.empty{border:1px dashed var(--line);border-radius:3px;padding:1.5em .4em;text-align:center;color:var(--soft);font-size:.8rem}
.names{margin:.8em 0;padding-left:1.2em;overflow-wrap:anywhere}
@media (max-width:520px){.meaning{display:none}figure{flex-basis:80px}}
)";

template <class... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), text, std::forward<Arguments>(arguments)...);
}

std::string count_words(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", with_commas(static_cast<std::int64_t>(count)), count == 1 ? one : many);
}

/// Kinds whose files are class folders, or files that show nothing.
bool has_pictures(FindingKind kind) {
  switch (kind) {
    case FindingKind::kClassTwins:
    case FindingKind::kClassMissing:
    case FindingKind::kClassEmpty:
    case FindingKind::kOneClass:
    case FindingKind::kImbalance:
    case FindingKind::kFewPhotos:
    case FindingKind::kUnreadable:
    case FindingKind::kTruncated:
    case FindingKind::kEmptyFile:
    case FindingKind::kOtherFormat:
    case FindingKind::kStray:
      return false;
    default:
      return true;
  }
}

std::string name_of_folder(const CheckResult& result) {
  const auto name = std::filesystem::absolute(result.folder).lexically_normal();
  return (name.has_filename() ? name.filename() : name.parent_path().filename()).string();
}

/// A file name that breaks behind its folders first.
std::string breakable(const std::string& file) {
  std::string out;
  for (const char c : escaped(file)) {
    out += c;
    out += c == '/' ? "<wbr/>" : "";
  }
  return out;
}

void put_head(std::string& out, const CheckResult& result) {
  const auto name = escaped(name_of_folder(result));
  put(out,
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'\"/>\n<title>Check of {0}</title>\n<style>{1}</style>\n</head>\n<body>\n"
      "<h1>Check of {0}</h1>\n<p>{2} in {3}, {4}",
      name, kStyle, count_words(static_cast<std::size_t>(result.photos), "photo", "photos"),
      count_words(result.classes.size(), "class", "classes"), byte_text(result.bytes));
  if (result.parts[0] + result.parts[1] + result.parts[2] > 0) {
    put(out, ": train {}, val {}, test {}", with_commas(result.parts[0]), with_commas(result.parts[1]),
        with_commas(result.parts[2]));
  }
  out += ".</p>\n";
}

void put_summary(std::string& out, const CheckResult& result) {
  const bool errors = result.has_errors();
  put(out, "<p class=\"verdict{}\">{}</p>\n", errors ? " error" : "",
      errors                    ? "A training on this folder would go wrong: see the errors."
      : result.findings.empty() ? "Nothing was found."
                                : "No error was found.");
  if (result.findings.empty()) {
    return;
  }
  out +=
      "<table>\n<thead><tr><th>gravity</th><th>kind</th><th class=\"meaning\">what it is</th>"
      "<th class=\"number\">cases</th></tr></thead>\n<tbody>\n";
  for (const auto& text : finding_texts()) {
    if (const auto cases = result.of(text.kind); !cases.empty()) {
      put(out,
          "<tr><td class=\"mark {0}\">{0}</td><td><a href=\"#{1}\">{1}</a></td><td class=\"meaning\">{2}</td>"
          "<td class=\"number\">{3}</td></tr>\n",
          name_of(text.gravity), text.name, text.meaning, with_commas(static_cast<std::int64_t>(cases.size())));
    }
  }
  out += "</tbody>\n</table>\n";
}

/// A picture of what differs between two copies, where it is something to see.
void put_difference(std::string& out, const Image& a, const Image& b, Thumbnails& thumbnails) {
  constexpr int kVisible = 40;
  const Image picture = difference_picture(a, b);
  if (*std::ranges::max_element(picture.pixels) < kVisible) {
    return;
  }
  const auto element = thumbnails.element(picture, "where the two photos differ");
  if (!element.empty()) {
    put(out, "<figure>{}<figcaption>what differs, three times as strong</figcaption></figure>\n", element);
  }
}

/// One case with pictures. Returns how many pictures it took.
std::size_t put_case(std::string& out, const Finding& finding, Thumbnails& thumbnails) {
  std::size_t pictures = 0;
  out += "<li class=\"case\"><div class=\"row\">\n";
  std::vector<Image> shown;
  for (std::size_t i = 0; i < std::min(finding.files.size(), kPicturesACase); ++i) {
    const auto& file = finding.files[i];
    const auto picture = thumbnails.load(file);
    const auto element = picture ? thumbnails.element(*picture, "photo " + file) : std::string();
    put(out, "<figure>{}<figcaption>{}</figcaption></figure>\n",
        element.empty() ? "<div class=\"empty\">no picture</div>" : element, breakable(file));
    ++pictures;
    if (!element.empty()) {
      shown.push_back(*picture);
    }
  }
  if (shown.size() == 2 && finding.files.size() == 2) {
    put_difference(out, shown[0], shown[1], thumbnails);
  }
  out += "</div>\n";
  std::string words = escaped(finding.detail);
  if (finding.files.size() > kPicturesACase) {
    words += fmt::format("{}and {} more", words.empty() ? "" : "; ", finding.files.size() - kPicturesACase);
  }
  if (!words.empty()) {
    put(out, "<p class=\"soft\">{}</p>\n", words);
  }
  out += "</li>\n";
  return pictures;
}

/// Cases without pictures.
void put_names(std::string& out, std::span<const Finding> cases) {
  if (cases.empty()) {
    return;
  }
  const auto listed = cases.first(std::min(cases.size(), kNamesAKind));
  out += "<ul class=\"names\">\n";
  for (const auto& finding : listed) {
    put(out, "<li>{}{}</li>\n",
        breakable(fmt::format("{}", fmt::join(finding.files, is_about_copies(finding.kind) ? " = " : ", "))),
        finding.detail.empty() ? "" : fmt::format(" <span class=\"soft\">{}</span>", escaped(finding.detail)));
  }
  out += "</ul>\n";
  if (listed.size() < cases.size()) {
    put(out, "<p class=\"soft\">and {}: alexnet check --json lists all</p>\n",
        count_words(cases.size() - listed.size(), "more case", "more cases"));
  }
}

void put_kind(std::string& out, const CheckResult& result, const FindingText& text, Thumbnails& thumbnails) {
  const auto cases = result.of(text.kind);
  if (cases.empty()) {
    return;
  }
  put(out, "<section id=\"{0}\">\n<h2>{0}: {1}</h2>\n<p><span class=\"mark {2}\">{2}</span>, {3}{4}{5}</p>\n",
      text.name, text.meaning, name_of(text.gravity), count_words(cases.size(), "case", "cases"),
      text.advice.empty() ? "" : ". To do: ", text.advice);
  if (text.kind == FindingKind::kLeak && result.parts[2] > 0) {
    put(out, "<p>{} of {} test photos ({:.1f} %) have a copy in train or val.</p>\n", result.leaked_test,
        result.parts[2], 100 * static_cast<double>(result.leaked_test) / static_cast<double>(result.parts[2]));
  }
  if (text.kind == FindingKind::kWrongLabel && result.labels) {
    const auto& labels = *result.labels;
    put(out,
        "<p>The most suspect first. About {:.1f} % of {} labels are expected to be wrong; that is too many where the "
        "classifier is weak. It gave photos that it had not seen their own class in {:.1f} % of cases.</p>\n"
        "<p class=\"soft\">It looked at {}.</p>\n",
        100 * labels.wrong_share, with_commas(labels.photos), 100 * labels.top1, escaped(labels.features));
  }
  if (text.kind == FindingKind::kNearDuplicate) {
    put(out, "<p class=\"soft\">Difference of {} of 100 at most (option --near); a mirrored photo is no copy.</p>\n",
        short_number(result.options.near));
  }
  std::size_t shown = 0;
  if (has_pictures(text.kind)) {
    put(out, "<ul class=\"cases{}\">\n", is_about_copies(text.kind) ? " wide" : "");
    for (std::size_t pictures = 0; shown < cases.size() && pictures < kPicturesAKind; ++shown) {
      pictures += put_case(out, cases[shown], thumbnails);
    }
    out += "</ul>\n";
  }
  put_names(out, cases.subspan(shown));
  out += "</section>\n";
}

}  // namespace

std::string check_page(const CheckResult& result) {
  std::string out;
  put_head(out, result);
  put_summary(out, result);
  Thumbnails thumbnails(result.root, kPictureBytes);
  for (const auto& text : finding_texts()) {
    put_kind(out, result, text, thumbnails);
  }
  out += "</body>\n</html>\n";
  return out;
}

void write_check_page(const std::filesystem::path& path, const CheckResult& result) {
  write_file_atomically(path, check_page(result));
}

}  // namespace alexnet::report
