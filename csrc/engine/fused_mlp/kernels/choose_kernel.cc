// SPDX-License-Identifier: BSD-3-Clause
#include "base/isa.h"
#include "engine/fused_mlp/kernels/kernel.h"

namespace vmaf_dnn::fused {

const Kernel& choose_kernel() {
  switch (choose_isa()) {
#if defined(__x86_64__)
    case Isa::kAvx512Vnni:
      return kAvx512VnniKernel;
    case Isa::kAvx512:
      return kAvx512Kernel;
    case Isa::kAvxVnni:
      return kAvxVnniKernel;
    case Isa::kAvx2:
      return kAvx2Kernel;
#endif
    default:
      return kScalarKernel;
  }
}

}  // namespace vmaf_dnn::fused
