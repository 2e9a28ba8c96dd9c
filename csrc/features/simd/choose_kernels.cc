// SPDX-License-Identifier: BSD-3-Clause
#include "base/isa.h"
#include "features/simd/kernels.h"

namespace vmaf_dnn::features {

const Kernels kScalarKernels = {nullptr, nullptr, nullptr, nullptr, nullptr};

const Kernels& choose_kernels() {
  switch (choose_isa()) {
#if defined(__x86_64__)
    case Isa::kAvx512Vnni:
      return kAvx512VnniKernels;
    case Isa::kAvx512:
      return kAvx512Kernels;
    case Isa::kAvxVnni:
      return kAvxVnniKernels;
    case Isa::kAvx2:
      return kAvx2Kernels;
#endif
    default:
      return kScalarKernels;
  }
}

}  // namespace vmaf_dnn::features
