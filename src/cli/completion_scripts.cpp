#include "cli/completion_scripts.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/help_text.h"
#include "cli/options.h"

namespace alexnet::cli {
namespace {

/// All option names of a line; "--flip, --no-flip" gives two.
std::vector<std::string> names_of(const OptionFacts& option) {
  std::vector<std::string> names;
  for (std::size_t start = 0; start < option.names.size();) {
    const auto end = std::min(option.names.find(", ", start), option.names.size());
    names.push_back(option.names.substr(start, end - start));
    start = end + 2;
  }
  return names;
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// Text between single quotes of a shell.
std::string shell_quoted(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out;
}

std::vector<CommandLine> all_lines() {
  std::vector<CommandLine> lines;
  for (auto& command : make_commands()) {
    lines.emplace_back(std::move(command));
  }
  return lines;
}

/// One command of the bash script: its options, its words, and for each option its values.
std::string bash_case(const CommandLine& line) {
  std::vector<std::string> options;
  std::vector<std::string> words;
  std::string cases;
  bool files = false;
  for (const auto& option : option_facts(line)) {
    const auto values = known_values(option.type);
    if (option.positional) {
      words.insert(words.end(), values.begin(), values.end());
      files = files || takes_files(option.type);
      continue;
    }
    options.push_back(joined(names_of(option)));
    if (!option.type.empty()) {
      cases += fmt::format("        {}) values=\"{}\"; files={} ;;\n", option.names, joined(values),
                           takes_files(option.type) ? 1 : 0);
    }
  }
  return fmt::format(
      "    {})\n"
      "      options=\"{}\"\n"
      "      words=\"{}\"; files={}\n"
      "      case \"$previous\" in\n{}"
      "        *) value_wanted=0 ;;\n"
      "      esac\n"
      "      ;;\n",
      line.command->text().name, joined(options), joined(words), files ? 1 : 0, cases);
}

/// The value part of a zsh or fish rule: how the values of a type are completed.
std::string zsh_action(const std::string& type) {
  const auto values = known_values(type);
  const bool files = takes_files(type);
  if (values.empty()) {
    return files ? "_files" : " ";
  }
  const auto list = fmt::format("({})", joined(values));
  return files ? fmt::format("{{_alternative 'names:name:{}' 'files:file:_files'}}", list) : list;
}

/// zsh reads [ ] and : in the words of a rule.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '[' || c == ']' || c == ':' ? std::string("\\") + c : std::string(1, c);
  }
  return shell_quoted(out);
}

}  // namespace

std::string bash_completion() {
  std::string cases;
  std::string commands;
  for (const auto& line : all_lines()) {
    cases += bash_case(line);
    commands += (commands.empty() ? "" : " ") + line.command->text().name;
  }
  return "# Completion of alexnet for bash, printed by: alexnet completion bash\n"
         "_alexnet() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
         "  local options=\"\" words=\"\" values=\"\" files=0 value_wanted=1\n"
         "  COMPREPLY=()\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"" +
         commands +
         " --version --help\" -- \"$current\")\n"
         "    return\n"
         "  fi\n"
         "  case \"${COMP_WORDS[1]}\" in\n" +
         cases +
         "    *) return ;;\n"
         "  esac\n"
         "  if [ \"$value_wanted\" -eq 0 ]; then\n"
         "    case \"$current\" in\n"
         "      -*) values=\"$options\"; files=0 ;;\n"
         "      *) values=\"$words\" ;;\n"
         "    esac\n"
         "  fi\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$current\")\n"
         "  if [ \"$files\" -eq 1 ]; then\n"
         "    compopt -o filenames 2>/dev/null\n"
         "    mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$current\")\n"
         "  fi\n"
         "}\n"
         "complete -F _alexnet alexnet\n";
}

std::string zsh_completion() {
  std::string commands;
  std::string cases;
  for (const auto& line : all_lines()) {
    const auto text = line.command->text();
    commands += fmt::format("    '{}:{}'\n", text.name, zsh_text(text.summary));
    cases += fmt::format("    {})\n      _arguments", text.name);
    int place = 1;
    for (const auto& option : option_facts(line)) {
      if (option.positional) {
        cases += fmt::format(" \\\n        \"{}:{}:{}\"", option.many ? "*" : std::to_string(place++),
                             zsh_text(option.names), zsh_action(option.type));
        continue;
      }
      for (const auto& name : names_of(option)) {
        cases += fmt::format(" \\\n        '{}[{}]'", name, zsh_text(option.help));
        if (!option.type.empty()) {
          cases.insert(cases.size() - 1, fmt::format("':\"{}:{}\"'", zsh_text(option.type), zsh_action(option.type)));
        }
      }
    }
    cases += "\n      ;;\n";
  }
  return "#compdef alexnet\n"
         "# Completion of alexnet for zsh, printed by: alexnet completion zsh\n"
         "_alexnet() {\n"
         "  local -a commands\n"
         "  commands=(\n" +
         commands +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  local command=\"${words[2]}\"\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case \"$command\" in\n" +
         cases +
         "  esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = \"_alexnet\" ]; then\n"
         "  _alexnet \"$@\"\n"
         "else\n"
         "  compdef _alexnet alexnet\n"
         "fi\n";
}

std::string fish_completion() {
  std::string out = "# Completion of alexnet for fish, printed by: alexnet completion fish\ncomplete -c alexnet -f\n";
  for (const auto& line : all_lines()) {
    const auto text = line.command->text();
    out += fmt::format("complete -c alexnet -n __fish_use_subcommand -a {} -d '{}'\n", text.name,
                       shell_quoted(text.summary));
    const auto condition = fmt::format("-n '__fish_seen_subcommand_from {}'", text.name);
    for (const auto& option : option_facts(line)) {
      const auto values = known_values(option.type);
      const auto list = values.empty() ? "" : fmt::format(" -a '{}'", joined(values));
      const std::string files = takes_files(option.type) ? " -F" : "";
      if (option.positional) {
        out += fmt::format("complete -c alexnet {}{}{}\n", condition, files, list);
        continue;
      }
      for (const auto& name : names_of(option)) {
        const bool is_long = name.starts_with("--");
        out += fmt::format("complete -c alexnet {} {} {}{}{}{} -d '{}'\n", condition, is_long ? "-l" : "-s",
                           name.substr(is_long ? 2 : 1), option.type.empty() ? "" : " -r", files, list,
                           shell_quoted(option.help));
      }
    }
  }
  return out;
}

}  // namespace alexnet::cli
