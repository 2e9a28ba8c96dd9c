// SPDX-License-Identifier: BSD-3-Clause
// AVX-512 with VNNI, whose instruction multiplies pairs and adds them to a sum: VIF's filters.
#include "features/simd/avx512.inl"

namespace vmaf_dnn::features {
namespace {

struct Avx512Vnni : Avx512 {
  static I add_products16(I sum, I a, I b) { return in_register(_mm512_dpwssd_epi32(sum, a, b)); }
};

constexpr AdmKernels kAdm = adm_kernels<Avx512Vnni>();
constexpr CambiKernels kCambi = cambi_kernels<Avx512Vnni>();
constexpr MotionKernels kMotion = motion_kernels<Avx512Vnni>();
constexpr SpeedChromaKernels kSpeedChroma = speed_chroma_kernels<Avx512Vnni>();
constexpr VifKernels kVif = vif_kernels<Avx512Vnni>();

}  // namespace

const Kernels kAvx512VnniKernels = {&kAdm, &kCambi, &kMotion, &kSpeedChroma, &kVif};

}  // namespace vmaf_dnn::features
