// SPDX-License-Identifier: BSD-3-Clause
#define VMAF_DNN_USE_VNNI 1
namespace vmaf_dnn::fused {
namespace {
constexpr bool kUseVnni = VMAF_DNN_USE_VNNI != 0;
}
}  // namespace vmaf_dnn::fused

#include "engine/fused_mlp/avx512.inl"

namespace vmaf_dnn::fused {

const Kernel kAvx512VnniKernel = {"avx512vnni", Avx512::kLanes, Avx512::kBlock, Avx512::kPack,
                                  run_kernel<Avx512>};

}  // namespace vmaf_dnn::fused
