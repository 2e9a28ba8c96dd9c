// SPDX-License-Identifier: BSD-3-Clause
#include "features/simd/avx512.inl"

namespace vmaf_dnn::features {
namespace {

constexpr AdmKernels kAdm = adm_kernels<Avx512>();
constexpr CambiKernels kCambi = cambi_kernels<Avx512>();
constexpr MotionKernels kMotion = motion_kernels<Avx512>();
constexpr SpeedChromaKernels kSpeedChroma = speed_chroma_kernels<Avx512>();
constexpr VifKernels kVif = vif_kernels<Avx512>();

}  // namespace

const Kernels kAvx512Kernels = {&kAdm, &kCambi, &kMotion, &kSpeedChroma, &kVif};

}  // namespace vmaf_dnn::features
