#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alexnet/network/network.h"

/// Sources, layer tables and differences: docs/models.md.
namespace alexnet::models {

/// LeNet-5 as frameworks teach it; 61,706 parameters at 10 classes.
[[nodiscard]] Network lenet5(int classes = 10);
/// The tutorial's Keras network; 28,096,769 parameters at 17 classes.
[[nodiscard]] Network tutorial(int classes = 17);
/// Configuration 145 of the original code; 60,965,224 parameters.
[[nodiscard]] Network alexnet_2012(int classes = 1000);
/// One graphics card's half of it: the baseline of the claim that two are better; 59,798,312 parameters.
[[nodiscard]] Network alexnet_2012_half(int classes = 1000);
/// Configuration 148: no normalisation; parameters as 145.
[[nodiscard]] Network alexnet_2012_nolrn(int classes = 1000);
/// Configuration 147: pools that do not overlap; parameters as 145.
[[nodiscard]] Network alexnet_2012_pool2(int classes = 1000);
/// Configuration 146: a sixth convolution behind the last pool; 61,555,304 parameters.
[[nodiscard]] Network alexnet_6conv(int classes = 1000);
/// cuda-convnet2's network for one graphics card ("one weird trick"); 61,100,840 parameters.
[[nodiscard]] Network alexnet_owt(int classes = 1000);
/// The paper's text: conv, ReLU, LRN (alpha as printed), pool; sigma 0.01 everywhere.
[[nodiscard]] Network alexnet_paper(int classes = 1000);
/// Caffe's bvlc_alexnet: conv, ReLU, LRN, pool, in 227 pixels; 60,965,224 parameters.
[[nodiscard]] Network caffe_alexnet(int classes = 1000);
/// Caffe's bvlc_reference_caffenet: the pool in front of the LRN; 60,965,224 parameters.
[[nodiscard]] Network caffenet(int classes = 1000);
/// The paper's shapes with batch normalisation; 60,993,928 parameters, 60,974,792 of them trainable.
[[nodiscard]] Network alexnet_bn(int classes = 1000);
/// torchvision's AlexNet; 61,100,840 parameters.
[[nodiscard]] Network torchvision(int classes = 1000);

/// Caffe's cifar10_quick: 145,578 parameters.
[[nodiscard]] Network cifar10_quick(int classes = 10);
/// Caffe's cifar10_full: 89,578 parameters.
[[nodiscard]] Network cifar10_full(int classes = 10);
/// cuda-convnet's "26 % in 80 seconds": 145,578 parameters.
[[nodiscard]] Network cifar10_80sec(int classes = 10);
/// cuda-convnet's "18 %": 89,578 parameters.
[[nodiscard]] Network cifar10_18pct(int classes = 10);
/// cuda-convnet's "13 %", for cuts of 24 pixels, with locally connected layers: 1,116,490 parameters.
[[nodiscard]] Network cifar10_13pct(int classes = 10);
/// cuda-convnet2's "11 %": with normalisation across maps; 2,112,970 parameters.
[[nodiscard]] Network cifar10_11pct(int classes = 10);

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
