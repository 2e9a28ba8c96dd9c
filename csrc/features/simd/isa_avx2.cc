// SPDX-License-Identifier: BSD-3-Clause
#include "features/simd/avx2.inl"

namespace vmaf_dnn::features {
namespace {

constexpr AdmKernels kAdm = adm_kernels<Avx2>();
constexpr CambiKernels kCambi = cambi_kernels<Avx2>();
constexpr MotionKernels kMotion = motion_kernels<Avx2>();
constexpr SpeedChromaKernels kSpeedChroma = speed_chroma_kernels<Avx2>();
constexpr VifKernels kVif = vif_kernels<Avx2>();

}  // namespace

const Kernels kAvx2Kernels = {&kAdm, &kCambi, &kMotion, &kSpeedChroma, &kVif};

}  // namespace vmaf_dnn::features
