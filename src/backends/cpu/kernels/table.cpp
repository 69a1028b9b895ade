#include "isa.h"

#define ALEXNET_TEXT_OF(x) #x
#define ALEXNET_TEXT(x) ALEXNET_TEXT_OF(x)

namespace alexnet::cpu::ALEXNET_ISA {

Kernels make_table() {
  Kernels table{};
  table.name = ALEXNET_TEXT(ALEXNET_ISA);
  fill_elementwise(table);
  fill_quantize(table);
  fill_pooling(table);
  fill_lrn(table);
  fill_batch_norm(table);
  fill_dropout(table);
  fill_fourier(table);
  fill_integers(table);
  fill_product(table);
  fill_update(table);
  fill_winograd(table);
  return table;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
