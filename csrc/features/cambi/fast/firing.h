// SPDX-License-Identifier: BSD-3-Clause
// The codes that count: those that can fire, and those that a contrast takes one of them to.
#pragma once

#include <cstdint>
#include <vector>

#include "features/cambi/fast/kernels.h"
#include "features/cambi/plan.h"

namespace vmaf_dnn::features {

class FiringCodes {
 public:
  explicit FiringCodes(const CambiPlan& plan);

  bool empty() const { return contrasts_.empty(); }
  int size() const { return static_cast<int>(contrasts_.size()); }
  CambiNumbering numbering() const { return {static_cast<uint16_t>(first_), static_cast<uint16_t>(size())}; }
  CambiFiring firing() const;

 private:
  int first_ = 0;
  std::vector<uint32_t> contrasts_;
  std::vector<float> weights_;
  const CambiPlan& plan_;
};

}  // namespace vmaf_dnn::features
