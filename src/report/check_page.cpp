#include "alexnet/report/check_page.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/core/files.h"

#include "core/say.h"
#include "core/text.h"
#include "report/html.h"
#include "report/page.h"
#include "report/thumbnails.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kPicturesAKind = 30;
constexpr std::size_t kPicturesACase = 4;
constexpr std::size_t kNamesAKind = 200;
constexpr std::size_t kCheckPictureBytes = 5'000'000;

std::string number_of(std::size_t count) { return with_commas(static_cast<std::int64_t>(count)); }

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

/// What the parts of a page are written from.
struct PageSource {
  const CheckResult& result;
  Thumbnails& thumbnails;
  Say say;
};

void put_head(std::string& out, const PageSource& source) {
  const CheckResult& result = source.result;
  const Say& say = source.say;
  const auto title = say("Check of {}", name_of_folder(result));
  open_document(out, title, say.tag(), page_style(PageKind::kCheck));
  put(out, "<body>\n<h1>{}</h1>\n", escaped(title));
  auto words = say("Photos: {}; classes: {}; {}.", with_commas(result.photos), number_of(result.classes.size()),
                   byte_text(result.bytes));
  if (result.parts[0] + result.parts[1] + result.parts[2] > 0) {
    words += say.gap() + say("Of these train {}, val {}, test {}.", with_commas(result.parts[0]),
                             with_commas(result.parts[1]), with_commas(result.parts[2]));
  }
  put_paragraph(out, words);
}

void put_summary(std::string& out, const PageSource& source) {
  const CheckResult& result = source.result;
  const Say& say = source.say;
  const bool errors = result.has_errors();
  put_paragraph(out,
                errors                    ? say("A training on this folder would go wrong: see the errors.")
                : result.findings.empty() ? say("Nothing was found.")
                                          : say("No error was found."),
                errors ? "verdict error" : "verdict");
  if (result.findings.empty()) {
    return;
  }
  put(out,
      "<table>\n<thead><tr><th>{}</th><th>{}</th><th class=\"meaning\">{}</th><th "
      "class=\"number\">{}</th></tr></thead>\n"
      "<tbody>\n",
      say("gravity"), say("kind"), say("what it is"), say("cases"));
  for (const auto& text : finding_texts()) {
    if (const auto cases = result.of(text.kind); !cases.empty()) {
      put(out,
          "<tr><td class=\"mark {0}\">{1}</td><td><a href=\"#{2}\">{2}</a></td><td class=\"meaning\">{3}</td>"
          "<td class=\"number\">{4}</td></tr>\n",
          name_of(text.gravity), say.word(name_of(text.gravity)), text.name, say.word(text.meaning),
          number_of(cases.size()));
    }
  }
  out += "</tbody>\n</table>\n";
}

/// A picture of what differs between two copies, where it is something to see.
void put_difference(std::string& out, const PageSource& source, const Image& a, const Image& b) {
  constexpr int kVisible = 40;
  const Image picture = difference_picture(a, b);
  if (*std::ranges::max_element(picture.pixels) < kVisible) {
    return;
  }
  const auto element = source.thumbnails.element(picture, source.say("where the two photos differ"));
  if (!element.empty()) {
    put(out, "<figure>{}<figcaption>{}</figcaption></figure>\n", element,
        source.say("what differs, three times as strong"));
  }
}

/// One case with pictures. Returns how many pictures it took.
std::size_t put_case(std::string& out, const PageSource& source, const Finding& finding) {
  const Say& say = source.say;
  std::size_t pictures = 0;
  out += "<li class=\"case\"><div class=\"row\">\n";
  std::vector<Image> shown;
  for (std::size_t i = 0; i < std::min(finding.files.size(), kPicturesACase); ++i) {
    const auto& file = finding.files[i];
    const auto picture = source.thumbnails.load(file);
    const auto element = picture ? source.thumbnails.element(*picture, say("photo {}", file)) : std::string();
    put(out, "<figure>{}<figcaption>{}</figcaption></figure>\n",
        element.empty() ? fmt::format("<div class=\"empty\">{}</div>", say("no picture")) : element, breakable(file));
    ++pictures;
    if (!element.empty()) {
      shown.push_back(*picture);
    }
  }
  if (shown.size() == 2 && finding.files.size() == 2) {
    put_difference(out, source, shown[0], shown[1]);
  }
  out += "</div>\n";
  std::string words = escaped(say.finished(finding.detail));
  if (finding.files.size() > kPicturesACase) {
    words += (words.empty() ? "" : "; ") + say("and {} more", finding.files.size() - kPicturesACase);
  }
  if (!words.empty()) {
    put_paragraph(out, words, "soft");
  }
  out += "</li>\n";
  return pictures;
}

