#include "alexnet/runtime/update_rule.h"

#include "alexnet/network/layer.h"

namespace alexnet {

std::vector<std::string> slots_of(const UpdateRule& rule) {
  return std::visit(Overload{[](const Sgd&) { return std::vector<std::string>{"momentum"}; },
                             [](const Adam&) {
                               return std::vector<std::string>{"adam_m", "adam_v"};
                             }},
                    rule);
}

}  // namespace alexnet
