#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/network/initializer.h"
#include "alexnet/network/padding.h"

namespace alexnet {

/// Walks over the options of a layer by name. One function a layer names its options once; a reader fills them and a
/// writer copies them out, so the two cannot disagree.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  /// The key must be there (an option without a default that works).
  virtual void require(std::string_view key) = 0;
  virtual void field(std::string_view key, int& value) = 0;
  virtual void field(std::string_view key, std::int64_t& value) = 0;
  virtual void field(std::string_view key, bool& value) = 0;
  virtual void field(std::string_view key, double& value) = 0;
  virtual void field(std::string_view key, std::string& value) = 0;
  virtual void field(std::string_view key, std::vector<double>& value) = 0;
  virtual void field(std::string_view key, Padding& value) = 0;

  /// An enum whose values are 0, 1, ... in the order of `names`.
  template <class Enum, std::size_t n>
  void choice(std::string_view key, Enum& value, const std::array<std::string_view, n>& names) {
    auto index = static_cast<std::size_t>(value);
    choose(key, index, names);
    value = static_cast<Enum>(index);
  }
  /// A group of options under one key.
  template <class Group>
  void group(std::string_view key, Group& value) {
    nest(key, [&value](FieldVisitor& inner) { fields(inner, value); });
  }

 protected:
  virtual void choose(std::string_view key, std::size_t& index, std::span<const std::string_view> names) = 0;
  virtual void nest(std::string_view key, const std::function<void(FieldVisitor&)>& inner) = 0;
};

void fields(FieldVisitor& visitor, Initializer& initializer);
void fields(FieldVisitor& visitor, ParameterOptions& options);

}  // namespace alexnet
