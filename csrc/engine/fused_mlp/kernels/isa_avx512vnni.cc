// SPDX-License-Identifier: BSD-3-Clause
// AVX-512 with VNNI, whose instruction multiplies quads of bytes and adds them to a sum.
#include "engine/fused_mlp/kernels/avx512.inl"

namespace vmaf_dnn::fused {
namespace {

struct Avx512Vnni : Avx512 {
  static constexpr int kPack = 4;

  static I pack(const I (&places)[kPack]) {
    const I bytes = _mm512_packus_epi16(_mm512_packs_epi32(places[0], places[1]),
                                        _mm512_packs_epi32(places[2], places[3]));
    return _mm512_shuffle_epi8(bytes, _mm512_set4_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400));
  }
  static I dot(I sum, I x, I w) {
    // GCC 12 copies every accumulator around the intrinsic, which costs a fifth of the whole run.
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w));
    return sum;
  }
  static void store_packed(int32_t* words, int k, I places) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(words + k / kPack),
                     _mm512_cvtepi32_epi8(clamp_to_byte(places)));
  }
};

}  // namespace

const Kernel kAvx512VnniKernel = {"avx512vnni", Avx512Vnni::kLanes, Avx512Vnni::kBlock, Avx512Vnni::kPack,
                                  run_kernel<Avx512Vnni>};

}  // namespace vmaf_dnn::fused
