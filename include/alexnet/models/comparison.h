#pragma once

#include <string>

namespace alexnet::models {

/// Tables in Markdown of what the presets are and how they differ: sizes; layers; starts, learning rates and decay.
/// They stand in docs/models.md.
[[nodiscard]] std::string comparison_markdown();

/// Document `alexnet.networks`: networks[].{name, summary, source, input, classes, parameters, trainable, macs}.
[[nodiscard]] std::string comparison_json();

}  // namespace alexnet::models
