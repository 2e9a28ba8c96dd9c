// SPDX-License-Identifier: BSD-3-Clause
// AVX-512 F, BW, DQ and VL: 16 lanes, 32 registers. Pairs of int8, widened to int16, meet in vpmaddwd.
#pragma once

#include <immintrin.h>

#include "engine/fused_mlp/kernels/kernel.inl"

namespace vmaf_dnn::fused {
namespace {

struct Avx512 {
  using F = __m512;
  using I = __m512i;
  static constexpr int kLanes = 16;
  static constexpr int kTileVectors = 2;
  static constexpr int kBlock = 8;
  static constexpr int kPack = 2;

  static F load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, F x) { _mm512_storeu_ps(p, x); }
  static F broadcast(float x) { return _mm512_set1_ps(x); }
  // Four columns of sixteen rows, four in each quarter.
  static void transpose(const float* rows, int stride, F (&columns)[4]) {
    F quads[4];
    for (int i = 0; i < 4; ++i, rows += stride) {
      quads[i] = _mm512_castps128_ps512(_mm_loadu_ps(rows));
      quads[i] = _mm512_insertf32x4(quads[i], _mm_loadu_ps(rows + 4 * stride), 1);
      quads[i] = _mm512_insertf32x4(quads[i], _mm_loadu_ps(rows + 8 * stride), 2);
      quads[i] = _mm512_insertf32x4(quads[i], _mm_loadu_ps(rows + 12 * stride), 3);
    }
    for (int half = 0; half < 2; ++half) {
      const F even =
          half == 0 ? _mm512_unpacklo_ps(quads[0], quads[1]) : _mm512_unpackhi_ps(quads[0], quads[1]);
      const F odd =
          half == 0 ? _mm512_unpacklo_ps(quads[2], quads[3]) : _mm512_unpackhi_ps(quads[2], quads[3]);
      columns[2 * half] = _mm512_shuffle_ps(even, odd, _MM_SHUFFLE(1, 0, 1, 0));
      columns[2 * half + 1] = _mm512_shuffle_ps(even, odd, _MM_SHUFFLE(3, 2, 3, 2));
    }
  }
  static F add(F a, F b) { return _mm512_add_ps(a, b); }
  static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
  static F div(F a, F b) { return _mm512_div_ps(a, b); }
  static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
  static F negated_fma(F a, F b, F c) { return _mm512_fnmadd_ps(a, b, c); }
  static F min(F a, F b) { return _mm512_min_ps(a, b); }
  static F max(F a, F b) { return _mm512_max_ps(a, b); }
  static F where_equal(F a, F b, F yes, F no) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ), no, yes);
  }
  static float lowest(F x) { return _mm512_reduce_min_ps(x); }
  static float highest(F x) { return _mm512_reduce_max_ps(x); }

  static I round(F x) { return _mm512_cvtps_epi32(x); }
  static F to_float(I x) { return _mm512_cvtepi32_ps(x); }
  static I load(const int32_t* p) { return _mm512_loadu_si512(p); }
  static void store(int32_t* p, I x) { _mm512_storeu_si512(p, x); }
  static I broadcast_word(int32_t x) { return _mm512_set1_epi32(x); }
  static I add(I a, I b) { return _mm512_add_epi32(a, b); }
  static I sub(I a, I b) { return _mm512_sub_epi32(a, b); }
  static I mul(I a, I b) { return _mm512_mullo_epi32(a, b); }
  static I clamp_to_byte(I x) {
    return _mm512_min_epi32(_mm512_max_epi32(x, _mm512_setzero_si512()), _mm512_set1_epi32(255));
  }
  // The places of one lane, clamped to bytes, come together in its word. The packing instructions work in
  // groups of four lanes and leave them place by place; one shuffle in each group puts them lane by lane.
  static I pack(const I (&places)[kPack]) {
    const I halves = clamp_halves(_mm512_packs_epi32(places[0], places[1]));
    return _mm512_shuffle_epi8(halves, _mm512_set4_epi32(0x0f0e0706, 0x0d0c0504, 0x0b0a0302, 0x09080100));
  }
  static I clamp_halves(I x) {
    return _mm512_min_epi16(_mm512_max_epi16(x, _mm512_setzero_si512()), _mm512_set1_epi16(255));
  }
  static I dot(I sum, I x, I w) { return _mm512_add_epi32(sum, _mm512_madd_epi16(x, w)); }
  static float first(F x) { return _mm512_cvtss_f32(x); }
  static int32_t first(I x) { return _mm512_cvtsi512_si32(x); }
  static void store_packed(int32_t* words, int k, I places) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + k / kPack),
                        _mm512_cvtepi32_epi16(clamp_to_byte(places)));
  }
};

}  // namespace
}  // namespace vmaf_dnn::fused
