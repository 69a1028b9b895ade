#include "alexnet/models/models.h"

#include <algorithm>
#include <iterator>

#include "alexnet/core/error.h"

namespace alexnet::models {

const std::vector<Preset>& presets() {
  static const std::vector<Preset> all{
      {"lenet5", "five layers for 28x28 grey pictures: digits, clothes", "LeCun et al. 1998, as frameworks teach it",
       lenet5, 10},
      {"tutorial", "the tutorial's Keras network: batch normalisation, nothing padded",
       "a Chinese introduction to AlexNet (2019)", tutorial, 17},
      {"alexnet-2012", "the network that won in 2012, as its code has it",
       "the original source code, configuration 145", alexnet_2012, 1000},
      {"alexnet-2012-half", "the part of it that ran on one of its two graphics cards",
       "the original source code, configuration 145-half", alexnet_2012_half, 1000},
      {"alexnet-2012-nolrn", "without local response normalisation", "the original source code, configuration 148",
       alexnet_2012_nolrn, 1000},
      {"alexnet-2012-pool2", "with pools that do not overlap", "the original source code, configuration 147",
       alexnet_2012_pool2, 1000},
      {"alexnet-6conv", "with a sixth convolution behind the last pool", "the original source code, configuration 146",
       alexnet_6conv, 1000},
      {"alexnet-paper", "AlexNet as the paper's text describes it", "Krizhevsky, Sutskever, Hinton 2012", alexnet_paper,
       1000},
      {"alexnet-owt", "AlexNet in one tower, by its author two years later", "cuda-convnet2, layers-imagenet-1gpu.cfg",
       alexnet_owt, 1000},
      {"caffe-alexnet", "AlexNet as Caffe has it, for 227 pixels", "BVLC/caffe, bvlc_alexnet", caffe_alexnet, 1000},
      {"caffenet", "the same with each pool in front of the normalisation", "BVLC/caffe, bvlc_reference_caffenet",
       caffenet, 1000},
      {"alexnet-bn", "AlexNet with batch normalisation in place of LRN and biases", "this project", alexnet_bn, 1000},
      {"torchvision", "AlexNet as torchvision has it: one tower, no normalisation", "torchvision/models/alexnet.py",
       torchvision, 1000},
      {"cifar10-quick", "three convolutions and two dense layers for 32x32 pictures", "BVLC/caffe, cifar10_quick",
       cifar10_quick, 10},
      {"cifar10-full", "three convolutions, normalisation within maps, one dense layer", "BVLC/caffe, cifar10_full",
       cifar10_full, 10},
      {"cifar10-80sec", "the network of 26 % error in 80 seconds on CIFAR-10", "cuda-convnet, layers-80sec.cfg",
       cifar10_80sec, 10},
      {"cifar10-18pct", "that of 18 % error", "cuda-convnet, layers-18pct.cfg", cifar10_18pct, 10},
      {"cifar10-13pct", "that of 13 %: locally connected layers, cuts of 24 pixels",
       "cuda-convnet, layers-conv-local-13pct.cfg", cifar10_13pct, 10},
      {"cifar10-11pct", "that of 11 %: with normalisation across maps", "cuda-convnet2, layers-cifar10-11pct.cfg",
       cifar10_11pct, 10},
  };
  return all;
}

Network by_name(std::string_view name, int classes) {
  const auto found = std::ranges::find(presets(), name, &Preset::name);
  if (found == presets().end()) {
    std::vector<std::string> names;
    std::ranges::transform(presets(), std::back_inserter(names), &Preset::name);
    throw Error(Message::kUnknownNetwork, {{"where", std::string(name)}, {"nearest", nearest_name(name, names)}});
  }
  return found->make(classes == 0 ? found->classes : classes);
}

}  // namespace alexnet::models
