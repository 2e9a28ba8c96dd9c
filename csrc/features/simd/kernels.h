// SPDX-License-Identifier: BSD-3-Clause
// The kernels of one instruction set. They take plain pointers and integers, so that nothing inline of the
// standard library is compiled with flags that the CPU at hand may lack.
#pragma once

namespace vmaf_dnn::features {

struct AdmKernels;          // adm/fast/kernels.h
struct CambiKernels;        // cambi/fast/kernels.h
struct MotionKernels;       // motion/fast/kernels.h
struct SpeedChromaKernels;  // speed_chroma/fast/kernels.h
struct VifKernels;          // vif/fast/kernels.h

// A feature without kernels (null) is computed by its definition.
struct Kernels {
  const AdmKernels* adm;
  const CambiKernels* cambi;
  const MotionKernels* motion;
  const SpeedChromaKernels* speed_chroma;
  const VifKernels* vif;
};

extern const Kernels kScalarKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvxVnniKernels;
extern const Kernels kAvx512Kernels;
extern const Kernels kAvx512VnniKernels;
#endif

// Of the instruction set that choose_isa() returns. Throws as it does.
const Kernels& choose_kernels();

}  // namespace vmaf_dnn::features
