// SPDX-License-Identifier: BSD-3-Clause
// AVX2 with VNNI, whose instruction multiplies pairs and adds them to a sum: VIF's filters.
#include "features/simd/avx2.inl"

namespace vmaf_dnn::features {
namespace {

struct AvxVnni : Avx2 {
  static I add_products16(I sum, I a, I b) { return in_register(_mm256_dpwssd_avx_epi32(sum, a, b)); }
};

constexpr AdmKernels kAdm = adm_kernels<AvxVnni>();
constexpr CambiKernels kCambi = cambi_kernels<AvxVnni>();
constexpr MotionKernels kMotion = motion_kernels<AvxVnni>();
constexpr SpeedChromaKernels kSpeedChroma = speed_chroma_kernels<AvxVnni>();
constexpr VifKernels kVif = vif_kernels<AvxVnni>();

}  // namespace

const Kernels kAvxVnniKernels = {&kAdm, &kCambi, &kMotion, &kSpeedChroma, &kVif};

}  // namespace vmaf_dnn::features
