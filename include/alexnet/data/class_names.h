#pragma once

#include <map>
#include <string>
#include <vector>

namespace alexnet {

/// What people call a class beside its name in the model; either may be empty.
struct ClassNames {
  std::string chinese;
  std::string latin;
};

/// By class, of a model whose classes are those of a known set (flowers17, fashion-mnist, cifar10) in any order; else
/// nothing.
[[nodiscard]] std::map<std::string, ClassNames> known_names(const std::vector<std::string>& classes);

}  // namespace alexnet
