// SPDX-License-Identifier: BSD-3-Clause
// AVX2: 32 bytes. Interleaving and packing stay within halves of 16 bytes, so that one undoes the other.
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

// Logarithms by cubics, whose coefficients stay in registers.
class CubicLog {
 public:
  VMAF_DNN_INLINE __m256i operator()(__m256i word) const {
    const __m256i curve = _mm256_srli_epi32(word, kLogMantissa - 3);  // its low 3 bits count
    const __m256 x = _mm256_cvtepi32_ps(_mm256_and_si256(word, _mm256_set1_epi32(4095 << 5)));
    __m256 sum = at(3, curve);
    for (int power = 2; power >= 0; --power) sum = _mm256_fmadd_ps(sum, x, at(power, curve));
    return _mm256_cvttps_epi32(sum);
  }

 private:
  VMAF_DNN_INLINE __m256 at(int power, __m256i curve) const {
    return _mm256_permutevar8x32_ps(coefficients_[power], curve);
  }
  static __m256 load(int power) { return _mm256_loadu_ps(kVifCubics.coefficients[power]); }

  __m256 coefficients_[4] = {load(0), load(1), load(2), load(3)};
};

struct Avx2 {
  using I = __m256i;  // integers of the width that the operation's name says
  using D = __m256d;
  using VifLog = CubicLog;
  static constexpr int kBytes = 32;
  static constexpr bool kHasManyRegisters = false;
  static constexpr int kVifRows = 2;

  static I load(const void* p) { return _mm256_loadu_si256(static_cast<const I*>(p)); }
  static I load_bytes(const uint8_t* p) {  // widened to 16 bits
    return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static void store(void* p, I x) { _mm256_storeu_si256(static_cast<I*>(p), x); }
  static I zero() { return _mm256_setzero_si256(); }
  static I set16(int16_t x) { return _mm256_set1_epi16(x); }
  static I set32(uint32_t x) { return _mm256_set1_epi32(static_cast<int32_t>(x)); }
  static I set64(int64_t x) { return _mm256_set1_epi64x(x); }

  static I bit_and(I a, I b) { return _mm256_and_si256(a, b); }
  static I bit_xor(I a, I b) { return _mm256_xor_si256(a, b); }
  static I bit_or(I a, I b) { return _mm256_or_si256(a, b); }
  static uint32_t bits_of_all32(I x) {
    const __m128i of_half = _mm_or_si128(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    const auto bits = static_cast<uint64_t>(_mm_extract_epi64(of_half, 0) | _mm_extract_epi64(of_half, 1));
    return static_cast<uint32_t>(bits | bits >> 32);
  }
  static I and_not(I mask, I x) { return _mm256_andnot_si256(mask, x); }
  static bool any(I x) { return _mm256_testz_si256(x, x) == 0; }  // bit set

  static I mul_low16(I a, I b) { return _mm256_mullo_epi16(a, b); }
  static I mul_high_u16(I a, I b) { return _mm256_mulhi_epu16(a, b); }
  // sum + a0 * b0 + a1 * b1. Unless it is held back, GCC makes all products before the sums, and spills them.
  static I add_products16(I sum, I a, I b) {
    return in_register(_mm256_add_epi32(sum, _mm256_madd_epi16(a, b)));
  }
  static I in_register(I x) {
    asm volatile("" : "+x"(x));
    return x;
  }
  static I interleave_low16(I a, I b) { return _mm256_unpacklo_epi16(a, b); }
  static I interleave_high16(I a, I b) { return _mm256_unpackhi_epi16(a, b); }

  static I add32(I a, I b) { return _mm256_add_epi32(a, b); }
  static I sub32(I a, I b) { return _mm256_sub_epi32(a, b); }
  static I max32(I a, I b) { return _mm256_max_epi32(a, b); }
  static I greater32(I a, I b) { return _mm256_cmpgt_epi32(a, b); }
  // With masks of lanes.
  static I both(I a, I b) { return bit_and(a, b); }
  static bool all(I mask) { return _mm256_movemask_epi8(mask) == -1; }
  static I count32(I counts, I mask) { return sub32(counts, mask); }
  static I add_where32(I sum, I mask, I x) { return add32(sum, bit_and(mask, x)); }
  static I clear_where32(I mask, I x) { return and_not(mask, x); }
  static I shift_left32(I x, int n) { return _mm256_slli_epi32(x, n); }
  static I shift_right32(I x, int n) { return _mm256_srai_epi32(x, n); }
  static I shift_right_u32(I x, int n) { return _mm256_srli_epi32(x, n); }
  static I pack32(I a, I b) { return _mm256_packs_epi32(a, b); }
  static I pack_u32(I a, I b) { return _mm256_packus_epi32(a, b); }
  static I pack_in_order_u32(I a, I b) {
    return _mm256_permute4x64_epi64(_mm256_packus_epi32(a, b), 0b11011000);
  }
  // One by one: AMD's gathers take twice as long.
  static int64_t sum32(I x) {
    return sum64(_mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_castsi256_si128(x)),
                                  _mm256_cvtepi32_epi64(_mm256_extracti128_si256(x, 1))));
  }

