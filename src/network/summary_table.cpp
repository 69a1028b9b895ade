#include <algorithm>
#include <array>
#include <climits>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/network/summary.h"

#include "core/text.h"

namespace alexnet {
namespace {

struct Column {
  std::string_view name;
  bool is_number;
  int drop;  ///< the first to go where the terminal is narrow has 1; 0 always stays
  std::string (*cell)(const SummaryRow& row, const Summary& summary);
};

/// "61.9", or nothing for nothing.
std::string share(std::int64_t part, std::int64_t whole) {
  return part == 0 ? "" : fmt::format("{:.1f}", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

constexpr std::array<Column, 11> kColumns{{
    {"layer", false, 0, [](const SummaryRow& r, const Summary&) { return r.name; }},
    {"kind", false, 1, [](const SummaryRow& r, const Summary&) { return r.kind; }},
    {"geometry", false, 7, [](const SummaryRow& r, const Summary&) { return r.geometry; }},
    {"output", true, 0, [](const SummaryRow& r, const Summary&) { return to_string(r.output); }},
    {"parameters", true, 0, [](const SummaryRow& r, const Summary&) { return with_commas(r.parameters); }},
    {"formula", false, 2, [](const SummaryRow& r, const Summary&) { return r.parameter_formula; }},
    {"par%", true, 6, [](const SummaryRow& r, const Summary& s) { return share(r.parameters, s.parameters); }},
    {"macs", true, 8, [](const SummaryRow& r, const Summary&) { return with_commas(r.macs); }},
    {"mac%", true, 5, [](const SummaryRow& r, const Summary& s) { return share(r.macs, s.macs); }},
    {"field", true, 4,
     [](const SummaryRow& r, const Summary&) {
       return r.receptive_field == 0 ? std::string("all") : fmt::to_string(r.receptive_field);
     }},
    {"memory", true, 3, [](const SummaryRow& r, const Summary&) { return byte_text(r.activation_bytes); }},
}};

constexpr int kGap = 2;

/// A column with its texts, the name first.
struct FilledColumn {
  const Column* column;
  std::vector<std::string> cells;
  int width = 0;
};

FilledColumn filled(const Column& column, const Summary& summary) {
  FilledColumn result{&column, {std::string(column.name)}};
  for (const SummaryRow& row : summary.rows) {
    result.cells.push_back(column.cell(row, summary));
  }
  for (const std::string& cell : result.cells) {
    result.width = std::max(result.width, display_width(cell));
  }
  return result;
}

std::vector<FilledColumn> wanted_columns(const Summary& summary, const std::vector<std::string>& names) {
  std::vector<FilledColumn> columns;
  if (names.empty()) {
    std::ranges::transform(kColumns, std::back_inserter(columns), [&](const Column& c) { return filled(c, summary); });
  }
  for (const std::string& name : names) {
    const auto* const found = std::ranges::find(kColumns, name, &Column::name);
    if (found == kColumns.end()) {
      const std::vector<std::string> known = summary_columns();
      throw Error(Message::kUnknownName, {{"kind", "column"},
                                          {"where", name},
                                          {"nearest", nearest_name(name, known)},
                                          {"known", fmt::format("{}", fmt::join(known, ", "))}});
    }
    columns.push_back(filled(*found, summary));
  }
  return columns;
}

int total_width(const std::vector<FilledColumn>& columns) {
  return std::accumulate(columns.begin(), columns.end(), -kGap,
                         [](int sum, const FilledColumn& c) { return sum + c.width + kGap; });
}

/// Takes columns out, in the order of `drop`, until the rest fits. Returns their names.
std::vector<std::string_view> drop_columns(std::vector<FilledColumn>& columns, int width) {
  std::vector<std::string_view> dropped;
  while (total_width(columns) > width) {
    const auto rank = [](const FilledColumn& c) { return c.column->drop == 0 ? INT_MAX : c.column->drop; };
    const auto first = std::ranges::min_element(columns, {}, rank);
    if (first->column->drop == 0) {
      break;
    }
    dropped.push_back(first->column->name);
    columns.erase(first);
  }
  return dropped;
}

std::string rows_text(const std::vector<FilledColumn>& columns, std::size_t rows) {
  std::string text;
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line;
    for (const FilledColumn& c : columns) {
      line += std::string(line.empty() ? 0 : kGap, ' ');
      line += c.column->is_number ? pad_left(c.cells[row], c.width) : pad_right(c.cells[row], c.width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

/// Sentences below the table, each wrapped to the width.
std::string paragraph(const std::string& text, int width) { return wrapped(text, width) + '\n'; }

std::string totals_text(const Summary& summary, int width) {
  return paragraph(
             fmt::format("Total: {} parameters, {} of them trainable; {} multiply-accumulates (MACs) a photo.",
                         with_commas(summary.parameters), with_commas(summary.trainable), with_commas(summary.macs)),
             width) +
         paragraph(fmt::format("Memory, estimated from the shapes: weights {}; training at batch {} {}; one photo {}.",
                               byte_text(summary.weight_bytes), summary.batch, byte_text(summary.training_bytes),
                               byte_text(summary.inference_bytes)),
                   width);
}

}  // namespace

std::vector<std::string> summary_columns() {
  std::vector<std::string> names;
  std::ranges::transform(kColumns, std::back_inserter(names), [](const Column& c) { return std::string(c.name); });
  return names;
}

std::string to_table(const Summary& summary, const SummaryTableOptions& options) {
  std::vector<FilledColumn> columns = wanted_columns(summary, options.columns);
  std::vector<std::string_view> dropped;
  if (options.columns.empty() && options.width > 0) {
    dropped = drop_columns(columns, options.width);
  }
  std::string text =
      paragraph(fmt::format("{}, input {}", summary.network, to_string(summary.input)), options.width) + '\n';
  text += rows_text(columns, summary.rows.size() + 1) + '\n';
  text += totals_text(summary, options.width);
  text += paragraph(teaching_sentences(summary), options.width);
  if (!dropped.empty()) {
    text +=
        paragraph(fmt::format("Columns left out to fit {}: {}. Name them after --columns to see them, or write to a "
                              "file, which gets all.",
                              options.width, fmt::join(dropped, ", ")),
                  options.width);
  }
  return text;
}

}  // namespace alexnet
