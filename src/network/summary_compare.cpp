#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "alexnet/network/summary.h"

#include "core/text.h"

namespace alexnet {
namespace {

using Line = std::array<std::string, 4>;  // layer, what, in a, in b

const SummaryRow* find(const Summary& summary, const std::string& layer) {
  const auto found = std::ranges::find(summary.rows, layer, &SummaryRow::name);
  return found == summary.rows.end() ? nullptr : &*found;
}

/// The nearest layer in front of `row` that the other network has too: where the two orders differ, so do these.
std::string predecessor(const Summary& summary, const SummaryRow* row, const Summary& other) {
  while (row != summary.rows.data()) {
    --row;
    if (find(other, row->name) != nullptr) {
      return row->name;
    }
  }
  return "(first)";
}

std::string short_form(const SummaryRow* row) {
  if (row == nullptr) {
    return "(none)";
  }
  return row->geometry.empty() ? row->kind : row->kind + " " + row->geometry;
}

/// What differs between two layers of one name.
void compare_layers(const Summary& a, const SummaryRow& in_a, const Summary& b, const SummaryRow& in_b,
                    std::vector<Line>& lines) {
  const std::array<Line, 6> all{{
      {in_a.name, "comes after", predecessor(a, &in_a, b), predecessor(b, &in_b, a)},
      {in_a.name, "kind", in_a.kind, in_b.kind},
      {in_a.name, "geometry", in_a.geometry, in_b.geometry},
      {in_a.name, "output", to_string(in_a.output), to_string(in_b.output)},
      {in_a.name, "parameters", with_commas(in_a.parameters), with_commas(in_b.parameters)},
      {in_a.name, "macs", with_commas(in_a.macs), with_commas(in_b.macs)},
  }};
  std::ranges::copy_if(all, std::back_inserter(lines), [](const Line& line) { return line[2] != line[3]; });
}

/// All differing lines: a's order, with the layers that only b has in front of the next common one.
std::vector<Line> differing_lines(const Summary& a, const Summary& b) {
  std::vector<Line> lines;
  const SummaryRow* next_in_b = b.rows.data();
  const SummaryRow* const end_of_b = next_in_b + b.rows.size();
  const auto only_in_b_until = [&](const SummaryRow* stop) {
    for (; next_in_b < stop; ++next_in_b) {
      if (find(a, next_in_b->name) == nullptr) {
        lines.push_back({next_in_b->name, "layer", short_form(nullptr), short_form(next_in_b)});
      }
    }
  };
  for (const SummaryRow& row : a.rows) {
    if (const SummaryRow* twin = find(b, row.name); twin != nullptr) {
      only_in_b_until(twin);
      compare_layers(a, row, b, *twin, lines);
    } else {
      lines.push_back({row.name, "layer", short_form(&row), short_form(nullptr)});
    }
  }
  only_in_b_until(end_of_b);
  return lines;
}

}  // namespace

std::string compare_table(const Summary& a, const Summary& b) {
  std::vector<Line> lines{{"layer", "what", a.network, b.network}};
  if (a.input != b.input) {
    lines.push_back({"(input)", "shape", to_string(a.input), to_string(b.input)});
  }
  std::ranges::move(differing_lines(a, b), std::back_inserter(lines));
  const bool same = lines.size() == 1;
  lines.push_back({"(total)", "parameters", with_commas(a.parameters), with_commas(b.parameters)});
  lines.push_back({"(total)", "trainable", with_commas(a.trainable), with_commas(b.trainable)});
  lines.push_back({"(total)", "macs", with_commas(a.macs), with_commas(b.macs)});
  std::array<int, 4> widths{};
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  std::string text;
  for (std::size_t row = 0; row < lines.size(); ++row) {
    const bool repeats = row > 0 && lines[row][0] == lines[row - 1][0];
    text += pad_right(repeats ? "" : lines[row][0], widths[0]) + "  " + pad_right(lines[row][1], widths[1]) + "  " +
            pad_right(lines[row][2], widths[2]) + "  " + lines[row][3] + '\n';
  }
  return same ? text + "No row differs.\n" : text;
}

}  // namespace alexnet
