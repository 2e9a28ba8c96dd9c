// SPDX-License-Identifier: BSD-3-Clause
// AVX2: 32 bytes.
#include <immintrin.h>

#include "features/simd/kernels.h"

namespace vmaf_dnn::features {
namespace {

struct Avx2 {
  using I = __m256i;  // integers of 16 or 32 bits, as the operation's name says
  static constexpr int kBytes = 32;
};

}  // namespace

const Kernels kAvx2Kernels = {nullptr, nullptr, nullptr};

}  // namespace vmaf_dnn::features
