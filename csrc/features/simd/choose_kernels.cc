// SPDX-License-Identifier: BSD-3-Clause
#include "features/simd/kernels.h"
#include "isa.h"

namespace vmaf_dnn::features {

const Kernels kScalarKernels = {nullptr, nullptr, nullptr};

const Kernels& choose_kernels() {
  [[maybe_unused]] const Isa isa = choose_isa();
#if defined(__x86_64__)
  if (isa >= Isa::kAvx2) return kAvx2Kernels;
#endif
  return kScalarKernels;
}

}  // namespace vmaf_dnn::features
