// SPDX-License-Identifier: BSD-3-Clause
// AVX-512 F, BW, DQ and VL: 16 lanes, 32 registers. `kUseVnni` chooses between pairs of int16 (vpmaddwd) and
// quads of bytes (vpdpbusd); everything else is the same.
#pragma once

#include <immintrin.h>

#include "engine/fused_mlp/kernel.inl"

namespace vmaf_dnn::fused {
namespace {

struct Avx512 {
  using F = __m512;
  using I = __m512i;
  static constexpr int kLanes = 16;
  static constexpr int kTileVectors = 2;
  static constexpr int kBlock = 8;
  static constexpr int kPack = kUseVnni ? 4 : 2;

  static F load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, F x) { _mm512_storeu_ps(p, x); }
  static F broadcast(float x) { return _mm512_set1_ps(x); }
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
#if VMAF_DNN_USE_VNNI
    const I bytes = _mm512_packus_epi16(_mm512_packs_epi32(places[0], places[1]),
                                        _mm512_packs_epi32(places[2], places[3]));
    return _mm512_shuffle_epi8(bytes, _mm512_set4_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400));
#else
    const I halves = clamp_halves(_mm512_packs_epi32(places[0], places[1]));
    return _mm512_shuffle_epi8(halves, _mm512_set4_epi32(0x0f0e0706, 0x0d0c0504, 0x0b0a0302, 0x09080100));
#endif
  }
  static I clamp_halves(I x) {
    return _mm512_min_epi16(_mm512_max_epi16(x, _mm512_setzero_si512()), _mm512_set1_epi16(255));
  }
  static I dot(I sum, I x, I w) {
#if VMAF_DNN_USE_VNNI
    // GCC 12 copies every accumulator around the intrinsic, which costs a fifth of the whole run.
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w));
    return sum;
#else
    return _mm512_add_epi32(sum, _mm512_madd_epi16(x, w));
#endif
  }
  static float first(F x) { return _mm512_cvtss_f32(x); }
  static int32_t first(I x) { return _mm512_cvtsi512_si32(x); }
  static void store_packed(int32_t* words, int k, I places) {
    const I byte = clamp_to_byte(places);
    if (kPack == 4)
      _mm_storeu_si128(reinterpret_cast<__m128i*>(words + k / kPack), _mm512_cvtepi32_epi8(byte));
    else
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + k / kPack), _mm512_cvtepi32_epi16(byte));
  }
};

}  // namespace
}  // namespace vmaf_dnn::fused
