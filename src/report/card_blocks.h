#pragma once

#include <string>
#include <utility>
#include <vector>

#include "alexnet/report/model_card.h"

namespace alexnet::report {

/// A piece of a card, before it becomes Markdown or HTML.
struct CardBlock {
  enum class Kind { kHeading, kParagraph, kList, kTable, kCode };
  Kind kind = Kind::kParagraph;
  std::string text = {};                            ///< of a heading, a paragraph, code
  std::vector<std::vector<std::string>> rows = {};  ///< of a list one cell each; of a table the first are its headings
  std::size_t numbers = 99;  ///< from this column of a table on there are numbers: they stand on the right
};

struct Card {
  std::string title;
  std::vector<CardBlock> blocks;
};

[[nodiscard]] Card make_card(const CardFacts& facts, Language language, bool reproducible);
[[nodiscard]] std::string to_markdown(const Card& card);
/// Below a heading of the first level; ids begin with `prefix`.
[[nodiscard]] std::string to_html(const Card& card);
/// The YAML head: tags and, where there are results, a model-index.
[[nodiscard]] std::string yaml_head(const CardFacts& facts);

}  // namespace alexnet::report
