// SPDX-License-Identifier: BSD-3-Clause
// AVX2 and FMA: 8 lanes, 16 registers. Pairs of int8, widened to int16, meet in vpmaddwd, which is exact
// (vpmaddubsw would saturate).
#pragma once

#include <immintrin.h>

#include "engine/fused_mlp/kernels/kernel.inl"

namespace vmaf_dnn::fused {
namespace {

struct Avx2 {
  using F = __m256;
  using I = __m256i;
  static constexpr int kLanes = 8;
  static constexpr int kTileVectors = 3;
  static constexpr int kBlock = 4;
  static constexpr int kPack = 2;

  static F load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, F x) { _mm256_storeu_ps(p, x); }
  static F broadcast(float x) { return _mm256_set1_ps(x); }
  // Four columns of eight rows, of which the second four lie in the upper halves.
  static void transpose(const float* rows, int stride, F (&columns)[4]) {
    F quads[4];
    for (int i = 0; i < 4; ++i)
      quads[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(rows + i * stride)),
                                      _mm_loadu_ps(rows + (i + 4) * stride), 1);
    for (int half = 0; half < 2; ++half) {
      const F even =
          half == 0 ? _mm256_unpacklo_ps(quads[0], quads[1]) : _mm256_unpackhi_ps(quads[0], quads[1]);
      const F odd =
          half == 0 ? _mm256_unpacklo_ps(quads[2], quads[3]) : _mm256_unpackhi_ps(quads[2], quads[3]);
      columns[2 * half] = _mm256_shuffle_ps(even, odd, _MM_SHUFFLE(1, 0, 1, 0));
      columns[2 * half + 1] = _mm256_shuffle_ps(even, odd, _MM_SHUFFLE(3, 2, 3, 2));
    }
  }
  static F add(F a, F b) { return _mm256_add_ps(a, b); }
  static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
  static F div(F a, F b) { return _mm256_div_ps(a, b); }
  static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
  static F negated_fma(F a, F b, F c) { return _mm256_fnmadd_ps(a, b, c); }
  static F min(F a, F b) { return _mm256_min_ps(a, b); }
  static F max(F a, F b) { return _mm256_max_ps(a, b); }
  static F where_equal(F a, F b, F yes, F no) {
    return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_EQ_OQ));
  }
  static float lowest(F x) {
    __m128 m = _mm_min_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    m = _mm_min_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_min_ss(m, _mm_movehdup_ps(m)));
  }
  static float highest(F x) {
    __m128 m = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    m = _mm_max_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
  }

  static I round(F x) { return _mm256_cvtps_epi32(x); }
  static F to_float(I x) { return _mm256_cvtepi32_ps(x); }
  static I load(const int32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const I*>(p)); }
  static void store(int32_t* p, I x) { _mm256_storeu_si256(reinterpret_cast<I*>(p), x); }
  static I broadcast_word(int32_t x) { return _mm256_set1_epi32(x); }
  static I add(I a, I b) { return _mm256_add_epi32(a, b); }
  static I sub(I a, I b) { return _mm256_sub_epi32(a, b); }
  static I mul(I a, I b) { return _mm256_mullo_epi32(a, b); }
  static I clamp_to_byte(I x) {
    return _mm256_min_epi32(_mm256_max_epi32(x, _mm256_setzero_si256()), _mm256_set1_epi32(255));
  }
  // Pairs of places become pairs of int16 in one word.
  static I pack(const I (&places)[kPack]) {
    const I halves = clamp_halves(_mm256_packs_epi32(places[0], places[1]));
    const I pairs = _mm256_set_epi8(15, 14, 7, 6, 13, 12, 5, 4, 11, 10, 3, 2, 9, 8, 1, 0, 15, 14, 7, 6, 13,
                                    12, 5, 4, 11, 10, 3, 2, 9, 8, 1, 0);
    return _mm256_shuffle_epi8(halves, pairs);
  }
  static I clamp_halves(I x) {
    return _mm256_min_epi16(_mm256_max_epi16(x, _mm256_setzero_si256()), _mm256_set1_epi16(255));
  }
  static I dot(I sum, I x, I w) { return _mm256_add_epi32(sum, _mm256_madd_epi16(x, w)); }
  static float first(F x) { return _mm256_cvtss_f32(x); }
  static int32_t first(I x) { return _mm256_cvtsi256_si32(x); }
  // Eight places become eight int16, in order.
  static void store_packed(int32_t* words, int k, I places) {
    const I bytes = clamp_to_byte(places);
    const __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(words + k / kPack), halves);
  }
};

}  // namespace
}  // namespace vmaf_dnn::fused
