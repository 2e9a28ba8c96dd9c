// SPDX-License-Identifier: BSD-3-Clause
// The kernels of SpEED-chroma for one instruction set, whose operations are Isa's.
#pragma once

#include "features/speed_chroma/fast/covariance.inl"
#include "features/speed_chroma/fast/decompose.inl"
#include "features/speed_chroma/fast/entropies.inl"
#include "features/speed_chroma/fast/filter.inl"
#include "features/speed_chroma/fast/kernels.h"
#include "features/speed_chroma/fast/solve.inl"
#include "features/speed_chroma/fast/tridiagonalise.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa>
constexpr SpeedChromaKernels speed_chroma_kernels() {
  return {filter_integers<Isa, uint8_t>,
          filter_integers<Isa, uint16_t>,
          filter_floats<Isa>,
          interpolate<Isa>,
          covariance_of_windows<Isa>,
          tridiagonalise_rows<Isa>,
          decompose_rows<Isa>,
          quadratic_forms_of<Isa>,
          entropies_of<Isa>};
}

}  // namespace
}  // namespace vmaf_dnn::features
