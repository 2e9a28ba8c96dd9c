// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fused_mlp/kernels/avx512.inl"

namespace vmaf_dnn::fused {

const Kernel kAvx512Kernel = {"avx512", Avx512::kLanes, Avx512::kBlock, Avx512::kPack, run_kernel<Avx512>};

}  // namespace vmaf_dnn::fused
