#include "backends/layer_cases.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace alexnet::test {
namespace {

struct Tweaks {
  Statistics statistics = Statistics::kTraining;
  bool bytes = false;
  bool whole = false;
  bool facts = false;
  bool soft = false;
  double input_scale = 1;
  OutputKind output = OutputKind::kProbabilities;
};

class Table {
 public:
  void add(std::string kind, const std::string& what, Shape input, std::vector<Layer> layers, Tweaks tweaks = {}) {
    const std::string name = kind + "_" + what;
    Network network({.name = name, .input = std::move(input), .layers = std::move(layers), .output = tweaks.output});
    cases.push_back({name, std::move(kind), std::move(network), tweaks.statistics, tweaks.bytes, tweaks.whole,
                     tweaks.facts, tweaks.soft, tweaks.input_scale});
  }
  std::vector<LayerCase> cases;
};

/// A function, since the table is built while static objects are.
Layer flat() { return Flatten{"flat"}; }

void add_convolutions(Table& table) {
  const auto add = [&](const std::string& what, Shape input, Conv2D conv) {
    table.add("conv2d", what, std::move(input), {conv, flat()});
  };
  add("plain", {3, 7, 6}, {.name = "conv", .filters = 4, .kernel = 3});
  add("one_by_one", {5, 4, 3}, {.name = "conv", .filters = 7, .kernel = 1});
  add("whole_image", {3, 5, 5}, {.name = "conv", .filters = 6, .kernel = 5});
  add("no_bias", {3, 6, 6}, {.name = "conv", .filters = 5, .kernel = 3, .has_bias = false});
  add("stride", {3, 11, 9}, {.name = "conv", .filters = 4, .kernel = 5, .stride = 2});
  add("stride_over_kernel", {2, 9, 8}, {.name = "conv", .filters = 3, .kernel = 2, .stride = 3});
  add("border_unread", {2, 8, 8}, {.name = "conv", .filters = 3, .kernel = 3, .stride = 3});
  add("padding", {4, 6, 5}, {.name = "conv", .filters = 8, .kernel = 3, .padding = Padding::all(1)});
  add("padding_unequal", {3, 6, 5}, {.name = "conv", .filters = 4, .kernel = 3, .padding = Padding::of(2, 0, 1, 3)});
  add("padding_over_kernel", {2, 4, 4},
      {.name = "conv", .filters = 3, .kernel = 2, .padding = Padding::of(3, 2, 2, 3)});
  add("conv1_2012", {3, 24, 24},
      {.name = "conv", .filters = 8, .kernel = 11, .stride = 4, .padding = Padding::of(0, 0, 3, 3)});
  add("same", {3, 5, 6}, {.name = "conv", .filters = 4, .kernel = 3, .padding = Padding::same()});
  add("same_even_kernel", {2, 5, 6}, {.name = "conv", .filters = 4, .kernel = 4, .padding = Padding::same()});
  add("same_stride", {2, 6, 7}, {.name = "conv", .filters = 5, .kernel = 3, .stride = 2, .padding = Padding::same()});
  add("groups", {4, 6, 6}, {.name = "conv", .filters = 6, .kernel = 3, .padding = Padding::all(1), .groups = 2});
  add("groups_of_three", {9, 5, 5}, {.name = "conv", .filters = 6, .kernel = 3, .groups = 3});
  add("groups_wide", {32, 7, 7}, {.name = "conv", .filters = 64, .kernel = 5, .padding = Padding::all(2), .groups = 2});
  add("each_channel_alone", {4, 6, 5},
      {.name = "conv", .filters = 4, .kernel = 3, .padding = Padding::all(1), .groups = 4});
  add("wide", {16, 8, 8}, {.name = "conv", .filters = 32, .kernel = 3, .padding = Padding::all(1)});
  add("odd_channels", {17, 5, 5}, {.name = "conv", .filters = 19, .kernel = 3});
}

void add_locally_connected(Table& table) {
  const auto add = [&](const std::string& what, Shape input, LocallyConnected2D local) {
    table.add("locally_connected2d", what, std::move(input), {local, flat()});
  };
  add("plain", {3, 6, 5}, {.name = "local", .filters = 4, .kernel = 3});
  add("padding", {4, 5, 5}, {.name = "local", .filters = 6, .kernel = 3, .padding = Padding::all(1)});
  add("padding_unequal", {2, 5, 4}, {.name = "local", .filters = 3, .kernel = 3, .padding = Padding::of(2, 0, 1, 3)});
  add("stride_no_bias", {3, 7, 8}, {.name = "local", .filters = 5, .kernel = 3, .stride = 2, .has_bias = false});
  add("whole_image", {3, 4, 4}, {.name = "local", .filters = 7, .kernel = 4});
  table.add("locally_connected2d", "behind_conv", {3, 8, 8},
            {Conv2D{.name = "conv", .filters = 16, .kernel = 3}, ReLU{"relu"},
             LocallyConnected2D{.name = "local", .filters = 5, .kernel = 3, .padding = Padding::all(1)}, ReLU{"relu_2"},
             flat(), Dense{.name = "fc", .units = 4}});
}

void add_max_pools(Table& table) {
  const auto add = [&](const std::string& what, Shape input, MaxPool2D pool, Tweaks tweaks = {}) {
    table.add("max_pool2d", what, std::move(input), {pool, flat()}, tweaks);
  };
  add("plain", {3, 6, 8}, {.name = "pool"});
  add("overlapping", {5, 9, 7}, {.name = "pool", .window = 3, .stride = 2});
  add("wide", {32, 7, 7}, {.name = "pool", .window = 3, .stride = 2});
  add("down", {3, 8, 8}, {.name = "pool", .window = 3, .stride = 2});
  add("up", {3, 8, 8}, {.name = "pool", .window = 3, .stride = 2, .rounding = PoolRounding::kUp});
  add("up_padded", {3, 6, 7}, {.name = "pool", .window = 2, .padding = Padding::all(1), .rounding = PoolRounding::kUp});
  add("up_window_over_image", {2, 2, 2}, {.name = "pool", .window = 3, .stride = 2, .rounding = PoolRounding::kUp});
  add("padding", {4, 6, 6}, {.name = "pool", .window = 3, .stride = 2, .padding = Padding::all(1)});
  add("padding_unequal", {2, 6, 5}, {.name = "pool", .window = 3, .stride = 2, .padding = Padding::of(2, 0, 1, 2)});
  add("same", {3, 5, 6}, {.name = "pool", .window = 3, .stride = 2, .padding = Padding::same()});
  add("stride_over_window", {3, 8, 9}, {.name = "pool", .window = 2, .stride = 3});
  add("whole_image", {6, 4, 4}, {.name = "pool", .window = 4, .stride = 4});
  add("ties", {4, 7, 7}, {.name = "pool", .window = 3, .stride = 2}, {.whole = true});
  const MaxPool2D to_all{.name = "pool", .window = 3, .stride = 2, .ties = MaxPool2D::Ties::kAll};
  add("ties_to_all", {4, 7, 7}, to_all, {.whole = true});
  add("ties_to_all_wide", {32, 7, 7}, to_all);
  table.add("max_pool2d", "ties_to_all_behind_relu", {3, 9, 9},
            {Conv2D{.name = "conv", .filters = 16, .kernel = 3}, ReLU{"relu"}, to_all, flat()}, {.whole = true});
}

void add_average_pools(Table& table) {
  const auto add = [&](const std::string& what, Shape input, AvgPool2D pool) {
    table.add("avg_pool2d", what, std::move(input), {pool, flat()});
  };
  using enum AvgPool2D::Divisor;
  const auto add_each = [&](const std::string& what, const Shape& input, AvgPool2D pool) {
    pool.divisor = kClippedWindow;
    add(what + "_clipped", input, pool);
    pool.divisor = kFullWindow;
    add(what + "_full", input, pool);
    pool.divisor = kOne;
    add(what + "_one", input, pool);
  };
  add_each("plain", {3, 6, 8}, {.name = "pool"});
  add_each("overlapping", {5, 9, 7}, {.name = "pool", .window = 3, .stride = 2});
  add_each("up", {3, 8, 8}, {.name = "pool", .window = 3, .stride = 2, .rounding = PoolRounding::kUp});
  add_each("padding", {4, 6, 6}, {.name = "pool", .window = 3, .stride = 2, .padding = Padding::all(1)});
  add_each("padding_unequal", {2, 6, 5},
           {.name = "pool", .window = 3, .stride = 2, .padding = Padding::of(2, 0, 1, 2)});
  add_each("same", {3, 5, 6}, {.name = "pool", .window = 3, .stride = 2, .padding = Padding::same()});
  add_each("up_padded", {3, 6, 7},
           {.name = "pool", .window = 2, .padding = Padding::all(1), .rounding = PoolRounding::kUp});
  add("wide", {32, 7, 7}, {.name = "pool", .window = 3, .stride = 2});
}

void add_elementwise(Table& table) {
  table.add("relu", "image", {5, 4, 6}, {ReLU{"relu"}, flat()});
  table.add("relu", "units", {23}, {ReLU{"relu"}});
  table.add("tanh", "image", {5, 4, 6}, {Tanh{"tanh"}, flat()});
  table.add("tanh", "units", {23}, {Tanh{"tanh"}}, {.input_scale = 3});
  table.add("sigmoid", "image", {5, 4, 6}, {Sigmoid{"sigmoid"}, flat()});
  table.add("sigmoid", "units", {23}, {Sigmoid{"sigmoid"}}, {.input_scale = 3});
  table.add("flatten", "image", {5, 3, 4}, {flat()});
  table.add("flatten", "after_conv", {2, 5, 5}, {Conv2D{.name = "conv", .filters = 16, .kernel = 2}, flat()});
}

void add_lrn(Table& table) {
  using enum LRN::Span;
  const auto add = [&](const std::string& what, Shape input, LRN lrn, double scale = 1) {
    table.add("lrn", what, std::move(input), {lrn, flat()}, {.input_scale = scale});
  };
  // Alpha is large where the input is small: the sum of squares must weigh.
  add("across", {8, 4, 5}, {.name = "lrn", .alpha = 1});
  add("across_paper", {16, 4, 5}, {.name = "lrn", .alpha = 1e-4}, 100);
  add("across_undivided", {8, 4, 5}, {.name = "lrn", .alpha = 0.3, .alpha_divided = false});
  add("across_groups", {16, 4, 4}, {.name = "lrn", .alpha = 1, .groups = 2});
  add("across_groups_narrow", {6, 4, 4}, {.name = "lrn", .alpha = 1, .groups = 3});
  add("across_size_three", {7, 4, 5}, {.name = "lrn", .size = 3, .alpha = 1, .k = 1});
  add("across_size_nine", {12, 3, 3}, {.name = "lrn", .size = 9, .alpha = 1, .k = 1});
  add("across_more_than_channels", {3, 4, 4}, {.name = "lrn", .size = 9, .alpha = 1});
  add("across_odd_channels", {13, 3, 5}, {.name = "lrn", .alpha = 1, .k = 1});
  add("across_beta_half", {8, 4, 5}, {.name = "lrn", .alpha = 1, .beta = 0.5});
  add("across_beta_one", {8, 4, 5}, {.name = "lrn", .alpha = 1, .beta = 1});
  add("across_wide", {48, 5, 5}, {.name = "lrn", .alpha = 1});
  add("within", {8, 6, 7}, {.name = "lrn", .span = kWithin, .size = 5, .alpha = 1, .k = 1});
  add("within_undivided", {4, 6, 7},
      {.name = "lrn", .span = kWithin, .size = 3, .alpha = 0.3, .k = 1, .alpha_divided = false});
  add("within_size_three", {5, 5, 6}, {.name = "lrn", .span = kWithin, .size = 3, .alpha = 1});
  add("within_more_than_map", {3, 2, 3}, {.name = "lrn", .span = kWithin, .size = 5, .alpha = 1});
  add("within_beta_half", {4, 5, 5}, {.name = "lrn", .span = kWithin, .size = 3, .alpha = 1, .beta = 0.5, .k = 1});
  add("within_beta_one", {4, 5, 5}, {.name = "lrn", .span = kWithin, .size = 3, .alpha = 1, .beta = 1, .k = 1});
}

void add_batch_norms(Table& table) {
  const auto add = [&](const std::string& what, Shape input, BatchNorm norm, Statistics statistics) {
    std::vector<Layer> layers = {norm};
    if (input.size() == 3) {
      layers.push_back(flat());
    }
    table.add("batch_norm", what, std::move(input), layers, {.statistics = statistics});
  };
  add("image", {5, 4, 3}, {.name = "norm"}, Statistics::kTraining);
  add("image_wide", {32, 4, 4}, {.name = "norm"}, Statistics::kTraining);
  add("image_unbiased", {4, 3, 3},
      {.name = "norm", .momentum = 0.9, .epsilon = 1e-5, .unbiased_running_variance = true}, Statistics::kTraining);
  add("image_inference", {5, 4, 3}, {.name = "norm"}, Statistics::kInference);
  add("units", {21}, {.name = "norm"}, Statistics::kTraining);
  add("units_unbiased", {8}, {.name = "norm", .momentum = 0.5, .unbiased_running_variance = true},
      Statistics::kTraining);
  add("units_inference", {21}, {.name = "norm"}, Statistics::kInference);
}

void add_dropouts(Table& table) {
  const auto add = [&](const std::string& what, Shape input, Dropout dropout, Statistics statistics) {
    std::vector<Layer> layers = {dropout};
    if (input.size() == 3) {
      layers.push_back(flat());
    }
    table.add("dropout", what, std::move(input), layers, {.statistics = statistics});
  };
  add("inverted", {37}, {.name = "drop"}, Statistics::kTraining);
  add("inverted_inference", {37}, {.name = "drop"}, Statistics::kInference);
  add("kept_scale", {37}, {.name = "drop", .rate = 0.4, .inverted = false}, Statistics::kTraining);
  add("kept_scale_inference", {37}, {.name = "drop", .rate = 0.4, .inverted = false}, Statistics::kInference);
  add("image", {3, 5, 5}, {.name = "drop", .rate = 0.3}, Statistics::kTraining);
  add("part_of_a_mask", {22}, {.name = "drop", .mask_name = "fc6_drop", .first_unit = 7}, Statistics::kTraining);
  add("rate_zero", {12}, {.name = "drop", .rate = 0}, Statistics::kTraining);
}

void add_dense(Table& table) {
  const auto add = [&](const std::string& what, std::int64_t inputs, Dense dense, Tweaks tweaks = {}) {
    table.add("dense", what, {inputs}, {dense}, tweaks);
  };
  add("plain", 12, {.name = "fc", .units = 5});
  add("no_bias", 12, {.name = "fc", .units = 5, .has_bias = false});
  add("odd", 33, {.name = "fc", .units = 17});
  add("wide", 128, {.name = "fc", .units = 64});
  add("soft_labels", 12, {.name = "fc", .units = 5}, {.soft = true});
  add("bias_twice", 12, {.name = "fc", .units = 5, .bias = {Initializer::constant(0), 2, 0}});
  add("hinge", 12, {.name = "fc", .units = 6}, {.output = OutputKind::kScores});
  table.add("dense", "after_image", {16, 3, 3}, {flat(), Dense{.name = "fc", .units = 10}});
}

void add_normalizes(Table& table) {
  const auto add = [&](const std::string& what, const Shape& input, Normalize normalize, bool facts = false) {
    // What reads the normalised pixels: backends may join the two.
    const std::vector<Layer> layers = {normalize, Conv2D{.name = "conv", .filters = 4, .kernel = 3, .stride = 2},
                                       flat()};
    table.add("normalize", what + "_bytes", input, layers, {.bytes = true, .facts = facts});
    table.add("normalize", what + "_numbers", input, layers, {.facts = facts, .input_scale = 60});
  };
  using enum Normalize::MeanAt;
  const double unit = 1.0 / 255;
  add("scale", {3, 7, 8}, {.name = "pixels"});
  add("grey", {1, 7, 7}, {.name = "pixels", .mean = {0.5}, .deviation = {0.25}});
  add("each_channel", {3, 6, 7}, {.name = "pixels", .mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}});
  add("one_mean", {3, 6, 6}, {.name = "pixels", .scale = unit, .mean = {0.4}});
  add("bgr", {3, 6, 7}, {.name = "pixels", .order = Normalize::Order::kBGR, .scale = unit, .mean = {0.4, 0.5, 0.6}});
  add("colour", {3, 6, 6}, {.name = "pixels", .scale = unit, .mean = {0.4}, .deviation = {0.3, 0.2, 0.4}}, true);
  add("mean_centre", {3, 6, 6},
      {.name = "pixels", .scale = unit, .mean_image = true, .mean_height = 9, .mean_width = 11}, true);
  add("mean_crop", {3, 6, 6},
      {.name = "pixels", .scale = unit, .mean_image = true, .mean_height = 9, .mean_width = 10, .mean_at = kCrop},
      true);
  add("mean_crop_bgr", {3, 5, 6},
      {.name = "pixels",
       .order = Normalize::Order::kBGR,
       .scale = unit,
       .mean_image = true,
       .mean_height = 8,
       .mean_width = 9,
       .mean_at = kCrop},
      true);
  table.add("normalize", "alone_bytes", {3, 4, 4}, {Normalize{.name = "pixels", .mean = {0.5}}, flat()},
            {.bytes = true});
}

