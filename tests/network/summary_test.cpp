#include "alexnet/network/summary.h"

#include <sstream>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "error_text.h"

namespace alexnet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Network network(std::string name = "网络") {
  return Network(
      {.name = std::move(name),
       .input = {3, 16, 16},
       .layers = {
           Normalize{.name = "normalize"},
           Conv2D{
               .name = "卷积1", .filters = 8, .kernel = 5, .stride = 2, .padding = Padding::all(2), .has_bias = false},
           BatchNorm{.name = "bn1"}, LRN{.name = "lrn1", .groups = 2},
           MaxPool2D{.name = "pool1", .window = 3, .stride = 2, .rounding = PoolRounding::kUp},
           Flatten{.name = "flatten"}, Dropout{.name = "dropout2", .inverted = false},
           Dense{.name = "fc2", .units = 10}, ReLU{.name = "relu2"}}});
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    result.push_back(line);
  }
  return result;
}

TEST(Summary, RowsSayHowParametersArise) {
  const Summary s = summarize(network(), 4);
  ASSERT_EQ(s.rows.size(), 9u);
  EXPECT_EQ(s.rows[1].geometry, "5x5/2 pad 2");
  EXPECT_EQ(s.rows[1].parameter_formula, "8 x (3 x 5 x 5)");
  EXPECT_EQ(s.rows[1].parameters, 600);
  EXPECT_EQ(s.rows[1].macs, 600 * 64);
  EXPECT_EQ(s.rows[2].parameter_formula, "4 x 8");
  EXPECT_EQ(s.rows[2].parameters, 32);
  EXPECT_EQ(s.rows[2].trainable, 16);
  EXPECT_EQ(s.rows[3].geometry, "5 c 2e-5 k 2 groups 2");
  EXPECT_EQ(s.rows[4].geometry, "3x3/2 up");
  EXPECT_EQ(s.rows[6].geometry, "rate 0.5 not inverted");
  EXPECT_EQ(s.rows[7].parameter_formula, "10 x 128 + 10");
  EXPECT_EQ(s.rows[7].activation_bytes, 40);
}

TEST(Summary, ReceptiveFieldsGrowWithEachWindow) {
  const Summary s = summarize(network(), 1);
  const std::int64_t expected[] = {1, 5, 5, 5, 9, 9, 9, 0, 0};  // 5, then 5 + 2 * 2; 0: all of the photo
  for (std::size_t i = 0; i < s.rows.size(); ++i) {
    EXPECT_EQ(s.rows[i].receptive_field, expected[i]) << s.rows[i].name;
  }
}

TEST(Summary, MemoryCountsWeightsGradientsMomentumAndActivations) {
  const Summary s = summarize(network(), 4);
  const std::int64_t parameters = 600 + 32 + 1290;
  EXPECT_EQ(s.parameters, parameters);
  EXPECT_EQ(s.trainable, parameters - 16);
  EXPECT_EQ(s.weight_bytes, 4 * parameters);
  // The photo, normalize, 8x8x8 three times, 8x4x4 three times, 10 twice; each with its gradient, for 4 photos.
  const std::int64_t activations = 768 + 768 + 3 * 512 + 3 * 128 + 2 * 10;
  EXPECT_EQ(s.training_bytes, 4 * (parameters + 2 * (parameters - 16)) + 4 * 2 * 4 * activations);
  EXPECT_EQ(s.inference_bytes, 4 * parameters + 4 * (768 + 768));
}

TEST(Summary, RefusesABatchThatIsNone) {
  EXPECT_EQ(error_text([] { (void)summarize(network(), 0); }),
            "option-invalid | batch | expected a number from 1 to 65536, got 0");
}

TEST(Summary, TeachesWhereParametersAndWorkAre) {
  EXPECT_EQ(teaching_sentences(summarize(network(), 1)),
            "Of the parameters, 67.1 % are in the dense layers (67.1 % in fc2 alone). "
            "Of the work, 96.8 % is done by the convolutions (96.8 % by 卷积1 alone).");
  const Network plain({.name = "n", .input = {3}, .layers = {ReLU{.name = "r"}}});
  EXPECT_EQ(teaching_sentences(summarize(plain, 1)),
            "This network has no parameters. It multiplies and accumulates nothing.");
}

TEST(SummaryTable, FitsTheWidthAndNeverCutsACell) {
  const Summary s = summarize(network(), 1);
  for (const int width : {60, 80, 120}) {
    const std::string table = to_table(s, {.width = width});
    for (const std::string& line : lines(table)) {
      EXPECT_LE(display_width(line), width) << line;
    }
    for (const SummaryRow& row : s.rows) {
      EXPECT_THAT(table, HasSubstr(row.name));
      EXPECT_THAT(table, HasSubstr(to_string(row.output)));
      EXPECT_THAT(table, HasSubstr(with_commas(row.parameters)));
    }
  }
}

TEST(SummaryTable, StaysWholeWhereEvenTheLastColumnsDoNotFit) {
  const std::string table = to_table(summarize(network(), 1), {.width = 10});
  EXPECT_THAT(table, HasSubstr("\n卷积1        8x8x8         600\n"));
}

