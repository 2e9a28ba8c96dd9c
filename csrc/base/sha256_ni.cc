// SPDX-License-Identifier: BSD-3-Clause
// The instructions want the state as (a, b, e, f) and (c, d, g, h), and take two rounds at a time.
#include <immintrin.h>

#include "base/sha256_rounds.h"

namespace vmaf_dnn {

void sha256_compress_ni(uint32_t* state, const uint8_t* blocks, std::size_t n_blocks) {
  const __m128i swap_bytes = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state)), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

  for (std::size_t i = 0; i < n_blocks; ++i, blocks += kSha256BlockBytes) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i w[4];  // the last sixteen words of the message schedule
    for (int q = 0; q < 4; ++q)
      w[q] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks) + q), swap_bytes);
#pragma GCC unroll 16
    for (int t = 0; t < 16; ++t) {
      const auto* constants = reinterpret_cast<const __m128i*>(kSha256RoundConstants) + t;
      const __m128i sum = _mm_add_epi32(w[t % 4], _mm_loadu_si128(constants));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
      const __m128i last = w[(t + 3) % 4];
      const __m128i middle = _mm_alignr_epi8(last, w[(t + 2) % 4], 4);
      const __m128i next = _mm_add_epi32(_mm_sha256msg1_epu32(w[t % 4], w[(t + 1) % 4]), middle);
      if (t < 12) w[t % 4] = _mm_sha256msg2_epu32(next, last);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }

  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

}  // namespace vmaf_dnn