/// A small network in the manner of the paper: groups, LRN, overlapping pools, dropout, biases that learn twice as fast
/// and do not decay.
std::vector<Layer> paper_layers() {
  const ParameterOptions bias{Initializer::constant(0.1), 2, 0};
  return {Normalize{.name = "pixels", .mean = {0.45}},
          Conv2D{.name = "conv1", .filters = 8, .kernel = 5, .stride = 2, .padding = Padding::all(2), .bias = bias},
          ReLU{"relu1"},
          LRN{.name = "lrn1", .alpha = 1},
          MaxPool2D{.name = "pool1", .window = 3, .stride = 2},
          Conv2D{.name = "conv2", .filters = 12, .kernel = 3, .padding = Padding::all(1), .groups = 2, .bias = bias},
          ReLU{"relu2"},
          MaxPool2D{.name = "pool2", .window = 3, .stride = 2, .rounding = PoolRounding::kUp},
          flat(),
          Dense{.name = "fc3", .units = 20, .bias = bias},
          ReLU{"relu3"},
          Dropout{.name = "drop3"},
          Dense{.name = "fc4", .units = 7, .bias = bias}};
}

void add_chains(Table& table) {
  table.add("chain", "paper", {3, 17, 17}, paper_layers(), {.bytes = true});
  table.add("chain", "paper_inference", {3, 17, 17}, paper_layers(),
            {.statistics = Statistics::kInference, .bytes = true});
  table.add("chain", "paper_hinge", {3, 17, 17}, paper_layers(), {.bytes = true, .output = OutputKind::kScores});
  table.add(
      "chain", "signed_lrn", {3, 12, 12},
      {Conv2D{.name = "conv1", .filters = 6, .kernel = 3}, LRN{.name = "lrn1", .alpha = 1, .groups = 2},
       MaxPool2D{.name = "pool1", .window = 3, .stride = 2}, ReLU{"relu1"},
       LRN{.name = "lrn2", .span = LRN::Span::kWithin, .alpha = 1, .k = 1}, flat(), Dense{.name = "fc2", .units = 5}});
  // A unit has as many values as rows: with a small epsilon two that lie close would blow up the rounding of all
  // before.
  table.add("chain", "batch_norm_dropout", {3, 9, 9},
            {Conv2D{.name = "conv1", .filters = 8, .kernel = 3}, ReLU{"relu1"}, MaxPool2D{.name = "pool1"},
             BatchNorm{.name = "norm1", .epsilon = 0.05}, flat(), Dense{.name = "fc2", .units = 16}, ReLU{"relu2"},
             Dropout{.name = "drop2", .rate = 0.4}, BatchNorm{.name = "norm2", .epsilon = 0.05},
             Dense{.name = "fc3", .units = 5}});
  table.add("chain", "lenet", {1, 12, 12},
            {Conv2D{.name = "conv1", .filters = 6, .kernel = 5, .padding = Padding::all(2)}, Tanh{"tanh1"},
             AvgPool2D{.name = "pool1"}, Conv2D{.name = "conv2", .filters = 8, .kernel = 3}, Sigmoid{"sigmoid2"},
             AvgPool2D{.name = "pool2"}, flat(), Dense{.name = "fc3", .units = 10}});
}