  static I add64(I a, I b) { return _mm256_add_epi64(a, b); }
  static I shift_right_u64(I x, int n) { return _mm256_srli_epi64(x, n); }
  static I mul_even_u32(I a, I b) { return _mm256_mul_epu32(a, b); }
  static I merge_odd32(I even, I odd) { return _mm256_blend_epi32(even, odd, 0b10101010); }
  static int64_t sum64(I x) {
    const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    return _mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1);
  }

  static I float_bits(I x) { return _mm256_castps_si256(_mm256_cvtepi32_ps(x)); }
  static D set_double(double x) { return _mm256_set1_pd(x); }
  static D to_double(I x, int half) {
    return _mm256_cvtepi32_pd(half == 0 ? _mm256_castsi256_si128(x) : _mm256_extracti128_si256(x, 1));
  }
  static D add(D a, D b) { return _mm256_add_pd(a, b); }
  static D sub(D a, D b) { return _mm256_sub_pd(a, b); }
  static D mul(D a, D b) { return _mm256_mul_pd(a, b); }
  static D div(D a, D b) { return _mm256_div_pd(a, b); }
  static D min(D a, D b) { return _mm256_min_pd(a, b); }
  static D max(D a, D b) { return _mm256_max_pd(a, b); }
  static bool any_above(D x, D limit) { return _mm256_movemask_pd(_mm256_cmp_pd(x, limit, _CMP_GT_OQ)) != 0; }
  static D floor(D x) { return _mm256_floor_pd(x); }
  // whole + floor(x), for whole numbers that are kept kFloorOffset too large.
  static constexpr double kFloorOffset = 0;
  static D add_floor(D whole, D x) { return add(whole, floor(x)); }
  static D load_doubles(const int32_t* p) { return _mm256_cvtepi32_pd(load_half(p)); }
  // The upper word of each.
  static I high_words(D low, D high) {
    const __m256 words = _mm256_shuffle_ps(_mm256_castpd_ps(low), _mm256_castpd_ps(high), 0b11011101);
    return _mm256_permute4x64_epi64(_mm256_castps_si256(words), 0b11011000);
  }

  // ADM and motion.
  using F = __m256;
  static constexpr int kWords = 16;  // of 16 bits
  static constexpr int kLanes = 8;   // of 32 bits

  static I load_lanes(const int16_t* p) { return _mm256_cvtepi16_epi32(load_half(p)); }
  static I load_lanes(const uint16_t* p) { return _mm256_cvtepu16_epi32(load_half(p)); }
  static I load_lanes(const int32_t* p) { return load(p); }
  static __m128i load_half(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
  static I load_words(const uint8_t* p) { return load_bytes(p); }
  static I load_words(const uint16_t* p) { return load(p); }
  static I select(I mask, I yes, I no) { return _mm256_blendv_epi8(no, yes, mask); }
  // The first n words or lanes; 0 after them.
  static I first16(I x, int n) {
    const I index = _mm256_set_epi16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    return bit_and(x, greater16(set16(static_cast<int16_t>(n)), index));
  }
  static I first32(I x, int n) {
    return bit_and(x, greater32(_mm256_set1_epi32(n), _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0)));
  }

  static I add16(I a, I b) { return _mm256_add_epi16(a, b); }
  static I sub16(I a, I b) { return _mm256_sub_epi16(a, b); }
  static I min16(I a, I b) { return _mm256_min_epi16(a, b); }
  static I max16(I a, I b) { return _mm256_max_epi16(a, b); }
  static I min_u16(I a, I b) { return _mm256_min_epu16(a, b); }
  static I greater16(I a, I b) { return _mm256_cmpgt_epi16(a, b); }
  static I abs16(I x) { return _mm256_abs_epi16(x); }
  static I sign16(I x, I sign) { return _mm256_sign_epi16(x, sign); }     // 0 where `sign` is
  static I mul_round16(I a, I b) { return _mm256_mulhrs_epi16(a, b); }    // (a * b + 2^14) >> 15
  static I average_u16(I a, I b) { return _mm256_avg_epu16(a, b); }       // (a + b + 1) >> 1
  static I pair_products16(I a, I b) { return _mm256_madd_epi16(a, b); }  // a0 * b0 + a1 * b1

  static I min32(I a, I b) { return _mm256_min_epi32(a, b); }
  static I abs32(I x) { return _mm256_abs_epi32(x); }
  static I sign32(I x, I sign) { return _mm256_sign_epi32(x, sign); }
  static I mul_low32(I a, I b) { return _mm256_mullo_epi32(a, b); }
  static I pack_in_order32(I a, I b) { return _mm256_permute4x64_epi64(pack32(a, b), 0b11011000); }
  static I mul_even32(I a, I b) { return _mm256_mul_epi32(a, b); }
  static I shift_left64(I x, int n) { return _mm256_slli_epi64(x, n); }

  static F set_float(float x) { return _mm256_set1_ps(x); }
  static F to_float(I x) { return _mm256_cvtepi32_ps(x); }
  static F add(F a, F b) { return _mm256_add_ps(a, b); }
  static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
  static F abs(F x) { return _mm256_andnot_ps(set_float(-0.0F), x); }
  static I at_least(F a, F b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_GE_OQ)); }
  static I less(F a, F b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LT_OQ)); }

  static D abs(D x) { return _mm256_andnot_pd(set_double(-0.0), x); }
  static D select(D mask, D yes, D no) { return _mm256_blendv_pd(no, yes, mask); }
  static D to_mask(I x, int half) {
    return _mm256_castsi256_pd(
        _mm256_cvtepi32_epi64(half == 0 ? _mm256_castsi256_si128(x) : _mm256_extracti128_si256(x, 1)));
  }
  static I round(D low, D high) {
    return _mm256_setr_m128i(_mm256_cvtpd_epi32(low), _mm256_cvtpd_epi32(high));
  }
  // Of x >= 0, to the nearest of 15 significant bits, halves upwards.
  static D round_to_15_bits(D x) {
    const I rounded = add64(_mm256_castpd_si256(x), set64(int64_t{1} << 37));
    return _mm256_castsi256_pd(bit_and(rounded, set64(-(int64_t{1} << 38))));
  }
  // 2^(k - e) of 2^e m with 1 <= m < 2.
  static D inverse_power(D x, int k) {
    const I exponent = bit_and(_mm256_castpd_si256(x), set64(int64_t{0x7FF} << 52));
    return _mm256_castsi256_pd(_mm256_sub_epi64(set64(int64_t{0x7FE + k} << 52), exponent));
  }

  // CAMBI.
  static I add8(I a, I b) { return _mm256_add_epi8(a, b); }
  static I sub8(I a, I b) { return _mm256_sub_epi8(a, b); }
  static I sum_pairs_u8(I x) { return _mm256_maddubs_epi16(x, _mm256_set1_epi8(1)); }
  static I widen_u8(I x, int half) { return _mm256_cvtepu8_epi16(half_of(x, half)); }
  static I widen_u16(I x, int half) { return _mm256_cvtepu16_epi32(half_of(x, half)); }
  static __m128i half_of(I x, int half) {
    return half == 0 ? _mm256_castsi256_si128(x) : _mm256_extracti128_si256(x, 1);
  }
  static I equal16(I a, I b) { return _mm256_cmpeq_epi16(a, b); }
  static uint32_t lane_bits16(I mask) {
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(half_of(mask, 0), half_of(mask, 1))));
  }
  // A bit for each lane of a0 and then of a1.
  static uint64_t equal_bits16(I a0, I b0, I a1, I b1) {
    return static_cast<uint32_t>(_mm256_movemask_epi8(pack_in_order16(equal16(a0, b0), equal16(a1, b1))));
  }
  static I pack_in_order16(I a, I b) {
    return _mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0b11011000);
  }
  static I shift_left16(I x, int n) { return _mm256_sll_epi16(x, _mm_cvtsi32_si128(n)); }
  static I shift_right_u16(I x, int n) { return _mm256_srl_epi16(x, _mm_cvtsi32_si128(n)); }
  static F load_floats(const float* p) { return _mm256_loadu_ps(p); }
  static void store_floats(float* p, F x) { _mm256_storeu_ps(p, x); }
  static F look_up_floats(const float* table, I index) { return _mm256_i32gather_ps(table, index, 4); }
  static F div(F a, F b) { return _mm256_div_ps(a, b); }
  static F max(F a, F b) { return _mm256_max_ps(a, b); }
  static F where(I mask, F x) { return _mm256_and_ps(_mm256_castsi256_ps(mask), x); }
  static D to_double(F x, int half) {
    return _mm256_cvtps_pd(half == 0 ? _mm256_castps256_ps128(x) : _mm256_extractf128_ps(x, 1));
  }
  static double sum(D x) {
    const __m128d half = _mm_add_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
    return _mm_cvtsd_f64(half) + _mm_cvtsd_f64(_mm_unpackhi_pd(half, half));
  }

  // SpEED-chroma, which uses the operators of F and D besides.
  static constexpr int kDoubles = 4;
  static I load_lanes(const uint8_t* p) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  static D load_doubles(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
  static D load_doubles(const double* p) { return _mm256_loadu_pd(p); }
  static void store(float* p, F x) { _mm256_storeu_ps(p, x); }
  static void store(float* p, D x) { _mm_storeu_ps(p, _mm256_cvtpd_ps(x)); }
  static void store(double* p, D x) { _mm256_storeu_pd(p, x); }
  static I bits_of(F x) { return _mm256_castps_si256(x); }
  static F float_of_bits(I x) { return _mm256_castsi256_ps(x); }
  // Each line[at] and line[at + 1].
  static void load_pairs(const float* line, const int32_t* at, F* first, F* second) {
    const auto pair = [&](__m128 others, int i) {
      return _mm_loadh_pi(others, reinterpret_cast<const __m64*>(line + at[i]));
    };
    const auto two = [&](int i) {
      const auto* const first_pair = reinterpret_cast<const __m128i*>(line + at[i]);
      return pair(_mm_castsi128_ps(_mm_loadl_epi64(first_pair)), i + 1);
    };
    const F outer = _mm256_setr_m128(two(0), two(4)), inner = _mm256_setr_m128(two(2), two(6));
    *first = _mm256_shuffle_ps(outer, inner, 0b10001000);
    *second = _mm256_shuffle_ps(outer, inner, 0b11011101);
  }
  static D round_to_float(D x) { return _mm256_cvtps_pd(_mm256_cvtpd_ps(x)); }
};

}  // namespace
}  // namespace vmaf_dnn::features
