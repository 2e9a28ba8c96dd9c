// SPDX-License-Identifier: BSD-3-Clause
// AVX2 with VNNI, whose instruction multiplies quads of bytes and adds them to a sum.
#include "engine/fused_mlp/kernels/avx2.inl"

namespace vmaf_dnn::fused {
namespace {

struct AvxVnni : Avx2 {
  static constexpr int kPack = 4;

  static I pack(const I (&places)[kPack]) {
    const I bytes = _mm256_packus_epi16(_mm256_packs_epi32(places[0], places[1]),
                                        _mm256_packs_epi32(places[2], places[3]));
    const I quads =
        _mm256_broadcastsi128_si256(_mm_set_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400));
    return _mm256_shuffle_epi8(bytes, quads);
  }
  static I dot(I sum, I x, I w) {
    // As with AVX-512, GCC 12 copies every accumulator around the intrinsic.
    __asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(x), "x"(w));
    return sum;
  }
  // Eight places become eight bytes, in order.
  static void store_packed(int32_t* words, int k, I places) {
    const I clamped = clamp_to_byte(places);
    const __m128i halves =
        _mm_packs_epi32(_mm256_castsi256_si128(clamped), _mm256_extracti128_si256(clamped, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(words + k / kPack), _mm_packus_epi16(halves, halves));
  }
};

}  // namespace

const Kernel kAvxVnniKernel = {"avxvnni", AvxVnni::kLanes, AvxVnni::kBlock, AvxVnni::kPack,
                               run_kernel<AvxVnni>};

}  // namespace vmaf_dnn::fused
