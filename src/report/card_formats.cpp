#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/card_blocks.h"
#include "report/html.h"

namespace alexnet::report {
namespace {

using Kind = CardBlock::Kind;

/// Text in which Markdown sees no markup.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_{}[]<>#|").find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

void put_table(std::string& out, const CardBlock& block) {
  const auto row_of = [&](const std::vector<std::string>& row) {
    out += "|";
    for (const std::string& cell : row) {
      out += " " + plain(cell) + " |";
    }
    out += "\n";
  };
  row_of(block.rows.front());
  out += "|";
  for (std::size_t i = 0; i < block.rows.front().size(); ++i) {
    out += i >= block.numbers ? "---:|" : "---|";
  }
  out += "\n";
  for (std::size_t i = 1; i < block.rows.size(); ++i) {
    row_of(block.rows[i]);
  }
}

void put_html_table(std::string& out, const CardBlock& block) {
  const auto& heads = block.rows.front();
  const bool has_head = std::ranges::any_of(heads, [](const std::string& cell) { return !cell.empty(); });
  out += "<div class=\"scroll\"><table>\n";
  for (std::size_t i = has_head ? 0 : 1; i < block.rows.size(); ++i) {
    out += "<tr>";
    for (std::size_t cell = 0; cell < block.rows[i].size(); ++cell) {
      put_cell(out, escaped(block.rows[i][cell]), i == 0 ? "col" : cell == 0 ? "row" : "", cell >= block.numbers);
    }
    out += "</tr>\n";
  }
  out += "</table></div>\n";
}

/// As YAML takes it: a JSON string.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string to_markdown(const Card& card) {
  std::string out = "# " + plain(card.title) + "\n";
  for (const CardBlock& block : card.blocks) {
    out += "\n";
    switch (block.kind) {
      case Kind::kHeading:
        out += "## " + plain(block.text) + "\n";
        break;
      case Kind::kParagraph:
        out += plain(block.text) + "\n";
        break;
      case Kind::kList:
        for (const auto& item : block.rows) {
          out += "- " + plain(item.front()) + "\n";
        }
        break;
      case Kind::kTable:
        put_table(out, block);
        break;
      case Kind::kCode:
        out += "```\n" + block.text + "\n```\n";
        break;
    }
  }
  return out;
}

std::string to_html(const Card& card) {
  std::string out = "<h1>" + escaped(card.title) + "</h1>\n";
  for (const CardBlock& block : card.blocks) {
    switch (block.kind) {
      case Kind::kHeading:
        put(out, "<h2>{}</h2>\n", escaped(block.text));
        break;
      case Kind::kParagraph:
        put_paragraph(out, escaped(block.text));
        break;
      case Kind::kList:
        out += "<ul>\n";
        for (const auto& item : block.rows) {
          put(out, "<li>{}</li>\n", escaped(item.front()));
        }
        out += "</ul>\n";
        break;
      case Kind::kTable:
        put_html_table(out, block);
        break;
      case Kind::kCode:
        put(out, "<pre>{}</pre>\n", escaped(block.text));
        break;
    }
  }
  return out;
}

std::string yaml_head(const CardFacts& facts) {
  std::string out = fmt::format(
      "---\nlibrary_name: alexnet\npipeline_tag: image-classification\ntags:\n- image-classification\n- {}\n",
      quoted(facts.network));
  if (facts.result) {
    const FinalResult& result = *facts.run->result;
    out += fmt::format(
        "metrics:\n- accuracy\nmodel-index:\n- name: {0}\n  results:\n  - task:\n      type: image-classification\n"
        "      name: Image classification\n    dataset:\n      name: {1}\n      type: {1}\n      split: {2}\n"
        "    metrics:\n    - type: accuracy\n      name: Top-1 accuracy\n      value: {3}\n    - type: accuracy\n"
        "      name: Top-5 accuracy\n      value: {4}\n    - type: loss\n      name: Loss\n      value: {5}\n",
        quoted(facts.name), quoted(facts.run->data_name), quoted(result.part), result.top1, result.top5, result.loss);
  }
  return out + "---\n\n";
}

}  // namespace alexnet::report
