// SPDX-License-Identifier: BSD-3-Clause
// The table of CAMBI's kernels for one instruction set.
#pragma once

#include "features/cambi/fast/contrast.inl"
#include "features/cambi/fast/counts.inl"
#include "features/cambi/fast/modes.inl"
#include "features/cambi/fast/picture.inl"
#include "features/cambi/fast/split.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa>
constexpr CambiKernels cambi_kernels() {
  return {Isa::kWords,
          cambi_widen_bytes<Isa>,
          cambi_widen_words<Isa>,
          cambi_average_bytes<Isa>,
          cambi_average_codes<Isa>,
          cambi_enter_level<Isa>,
          cambi_mark<Isa>,
          cambi_mark_halved<Isa>,
          cambi_average_bytes_split<Isa>,
          cambi_enter_level_split<Isa>,
          cambi_mark_split<Isa>,
          cambi_modes_along<Isa>,
          cambi_number<Isa>,
          cambi_find_runs<Isa>,
          cambi_add_runs<Isa>,
          cambi_remove_runs<Isa>,
          cambi_contrast<Isa, false>,
          cambi_contrast<Isa, true>,
          cambi_sum_above<Isa>};
}

}  // namespace
}  // namespace vmaf_dnn::features