/// Cases without pictures.
void put_names(std::string& out, const Say& say, std::span<const Finding> cases) {
  if (cases.empty()) {
    return;
  }
  const auto listed = cases.first(std::min(cases.size(), kNamesAKind));
  out += "<ul class=\"names\">\n";
  for (const auto& finding : listed) {
    put(out, "<li>{}{}</li>\n",
        breakable(fmt::format("{}", fmt::join(finding.files, is_about_copies(finding.kind) ? " = " : ", "))),
        finding.detail.empty() ? ""
                               : fmt::format(" <span class=\"soft\">{}</span>", escaped(say.finished(finding.detail))));
  }
  out += "</ul>\n";
  if (listed.size() < cases.size()) {
    put_paragraph(out, say("and {} more: alexnet check --json lists all", number_of(cases.size() - listed.size())),
                  "soft");
  }
}

/// What is to know about a kind beside its cases.
void put_notes(std::string& out, const PageSource& source, FindingKind kind) {
  const CheckResult& result = source.result;
  const Say& say = source.say;
  if (kind == FindingKind::kLeak && result.parts[2] > 0) {
    put_paragraph(
        out, say("{} of {} test photos ({:.1f} %) have a copy in train or val.", result.leaked_test, result.parts[2],
                 100 * static_cast<double>(result.leaked_test) / static_cast<double>(result.parts[2])));
  }
  if (kind == FindingKind::kWrongLabel && result.labels) {
    const auto& labels = *result.labels;
    put_paragraph(out, say("The most suspect first. About {:.1f} % of {} labels are expected to be wrong; that is too "
                           "many where the classifier is weak. It gave photos that it had not seen their own class in "
                           "{:.1f} % of cases.",
                           100 * labels.wrong_share, with_commas(labels.photos), 100 * labels.top1));
    put_paragraph(out, say("It looked at {}.", escaped(say.finished(labels.features))), "soft");
  }
  if (kind == FindingKind::kNearDuplicate) {
    put_paragraph(out,
                  say("Difference of {} of 100 at most (option --near); a mirrored photo is no copy.",
                      short_number(result.options.near)),
                  "soft");
  }
}

void put_kind(std::string& out, const PageSource& source, const FindingText& text) {
  const Say& say = source.say;
  const auto cases = source.result.of(text.kind);
  if (cases.empty()) {
    return;
  }
  put(out, "<section id=\"{0}\">\n<h2>{0}: {1}</h2>\n<p><span class=\"mark {2}\">{3}</span>, {4}{5}</p>\n", text.name,
      say.word(text.meaning), name_of(text.gravity), say.word(name_of(text.gravity)),
      say("cases: {}", number_of(cases.size())),
      text.advice.empty() ? "" : say.comma() + say("to do: {}", say.word(text.advice)));
  put_notes(out, source, text.kind);
  std::size_t shown = 0;
  if (has_pictures(text.kind)) {
    put(out, "<ul class=\"cases{}\">\n", is_about_copies(text.kind) ? " wide" : "");
    for (std::size_t pictures = 0; shown < cases.size() && pictures < kPicturesAKind; ++shown) {
      pictures += put_case(out, source, cases[shown]);
    }
    out += "</ul>\n";
  }
  put_names(out, say, cases.subspan(shown));
  close_section(out);
}

}  // namespace

std::string check_page(const CheckResult& result, Language language) {
  std::string out;
  Thumbnails thumbnails(result.root, kCheckPictureBytes);
  const PageSource source{result, thumbnails, Say(language)};
  put_head(out, source);
  put_summary(out, source);
  for (const auto& text : finding_texts()) {
    put_kind(out, source, text);
  }
  out += "</body>\n</html>\n";
  return out;
}

void write_check_page(const std::filesystem::path& path, const CheckResult& result, Language language) {
  write_file_atomically(path, check_page(result, language));
}

}  // namespace alexnet::report
