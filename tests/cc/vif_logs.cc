// SPDX-License-Identifier: BSD-3-Clause
// The logarithms that AVX-512 computes against the table that defines them, mantissa by mantissa.
#include <cstdio>

#include "features/simd/avx512.inl"
#include "features/vif/log_table.h"

using namespace vmaf_dnn::features;

int main() {
  const VifLog table;
  const CurvedLog log(nullptr);
  for (uint32_t first = 0; first < 32768; first += 16) {
    uint32_t bits[16], found[16];
    // What is above the 15 bits of a mantissa and what is below them doesn't count.
    for (uint32_t i = 0; i < 16; ++i)
      bits[i] = (first + i) * 0x8000 * 32 + (first + i) * 32 + (first + i) % 32;
    Avx512::store(found, log(Avx512::load(bits)));
    for (uint32_t i = 0; i < 16; ++i) {
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