/// Convolutions behind another, with kernels large enough that backend cpu does them by spectra (docs/numerics.md).
void add_large_kernels(Table& table) {
  const auto behind = [&](const std::string& what, std::int64_t side, int channels, const Conv2D& conv) {
    table.add("spectra", what, {3, side, side},
              {Conv2D{.name = "conv1", .filters = channels, .kernel = 1}, ReLU{"relu1"}, conv, ReLU{"relu2"},
               MaxPool2D{.name = "pool2"}, flat(), Dense{.name = "fc3", .units = 5}});
  };
  behind("valid", 21, 32, {.name = "conv2", .filters = 32, .kernel = 11});
  behind("padded", 13, 32, {.name = "conv2", .filters = 32, .kernel = 7, .padding = Padding::all(3)});
  behind("groups", 13, 64, {.name = "conv2", .filters = 64, .kernel = 7, .padding = Padding::all(3), .groups = 2});
  behind("no_bias_even_kernel", 14, 32,
         {.name = "conv2", .filters = 48, .kernel = 8, .padding = Padding::of(2, 2, 3, 3), .has_bias = false});
}

/// First convolutions and dense layers whose extents are whole blocks, which backend cpu does by products of its own.
void add_products(Table& table) {
  const auto first = [&](const std::string& what, Shape input, const Conv2D& conv) {
    table.add("products", what, std::move(input), {conv, flat()});
  };
  first("padded", {3, 47, 71}, {.name = "conv", .filters = 48, .kernel = 11, .stride = 4, .padding = Padding::all(2)});
  first("unequal_padding", {4, 20, 17},
        {.name = "conv", .filters = 16, .kernel = 5, .padding = Padding::of(1, 3, 2, 0), .has_bias = false});
  first("grey", {1, 14, 30}, {.name = "conv", .filters = 32, .kernel = 3, .stride = 2});
  table.add("products", "dense", {1056},
            {Dense{.name = "fc1", .units = 608}, ReLU{"relu1"}, Dense{.name = "fc2", .units = 32, .has_bias = false}});
}

