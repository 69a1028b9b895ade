#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/network/network.h"

namespace alexnet {

/// One row of a network's table (experience 2.1).
struct SummaryRow {
  std::string name;
  std::string kind;
  std::string geometry;  ///< "11x11/4 pad 0 groups 2", empty where it does not apply
  Shape output;
  std::int64_t parameters = 0;
  std::int64_t trainable = 0;
  std::string parameter_formula;  ///< "96 x (3 x 11 x 11) + 96"
  std::int64_t macs = 0;
  std::int64_t receptive_field = 0;   ///< pixels, by convolutions and pools; 0 = all of the photo (dense)
  std::int64_t activation_bytes = 0;  ///< f32, one photo
};

/// Totals (experience 2.2). Memory is an estimate from shapes: weights, gradients, optimiser slots, activations.
struct Summary {
  std::string network;
  Shape input;
  std::vector<SummaryRow> rows;
  std::int64_t parameters = 0;
  std::int64_t trainable = 0;
  std::int64_t macs = 0;
  std::int64_t weight_bytes = 0;
  std::int64_t training_bytes = 0;   ///< at `batch`
  std::int64_t inference_bytes = 0;  ///< for one photo
  int batch = 0;
};

[[nodiscard]] Summary summarize(const Network& network, int batch);

/// Two sentences: where the parameters are and where the work is (experience 2.5).
[[nodiscard]] std::string teaching_sentences(const Summary& summary);

struct SummaryTableOptions {
  int width = 0;                          ///< columns of the terminal; 0 = no limit (a file): all columns
  std::vector<std::string> columns = {};  ///< empty = all that fit; optional ones are dropped in a fixed order
};

/// The table as text, totals and teaching sentences below it. A column is dropped, never cut.
[[nodiscard]] std::string to_table(const Summary& summary, const SummaryTableOptions& options);
/// Names of the columns, in order.
[[nodiscard]] std::vector<std::string> summary_columns();
[[nodiscard]] std::string to_csv(const Summary& summary);
/// Document of design section 5: layers[].{name, kind, output, parameters, trainable, macs}, totals.
[[nodiscard]] std::string to_json(const Summary& summary);
/// Rows that differ between two networks, side by side (experience 2.6).
[[nodiscard]] std::string compare_table(const Summary& a, const Summary& b);

}  // namespace alexnet
