#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alexnet/network/network.h"

namespace alexnet::models {

/// LeNet-5 as frameworks teach it; 61,706 parameters at 10 classes. Source: spec 1.7a.
[[nodiscard]] Network lenet5(int classes = 10);
/// The tutorial's Keras network; 28,096,769 parameters at 17 classes. Source: spec 10.1.
[[nodiscard]] Network tutorial(int classes = 17);
/// Configuration 145 of the original code; 60,965,224 parameters. Source: spec 1.1, 2, 3, 4.
[[nodiscard]] Network alexnet_2012(int classes = 1000);
/// The paper's text: conv, ReLU, LRN (alpha as printed), pool; sigma 0.01 everywhere. Source: spec 1.1, 3, 4.1.
[[nodiscard]] Network alexnet_paper(int classes = 1000);
/// torchvision's AlexNet; 61,100,840 parameters. Source: spec 1.7.
[[nodiscard]] Network torchvision(int classes = 1000);

/// A network by name, for `classes` classes (0 = the preset's own number).
struct Preset {
  std::string name;
  std::string summary;  ///< one line for lists
  std::string source;
  Network (*make)(int classes);
  int classes;
};

[[nodiscard]] const std::vector<Preset>& presets();
/// Throws kUnknownNetwork with the nearest name.
[[nodiscard]] Network by_name(std::string_view name, int classes = 0);

}  // namespace alexnet::models