/// Convolutions which backend cpu does in tiles of outputs where it only infers (docs/numerics.md): behind another one,
/// and first ones of few channels, whose stride is folded away.
void add_tiles(Table& table) {
  const auto behind = [&](const std::string& what, const Shape& input, int channels, const Conv2D& conv) {
    table.add("tiles", what, input,
              {Conv2D{.name = "conv1", .filters = channels, .kernel = 1}, conv, ReLU{"relu2"}, flat(),
               Dense{.name = "fc3", .units = 5}},
              {.statistics = Statistics::kInference});
  };
  behind("padded", {3, 13, 13}, 24, {.name = "conv2", .filters = 32, .kernel = 3, .padding = Padding::all(1)});
  behind("large_kernel", {3, 27, 22}, 16, {.name = "conv2", .filters = 48, .kernel = 5, .padding = Padding::all(2)});
  behind("groups", {3, 11, 8}, 32,
         {.name = "conv2", .filters = 64, .kernel = 3, .padding = Padding::all(1), .groups = 2});
  behind("unequal_padding", {3, 15, 17}, 8,
         {.name = "conv2", .filters = 16, .kernel = 5, .padding = Padding::of(0, 2, 1, 4), .has_bias = false});
  behind("valid", {3, 10, 14}, 16, {.name = "conv2", .filters = 32, .kernel = 3});
  const auto first = [&](const std::string& what, const Shape& input, const Conv2D& conv) {
    table.add("tiles", what, input, {conv, ReLU{"relu1"}, flat(), Dense{.name = "fc2", .units = 5}},
              {.statistics = Statistics::kInference});
  };
  first("folded", {3, 51, 46}, {.name = "conv1", .filters = 16, .kernel = 11, .stride = 4, .padding = Padding::all(2)});
  first("folded_grey", {1, 43, 45}, {.name = "conv1", .filters = 32, .kernel = 11, .stride = 4});
  first("folded_unequal_padding", {2, 25, 30},
        {.name = "conv1",
         .filters = 16,
         .kernel = 5,
         .stride = 2,
         .padding = Padding::of(0, 2, 1, 4),
         .has_bias = false});
}

}  // namespace

