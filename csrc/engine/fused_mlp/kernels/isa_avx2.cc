// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fused_mlp/kernels/avx2.inl"

namespace vmaf_dnn::fused {

const Kernel kAvx2Kernel = {"avx2", Avx2::kLanes, Avx2::kBlock, Avx2::kPack, run_kernel<Avx2>};

}  // namespace vmaf_dnn::fused