TEST(SummaryTable, DropsColumnsInAFixedOrderAndSaysSo) {
  const Summary s = summarize(network(), 1);
  EXPECT_THAT(to_table(s, {.width = 0}), Not(HasSubstr("left out")));
  EXPECT_THAT(to_table(s, {.width = 200}), Not(HasSubstr("left out")));
  EXPECT_THAT(to_table(s, {.width = 110}), HasSubstr("Columns left out to fit 110: kind."));
  EXPECT_THAT(to_table(s, {.width = 80}), HasSubstr("Columns left out to fit 80: kind, formula, memory, field."));
  EXPECT_THAT(to_table(s, {.width = 60}),
              HasSubstr("Columns left out to fit 60: kind, formula, memory, field,\nmac%, par%, geometry."));
}

TEST(SummaryTable, ShowsTheColumnsThatWereAskedFor) {
  const std::vector<std::string> shown =
      lines(to_table(summarize(network(), 1), {.width = 20, .columns = {"formula", "layer"}}));
  EXPECT_EQ(shown[2], "formula          layer");
  EXPECT_EQ(shown[4], "8 x (3 x 5 x 5)  卷积1");
  EXPECT_EQ(error_text([] { (void)to_table(summarize(network(), 1), {.columns = {"layers"}}); }).substr(0, 21),
            "name-unknown | layers");
}

TEST(SummaryTable, UnlimitedHasEveryColumnAlignedInColumnsOfTheTerminal) {
  const std::vector<std::string> shown = lines(to_table(summarize(network(), 1), {}));
  for (const std::string& name : summary_columns()) {
    EXPECT_THAT(shown[2], HasSubstr(name));
  }
  const auto output_end = [](const std::string& line, const std::string& cell) {
    return display_width(line.substr(0, line.find(cell))) + display_width(cell);
  };
  EXPECT_EQ(output_end(shown[2], "output"), output_end(shown[4], "8x8x8"));
}

TEST(SummaryCsv, HasARowALayerAndQuotesCommas) {
  const Network padded(
      {.name = "n",
       .input = {1, 8, 8},
       .layers = {Conv2D{.name = "a,\"b\"", .filters = 2, .kernel = 3, .padding = Padding::of(0, 0, 1, 1)}}});
  EXPECT_EQ(to_csv(summarize(padded, 1)),
            "name,kind,geometry,output,parameters,trainable,formula,macs,receptive_field,activation_bytes\n"
            "\"a,\"\"b\"\"\",conv2d,\"3x3/1 pad 0,0,1,1\",2x7x7,20,20,2 x (1 x 3 x 3) + 2,882,3,392\n");
}

TEST(SummaryJson, HasTheNamesThatScriptsRelyOn) {
  const auto document = nlohmann::json::parse(to_json(summarize(network(), 4)));
  EXPECT_EQ(document["schema"], "alexnet.summary");
  EXPECT_EQ(document["version"], 1);
  const auto& conv = document["layers"][1];
  EXPECT_EQ(conv["name"], "卷积1");
  EXPECT_EQ(conv["kind"], "conv2d");
  EXPECT_EQ(conv["output"], (std::vector<int>{8, 8, 8}));
  EXPECT_EQ(conv["parameters"], 600);
  EXPECT_EQ(conv["trainable"], 600);
  EXPECT_EQ(conv["macs"], 38400);
  EXPECT_EQ(document["totals"]["parameters"], 1922);
  EXPECT_EQ(document["totals"]["trainable"], 1906);
  EXPECT_EQ(document["totals"]["macs"], 38400 + 1280);
}

TEST(CompareTable, ShowsOnlyRowsThatDiffer) {
  Network::Options options = network("other").options();
  options.layers.erase(options.layers.begin() + 3);  // no lrn1
  std::swap(options.layers[2], options.layers[3]);   // pool1 before bn1
  std::get<Dense>(options.layers[6]).units = 12;
  options.layers.insert(options.layers.begin() + 5, Layer(Tanh{"tanh1"}));  // behind flatten
  const std::string table = compare_table(summarize(network("one"), 1), summarize(Network(options), 1));
  EXPECT_EQ(table,
            "layer    what         one                        other\n"
            "bn1      comes after  卷积1                      pool1\n"
            "         output       8x8x8                      8x4x4\n"
            "lrn1     layer        lrn 5 c 2e-5 k 2 groups 2  (none)\n"
            "pool1    comes after  bn1                        卷积1\n"
            "flatten  comes after  pool1                      bn1\n"
            "tanh1    layer        (none)                     tanh\n"
            "fc2      output       10                         12\n"
            "         parameters   1,290                      1,548\n"
            "         macs         1,280                      1,536\n"
            "relu2    output       10                         12\n"
            "(total)  parameters   1,922                      2,180\n"
            "         trainable    1,906                      2,164\n"
            "         macs         39,680                     39,936\n");
}

TEST(CompareTable, SaysThatNothingDiffers) {
  const Summary s = summarize(network(), 1);
  EXPECT_THAT(compare_table(s, s), HasSubstr("No row differs."));
}

}  // namespace
}  // namespace alexnet
