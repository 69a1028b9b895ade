#include "cli/man_page.h"

#include <fmt/format.h>

#include "alexnet/core/version.h"

#include "cli/help_text.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

constexpr const char* kDate = "2026-11-25";  ///< of the last change of the page's words
constexpr int kLineWidth = 78;

/// Chinese for roff, which else breaks lines at spaces only: marks where it may, in one line, as a line's end is a
/// space.
std::string breakable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    while (!word.empty()) {
      out += take_piece(word);
      out += word.empty() ? "" : "\\:";
    }
    out += text.empty() ? "" : " ";
  }
  return out;
}

/// Text for roff: its control characters made harmless, lines of moderate length.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  }
  out = display_width(out) == static_cast<int>(out.size()) ? wrapped(out, kLineWidth) : breakable(out);
  for (std::size_t start = 0; start < out.size();) {
    if (out[start] == '.' || out[start] == '\'') {
      out.insert(start, "\\&");
    }
    const auto end = out.find('\n', start);
    start = end == std::string::npos ? out.size() : end + 1;
  }
  return out;
}

std::string option_entry(const OptionFacts& option, Language language) {
  std::string head = "\\fB" + roff(option.names) + "\\fR";
  if (option.positional) {
    head = "\\fI" + roff(option.names) + "\\fR";
  } else if (!option.type.empty()) {
    head += " \\fI" + roff(option.type) + "\\fR";
  }
  return fmt::format(".TP\n{}\n{}\n", head, roff(option_help(option, language)));
}

std::string command_section(const CommandLine& line, Language language) {
  const auto text = line.command->text();
  std::string out = fmt::format(".SS \"{}\"\n{}\n.PP\n{}\n", roff(usage_line(line)), roff(told(text.summary, language)),
                                roff(retold(text.description, language)));
  for (const auto& option : option_facts(line)) {
    if (option.group != kEveryCommandGroup) {
      out += option_entry(option, language);
    }
  }
  for (const auto& example : text.examples) {
    out += fmt::format(".PP\n{}\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n",
                       roff(retold(fmt::format("Example: {}", told(example.comment, language)), language)),
                       roff(example.command));
  }
  return out;
}

}  // namespace

std::string man_page(Language language) {
  const auto say = [&](const char* text) { return told(text, language); };
  std::string out = fmt::format(
      ".TH ALEXNET 1 {} \"alexnet {}\" \"{}\"\n{}"
      ".SH {}\nalexnet \\- {}\n"
      ".SH {}\n.B alexnet\n.I COMMAND\n[\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n"
      ".SH {}\n{}\n.SH {}\n",
      kDate, version(), say("User commands"), language == Language::kChinese ? ".ad l\n" : "", say("NAME"),
      say("train, test and use image classifiers of the AlexNet family"), say("SYNOPSIS"), say("DESCRIPTION"),
      roff(say("Results go to standard output, progress and messages to standard error.")), say("COMMANDS"));
  std::string every;
  for (auto& command : make_commands()) {
    const CommandLine line(std::move(command));
    out += command_section(line, language);
    every.clear();
    for (const auto& option : option_facts(line)) {
      every += option.group == kEveryCommandGroup ? option_entry(option, language) : "";
    }
  }
  out += fmt::format(".SH \"{}\"\n", say("OPTIONS OF EVERY COMMAND")) + every;
  out += fmt::format(".SH \"{}\"\n", say("EXIT STATUS"));
  for (const auto& [status, meaning] : exit_statuses()) {
    out += fmt::format(".TP\n.B {}\n{}\n", status, roff(told(meaning, language)));
  }
  out += fmt::format(".SH {}\n", say("ENVIRONMENT"));
  const std::vector<std::pair<const char*, const char*>> variables = {
      {"ALEXNET_CACHE", "where resized photos are kept, instead of ~/.cache/alexnet; off for nowhere"},
      {"ALEXNET_DATA", "a folder with archives of known sets under their published names"},
      {"ALEXNET_HOME", "where fetched sets lie, instead of ~/.local/share/alexnet"},
      {"ALEXNET_OPT_KEY", "a key of the recipe, as ALEXNET_OPT_BATCH; also LANG and COLOR, as the options"},
      {"LC_ALL, LC_MESSAGES, LANG", "the first that is set tells the language, unless --lang does"},
      {"NO_COLOR", "if set, nothing is coloured"}};
  for (const auto& [name, meaning] : variables) {
    out += fmt::format(".TP\n.B {}\n{}\n", name, roff(say(meaning)));
  }
  return out;
}

}  // namespace alexnet::cli