const std::vector<LayerCase>& layer_cases() {
  static const std::vector<LayerCase> cases = [] {
    Table table;
    add_convolutions(table);
    add_locally_connected(table);
    add_max_pools(table);
    add_average_pools(table);
    add_elementwise(table);
    add_lrn(table);
    add_batch_norms(table);
    add_dropouts(table);
    add_dense(table);
    add_normalizes(table);
    add_chains(table);
    add_large_kernels(table);
    add_products(table);
    add_tiles(table);
    return std::move(table.cases);
  }();
  return cases;
}

bool is_for_kernels(std::string_view kind) { return kind == "spectra" || kind == "products" || kind == "tiles"; }

std::vector<std::string> layer_kinds() {
  std::vector<std::string> kinds;
  for (const LayerCase& layer_case : layer_cases()) {
    if (std::ranges::find(kinds, layer_case.kind) == kinds.end()) {
      kinds.push_back(layer_case.kind);
    }
  }
  return kinds;
}

std::vector<LayerCase> cases_of(const std::string& kind) {
  std::vector<LayerCase> cases;
  std::ranges::copy_if(layer_cases(), std::back_inserter(cases),
                       [&](const LayerCase& layer_case) { return layer_case.kind == kind; });
  return cases;
}

}  // namespace alexnet::test
