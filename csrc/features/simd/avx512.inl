// SPDX-License-Identifier: BSD-3-Clause
// AVX-512 (F, BW, DQ, VL): 64 bytes. Masks are vectors, but for some of lanes; interleaving and packing stay
// within quarters of 16 bytes, so that one undoes the other.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "features/adm/fast/kernels.inl"
#include "features/cambi/fast/kernels.inl"
#include "features/motion/fast/rows.inl"
#include "features/simd/kernels.h"
#include "features/speed_chroma/fast/kernels.inl"
#include "features/vif/fast/kernels.inl"
#include "features/vif/fast/log_curves.h"

namespace vmaf_dnn::features {
namespace {

// Logarithms by parabolas, whose coefficients stay in registers.
class ParabolicLog {
 public:
  VMAF_DNN_INLINE __m512i operator()(__m512i word) const {
    const __m512i curve = _mm512_srli_epi32(word, kLogMantissa - 5);  // its low 5 bits count
    const __m512 x = _mm512_cvtepi32_ps(_mm512_and_si512(word, _mm512_set1_epi32(1023 << 5)));
    const __m512 slope = _mm512_fmadd_ps(square_.at(curve), x, slope_.at(curve));
    return _mm512_cvttps_epi32(_mm512_fmadd_ps(slope, x, level_.at(curve)));
  }

 private:
  struct Coefficients {
    __m512 first, second;

    explicit Coefficients(const float (&of)[32])
        : first(_mm512_loadu_ps(of)), second(_mm512_loadu_ps(of + 16)) {}
    VMAF_DNN_INLINE __m512 at(__m512i curve) const { return _mm512_permutex2var_ps(first, curve, second); }
  };

  Coefficients level_{kVifParabolas.coefficients[0]}, slope_{kVifParabolas.coefficients[1]},
      square_{kVifParabolas.coefficients[2]};
};

struct Avx512 {
  using I = __m512i;  // integers of the width that the operation's name says
  using D = __m512d;
  using VifLog = ParabolicLog;
  static constexpr int kBytes = 64;
  static constexpr bool kHasManyRegisters = true;
  static constexpr int kVifRows = 4;

  static I load(const void* p) { return _mm512_loadu_si512(p); }
  static I load_bytes(const uint8_t* p) {  // widened to 16 bits
    return _mm512_cvtepu8_epi16(load_half(p));
  }
  static void store(void* p, I x) { _mm512_storeu_si512(p, x); }
  static I zero() { return _mm512_setzero_si512(); }
  static I set16(int16_t x) { return _mm512_set1_epi16(x); }
  static I set32(uint32_t x) { return _mm512_set1_epi32(static_cast<int32_t>(x)); }
  static I set64(int64_t x) { return _mm512_set1_epi64(x); }

  static I bit_and(I a, I b) { return _mm512_and_si512(a, b); }
  static I bit_xor(I a, I b) { return _mm512_xor_si512(a, b); }
  static I bit_or(I a, I b) { return _mm512_or_si512(a, b); }
  static uint32_t bits_of_all32(I x) { return static_cast<uint32_t>(_mm512_reduce_or_epi32(x)); }
  static I and_not(I mask, I x) { return _mm512_andnot_si512(mask, x); }
  static bool any(I x) { return _mm512_test_epi32_mask(x, x) != 0; }  // bit set

  static I mul_low16(I a, I b) { return _mm512_mullo_epi16(a, b); }
  static I mul_high_u16(I a, I b) { return _mm512_mulhi_epu16(a, b); }
  // sum + a0 * b0 + a1 * b1. Unless it is held back, GCC makes all products before the sums, and spills them.
  static I add_products16(I sum, I a, I b) {
    return in_register(_mm512_add_epi32(sum, _mm512_madd_epi16(a, b)));
  }
  static I in_register(I x) {
    asm volatile("" : "+v"(x));
    return x;
  }
  static I interleave_low16(I a, I b) { return _mm512_unpacklo_epi16(a, b); }
  static I interleave_high16(I a, I b) { return _mm512_unpackhi_epi16(a, b); }

