// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/fast/firing.h"

namespace vmaf_dnn::features {
namespace {

uint32_t firing_contrasts(const CambiPlan& plan, int code) {
  uint32_t contrasts = 0;
  for (int contrast = 1; contrast <= plan.n_contrasts; ++contrast)
    if (plan.fires(code, contrast)) contrasts |= uint32_t{1} << (contrast - 1);
  return contrasts;
}

}  // namespace

FiringCodes::FiringCodes(const CambiPlan& plan)
    : weights_(kCambiWeights, kCambiWeights + kCambiMaxContrasts), plan_(plan) {
  const int n = plan.n_contrasts;
  int first = 0, last = kCambiCodes - 1;
  while (first <= last && firing_contrasts(plan, first) == 0) ++first;
  while (last >= first && firing_contrasts(plan, last) == 0) --last;
  if (first > last) return;
  first_ = first - n;
  contrasts_.resize(static_cast<size_t>(last - first + 1 + 2 * n));
  for (int code = first; code <= last; ++code)
    contrasts_[static_cast<size_t>(code - first_)] = firing_contrasts(plan, code);
}

CambiFiring FiringCodes::firing() const {
  return {plan_.n_contrasts, contrasts_.data(), weights_.data(), plan_.reciprocals.data()};
}

}  // namespace vmaf_dnn::features
