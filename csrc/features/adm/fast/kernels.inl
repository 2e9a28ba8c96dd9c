// SPDX-License-Identifier: BSD-3-Clause
// The table of ADM's kernels for one instruction set.
#pragma once

#include "features/adm/fast/columns.inl"
#include "features/adm/fast/cubes.inl"
#include "features/adm/fast/decouple.inl"
#include "features/adm/fast/rows.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa>
constexpr AdmKernels adm_kernels() {
  return {{columns_of_bytes<Isa>, columns_of_words<Isa>, columns_of_level_1<Isa>, columns_of_later<Isa>},
          {approximate_0<Isa>, detail_0<Isa>, cubes_0<Isa>, decouple_0<Isa>, masked_cubes_0<Isa>},
          {approximate<Isa>, detail<Isa>, cubes<Isa>, decouple<Isa>, masked_cubes<Isa>}};
}

}  // namespace
}  // namespace vmaf_dnn::features