  static I add32(I a, I b) { return _mm512_add_epi32(a, b); }
  static I sub32(I a, I b) { return _mm512_sub_epi32(a, b); }
  static I max32(I a, I b) { return _mm512_max_epi32(a, b); }
  static __mmask16 greater32(I a, I b) { return _mm512_cmpgt_epi32_mask(a, b); }
  // With masks of lanes.
  static __mmask16 both(__mmask16 a, __mmask16 b) { return _kand_mask16(a, b); }
  static bool any(__mmask16 mask) { return mask != 0; }
  static bool all(__mmask16 mask) { return mask == 0xffff; }
  static I count32(I counts, __mmask16 mask) { return _mm512_mask_add_epi32(counts, mask, counts, set32(1)); }
  static I add_where32(I sum, __mmask16 mask, I x) { return _mm512_mask_add_epi32(sum, mask, sum, x); }
  static I clear_where32(__mmask16 mask, I x) { return _mm512_maskz_mov_epi32(_knot_mask16(mask), x); }
  static I shift_left32(I x, int n) { return _mm512_slli_epi32(x, static_cast<unsigned>(n)); }
  static I shift_right32(I x, int n) { return _mm512_srai_epi32(x, static_cast<unsigned>(n)); }
  static I shift_right_u32(I x, int n) { return _mm512_srli_epi32(x, static_cast<unsigned>(n)); }
  static I pack32(I a, I b) { return _mm512_packs_epi32(a, b); }
  static I pack_u32(I a, I b) { return _mm512_packus_epi32(a, b); }
  static I in_order(I packed) {
    return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), packed);
  }
  static I pack_in_order_u32(I a, I b) { return in_order(pack_u32(a, b)); }
  static int64_t sum32(I x) {
    return sum64(_mm512_add_epi64(_mm512_cvtepi32_epi64(_mm512_castsi512_si256(x)),
                                  _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(x, 1))));
  }

  static I add64(I a, I b) { return _mm512_add_epi64(a, b); }
  static I shift_right_u64(I x, int n) { return _mm512_srli_epi64(x, static_cast<unsigned>(n)); }
  static I mul_even_u32(I a, I b) { return _mm512_mul_epu32(a, b); }
  static I merge_odd32(I even, I odd) { return _mm512_mask_mov_epi32(even, 0xAAAA, odd); }
  static int64_t sum64(I x) { return _mm512_reduce_add_epi64(x); }

  static I float_bits(I x) { return _mm512_castps_si512(_mm512_cvtepi32_ps(x)); }
  static D set_double(double x) { return _mm512_set1_pd(x); }
  static __m256i half_of(I x, int half) {
    return half == 0 ? _mm512_castsi512_si256(x) : _mm512_extracti64x4_epi64(x, 1);
  }
  static D to_double(I x, int half) { return _mm512_cvtepi32_pd(half_of(x, half)); }
  static D add(D a, D b) { return _mm512_add_pd(a, b); }
  static D sub(D a, D b) { return _mm512_sub_pd(a, b); }
  static D mul(D a, D b) { return _mm512_mul_pd(a, b); }
  static D div(D a, D b) { return _mm512_div_pd(a, b); }
  static D min(D a, D b) { return _mm512_min_pd(a, b); }
  static D max(D a, D b) { return _mm512_max_pd(a, b); }
  static bool any_above(D x, D limit) { return _mm512_cmp_pd_mask(x, limit, _CMP_GT_OQ) != 0; }
  static D floor(D x) { return _mm512_roundscale_pd(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
  // whole + floor(x), for whole numbers that are kept kFloorOffset too large: the sum has no fraction then.
  static constexpr double kFloorOffset = 0x1p52;
  static D add_floor(D whole, D x) {
    return _mm512_add_round_pd(whole, x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  }
  static D load_doubles(const int32_t* p) { return _mm512_cvtepi32_pd(load_half(p)); }
  // The upper word of each.
  static I high_words(D low, D high) {
    const I odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    return _mm512_permutex2var_epi32(_mm512_castpd_si512(low), odd, _mm512_castpd_si512(high));
  }

  // ADM and motion.
  using F = __m512;
  static constexpr int kWords = 32;  // of 16 bits
  static constexpr int kLanes = 16;  // of 32 bits

  static I load_lanes(const int16_t* p) { return _mm512_cvtepi16_epi32(load_half(p)); }
  static I load_lanes(const uint16_t* p) { return _mm512_cvtepu16_epi32(load_half(p)); }
  static I load_lanes(const int32_t* p) { return load(p); }
  static __m256i load_half(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
  static I load_words(const uint8_t* p) { return load_bytes(p); }
  static I load_words(const uint16_t* p) { return load(p); }
  static I select(I mask, I yes, I no) { return _mm512_ternarylogic_epi64(mask, yes, no, 0xCA); }
  // The first n words or lanes, fewer than there are; 0 after them.
  static I first16(I x, int n) { return _mm512_maskz_mov_epi16((1U << n) - 1, x); }
  static I first32(I x, int n) { return _mm512_maskz_mov_epi32(static_cast<__mmask16>((1U << n) - 1), x); }

  static I add16(I a, I b) { return _mm512_add_epi16(a, b); }
  static I sub16(I a, I b) { return _mm512_sub_epi16(a, b); }
  static I min16(I a, I b) { return _mm512_min_epi16(a, b); }
  static I max16(I a, I b) { return _mm512_max_epi16(a, b); }
  static I min_u16(I a, I b) { return _mm512_min_epu16(a, b); }
  static I greater16(I a, I b) { return _mm512_movm_epi16(_mm512_cmpgt_epi16_mask(a, b)); }
  static I abs16(I x) { return _mm512_abs_epi16(x); }
  static I sign16(I x, I sign) {  // 0 where `sign` is
    const I kept = _mm512_maskz_mov_epi16(_mm512_test_epi16_mask(sign, sign), x);
    return _mm512_mask_sub_epi16(kept, _mm512_movepi16_mask(sign), zero(), x);
  }
  static I mul_round16(I a, I b) { return _mm512_mulhrs_epi16(a, b); }    // (a * b + 2^14) >> 15
  static I average_u16(I a, I b) { return _mm512_avg_epu16(a, b); }       // (a + b + 1) >> 1
  static I pair_products16(I a, I b) { return _mm512_madd_epi16(a, b); }  // a0 * b0 + a1 * b1

  static I min32(I a, I b) { return _mm512_min_epi32(a, b); }
  static I abs32(I x) { return _mm512_abs_epi32(x); }
  static I sign32(I x, I sign) {
    const I kept = _mm512_maskz_mov_epi32(_mm512_test_epi32_mask(sign, sign), x);
    return _mm512_mask_sub_epi32(kept, _mm512_movepi32_mask(sign), zero(), x);
  }
  static I mul_low32(I a, I b) { return _mm512_mullo_epi32(a, b); }
  static I pack_in_order32(I a, I b) { return in_order(pack32(a, b)); }
  static I mul_even32(I a, I b) { return _mm512_mul_epi32(a, b); }
  static I shift_left64(I x, int n) { return _mm512_slli_epi64(x, static_cast<unsigned>(n)); }

  static F set_float(float x) { return _mm512_set1_ps(x); }
  static F to_float(I x) { return _mm512_cvtepi32_ps(x); }
  static F add(F a, F b) { return _mm512_add_ps(a, b); }
  static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
  static F abs(F x) { return _mm512_abs_ps(x); }
  static I at_least(F a, F b) { return _mm512_movm_epi32(_mm512_cmp_ps_mask(a, b, _CMP_GE_OQ)); }
  static I less(F a, F b) { return _mm512_movm_epi32(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ)); }

  static D abs(D x) { return _mm512_abs_pd(x); }
  static D select(D mask, D yes, D no) {
    return _mm512_castsi512_pd(
        select(_mm512_castpd_si512(mask), _mm512_castpd_si512(yes), _mm512_castpd_si512(no)));
  }
  static D to_mask(I x, int half) { return _mm512_castsi512_pd(_mm512_cvtepi32_epi64(half_of(x, half))); }
  static I round(D low, D high) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtpd_epi32(low)), _mm512_cvtpd_epi32(high), 1);
  }
  // Of x >= 0, to the nearest of 15 significant bits, halves upwards.
  static D round_to_15_bits(D x) {
    const I rounded = add64(_mm512_castpd_si512(x), set64(int64_t{1} << 37));
    return _mm512_castsi512_pd(bit_and(rounded, set64(-(int64_t{1} << 38))));
  }
  // 2^(k - e) of 2^e m with 1 <= m < 2.
  static D inverse_power(D x, int k) {
    const I exponent = bit_and(_mm512_castpd_si512(x), set64(int64_t{0x7FF} << 52));
    return _mm512_castsi512_pd(_mm512_sub_epi64(set64(int64_t{0x7FE + k} << 52), exponent));
  }

  // CAMBI.
  static I add8(I a, I b) { return _mm512_add_epi8(a, b); }
  static I sub8(I a, I b) { return _mm512_sub_epi8(a, b); }
  static I sum_pairs_u8(I x) { return _mm512_maddubs_epi16(x, _mm512_set1_epi8(1)); }
  static I widen_u8(I x, int half) { return _mm512_cvtepu8_epi16(half_of(x, half)); }
  static I widen_u16(I x, int half) { return _mm512_cvtepu16_epi32(half_of(x, half)); }
  static I equal16(I a, I b) { return _mm512_movm_epi16(_mm512_cmpeq_epi16_mask(a, b)); }
  // A bit for each lane of a0 and then of a1.
  static uint64_t equal_bits16(I a0, I b0, I a1, I b1) {
    return uint64_t{_mm512_cmpeq_epi16_mask(a1, b1)} << 32 | _mm512_cmpeq_epi16_mask(a0, b0);
  }
  static uint32_t lane_bits16(I mask) { return _mm512_movepi16_mask(mask); }
  static I pack_in_order16(I a, I b) { return in_order(_mm512_packs_epi16(a, b)); }
  static I shift_left16(I x, int n) { return _mm512_sll_epi16(x, _mm_cvtsi32_si128(n)); }
  static I shift_right_u16(I x, int n) { return _mm512_srl_epi16(x, _mm_cvtsi32_si128(n)); }
  static F load_floats(const float* p) { return _mm512_loadu_ps(p); }
  static void store_floats(float* p, F x) { _mm512_storeu_ps(p, x); }
  static F look_up_floats(const float* table, I index) { return _mm512_i32gather_ps(index, table, 4); }
  static F div(F a, F b) { return _mm512_div_ps(a, b); }
  static F max(F a, F b) { return _mm512_max_ps(a, b); }
  static F where(I mask, F x) { return _mm512_and_ps(_mm512_castsi512_ps(mask), x); }
  static D to_double(F x, int half) {
    return _mm512_cvtps_pd(half == 0 ? _mm512_castps512_ps256(x) : _mm512_extractf32x8_ps(x, 1));
  }
  static double sum(D x) { return _mm512_reduce_add_pd(x); }

  // SpEED-chroma, which uses the operators of F and D besides.
  static constexpr int kDoubles = 8;
  static I load_lanes(const uint8_t* p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static D load_doubles(const float* p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
  static D load_doubles(const double* p) { return _mm512_loadu_pd(p); }
  static void store(float* p, F x) { _mm512_storeu_ps(p, x); }
  static void store(float* p, D x) { _mm256_storeu_ps(p, _mm512_cvtpd_ps(x)); }
  static void store(double* p, D x) { _mm512_storeu_pd(p, x); }
  static I bits_of(F x) { return _mm512_castps_si512(x); }
  static F float_of_bits(I x) { return _mm512_castsi512_ps(x); }
  // Each line[at] and line[at + 1].
  static void load_pairs(const float* line, const int32_t* at, F* first, F* second) {
    *first = _mm512_i32gather_ps(load(at), line, sizeof(float));
    *second = _mm512_i32gather_ps(load(at), line + 1, sizeof(float));
  }
  static D round_to_float(D x) { return _mm512_cvtps_pd(_mm512_cvtpd_ps(x)); }
};

}  // namespace
}  // namespace vmaf_dnn::features
