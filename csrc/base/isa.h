// SPDX-License-Identifier: BSD-3-Clause
// Which instruction set the kernels of this process use.
#pragma once

namespace vmaf_dnn {

// Each contains those before it, but for kAvxVnni, which is for CPUs without AVX-512.
enum class Isa { kScalar, kAvx2, kAvxVnni, kAvx512, kAvx512Vnni };

#if defined(__x86_64__)
bool has_avxvnni();
#endif

// The best of this CPU, or the one that VMAF_DNN_ISA names. Throws Error{kInvalidArgument, kUnsupported}.
Isa choose_isa();

}  // namespace vmaf_dnn
