#include "alexnet/network/initializer.h"

#include "network/field_visitor.h"

namespace alexnet {
namespace {

constexpr std::array<std::string_view, 5> kInitializerNames{"constant", "gaussian", "glorot_uniform", "he_normal",
                                                            "fan_in_uniform"};

}  // namespace

void fields(FieldVisitor& visitor, Initializer& initializer) {
  visitor.choice("kind", initializer.kind, kInitializerNames);
  visitor.field("value", initializer.value);
}

void fields(FieldVisitor& visitor, ParameterOptions& options) {
  visitor.group("init", options.init);
  visitor.field("rate", options.rate);
  visitor.field("decay", options.decay);
}

}  // namespace alexnet
