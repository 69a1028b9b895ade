#include "cli/man_page.h"

#include <fmt/format.h>

#include "alexnet/core/version.h"

#include "cli/help_text.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

constexpr const char* kDate = "2026-11-25";  ///< of the last change of the page's words
constexpr int kLineWidth = 78;

/// Text for roff: its control characters made harmless, lines of moderate length.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  }
  out = wrapped(out, kLineWidth);
  for (std::size_t start = 0; start < out.size();) {
    if (out[start] == '.' || out[start] == '\'') {
      out.insert(start, "\\&");
    }
    const auto end = out.find('\n', start);
    start = end == std::string::npos ? out.size() : end + 1;
  }
  return out;
}

std::string option_entry(const OptionFacts& option) {
  std::string head = "\\fB" + roff(option.names) + "\\fR";
  if (option.positional) {
    head = "\\fI" + roff(option.names) + "\\fR";
  } else if (!option.type.empty()) {
    head += " \\fI" + roff(option.type) + "\\fR";
  }
  auto help = option.help;
  if (!option.default_value.empty()) {
    help += " (default: " + option.default_value + ")";
  }
  if (!option.environment.empty()) {
    help += " [" + option.environment + "]";
  }
  return fmt::format(".TP\n{}\n{}\n", head, roff(help));
}

std::string command_section(const CommandLine& line) {
  const auto text = line.command->text();
  std::string out =
      fmt::format(".SS \"{}\"\n{}.\n.PP\n{}\n", roff(usage_line(line)), roff(text.summary), roff(text.description));
  for (const auto& option : option_facts(line)) {
    if (option.group != kEveryCommandGroup) {
      out += option_entry(option);
    }
  }
  for (const auto& example : text.examples) {
    out += fmt::format(".PP\nExample: {}\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n", roff(example.comment), roff(example.command));
  }
  return out;
}

}  // namespace

std::string man_page() {
  std::string out = fmt::format(
      ".TH ALEXNET 1 {} \"alexnet {}\" \"User commands\"\n"
      ".SH NAME\nalexnet \\- train, test and use image classifiers of the AlexNet family\n"
      ".SH SYNOPSIS\n.B alexnet\n.I COMMAND\n[\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\n{}\n.SH COMMANDS\n",
      kDate, version(), roff("Results go to standard output, progress and messages to standard error."));
  std::string every;
  for (auto& command : make_commands()) {
    const CommandLine line(std::move(command));
    out += command_section(line);
    every.clear();
    for (const auto& option : option_facts(line)) {
      every += option.group == kEveryCommandGroup ? option_entry(option) : "";
    }
  }
  out += ".SH \"OPTIONS OF EVERY COMMAND\"\n" + every;
  out += ".SH \"EXIT STATUS\"\n";
  for (const auto& [status, meaning] : exit_statuses()) {
    out += fmt::format(".TP\n.B {}\n{}\n", status, roff(meaning));
  }
  out += ".SH ENVIRONMENT\n";
  const std::vector<std::pair<const char*, const char*>> variables = {
      {"ALEXNET_CACHE", "where resized photos are kept, instead of ~/.cache/alexnet; off for nowhere"},
      {"ALEXNET_DATA", "a folder with archives of known sets under their published names"},
      {"ALEXNET_HOME", "where fetched sets lie, instead of ~/.local/share/alexnet"},
      {"ALEXNET_OPT_KEY", "a key of the recipe, as ALEXNET_OPT_BATCH"},
      {"NO_COLOR", "if set, nothing is coloured"}};
  for (const auto& [name, meaning] : variables) {
    out += fmt::format(".TP\n.B {}\n{}\n", name, roff(meaning));
  }
  return out;
}

}  // namespace alexnet::cli
