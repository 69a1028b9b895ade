#include "product.h"

#include <dnnl.h>

namespace alexnet::cpu::onednn {

void multiply(const Product& p, float alpha, const float* a, const float* b, bool add, float* c) {
  dnnl_sgemm(p.transpose_a ? 'T' : 'N', p.transpose_b ? 'T' : 'N', p.rows, p.columns, p.inner, alpha, a, p.a_pitch, b,
             p.b_pitch, add ? 1.0F : 0.0F, c, p.c_pitch);
}

}  // namespace alexnet::cpu::onednn
