#include "explain/lattice.h"

namespace alexnet::explain {
namespace {

/// On top of a layer whose cells lie `step` apart, the first window's centre lies (size - 1) / 2 - padding cells on.
void slide(Lattice& lattice, const Shape& input, int size, int stride, const Padding& padding) {
  const Padding p = padding.resolved(input[1], input[2], size, stride);
  lattice.x += ((size - 1) / 2.0 - p.left) * lattice.step_x;
  lattice.y += ((size - 1) / 2.0 - p.top) * lattice.step_y;
  lattice.step_x *= stride;
  lattice.step_y *= stride;
}

}  // namespace

Lattice lattice_of(const Network& network, std::size_t layer) {
  Lattice lattice;
  for (std::size_t i = 0; i <= layer; ++i) {
    const Shape& input = network.facts(i).input;
    std::visit(
        Overload{[&](const Conv2D& l) { slide(lattice, input, l.kernel, l.stride, l.padding); },
                 [&](const LocallyConnected2D& l) { slide(lattice, input, l.kernel, l.stride, l.padding); },
                 [&](const MaxPool2D& l) { slide(lattice, input, l.window, l.stride, l.padding); },
                 [&](const AvgPool2D& l) { slide(lattice, input, l.window, l.stride, l.padding); }, [](const auto&) {}},
        network.layers()[i]);
  }
  return lattice;
}

}  // namespace alexnet::explain
