// SPDX-License-Identifier: BSD-3-Clause
// The logarithms that kernels compute against the table that defines them, mantissa by mantissa.
#include <cstdio>

#if defined(__AVX512F__)
#include "features/simd/avx512.inl"
#else
#include "features/simd/avx2.inl"
#endif
#include "features/vif/log_table.h"

using namespace vmaf_dnn::features;

namespace {

#if defined(__AVX512F__)
using Isa = Avx512;
#else
using Isa = Avx2;
#endif

}  // namespace

int main() {
  constexpr uint32_t kLanes = Isa::kBytes / 4;
  const VifLog table;
  const Isa::VifLog log;
  for (uint32_t first = 0; first < 32768; first += kLanes) {
    uint32_t bits[kLanes], found[kLanes];
    // What is above the 15 bits of a mantissa and what is below them doesn't count.
    for (uint32_t i = 0; i < kLanes; ++i)
      bits[i] = (first + i) * 0x8000 * 32 + (first + i) * 32 + (first + i) % 32;
    Isa::store(found, log(Isa::load(bits)));
    for (uint32_t i = 0; i < kLanes; ++i) {
      const uint64_t number = 131072 + 4 * (first + i);
      const auto expected = static_cast<uint32_t>(table(number) - table(131072));
      if (found[i] != expected) {
        std::printf("mantissa %u has %u, not %u\n", first + i, found[i], expected);
        return 1;
      }
    }
  }
  std::puts("32768 equal");
}
