// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/meter.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "features/adm/masking.h"

namespace vmaf_dnn::features {
namespace {

// The largest sample of level 0.
constexpr int32_t kLargest0 = 22930;

// Whether the kernels' integers hold what these weights make.
bool kernels_hold(const BandWeights& weights, int level) {
  if (level > 0) return std::max(weights.edge, weights.diagonal) <= uint32_t{1} << 28;
  const auto neighbour = [&](int orientation) {
    return masker_of(kLargest0, 0, orientation, weights[orientation]).neighbour;
  };
  // The kernels round the diagonal as the definition does negative samples: the others differ where a product
  // is just half a unit, which takes a weight that 4 divides.
  return 2 * neighbour(kHorizontal) + neighbour(kDiagonal) <= UINT16_MAX && weights.diagonal % 4 != 0;
}

bool kernels_hold(const AdmVariant& variant) {
  for (int level = 0; level < kAdmLevels; ++level)
    if (!kernels_hold(variant.sensitivities[static_cast<size_t>(level)].weights, level)) return false;
  return true;
}

}  // namespace

AdmMeter::AdmMeter(const AdmKernels* kernels, const Format& format, int n_distorted,
                   std::vector<AdmVariant> variants, int n_parts)
    : format_(format), variants_(std::move(variants)) {
  const bool is_fast =
      kernels != nullptr && std::all_of(variants_.begin(), variants_.end(),
                                        [](const auto& variant) { return kernels_hold(variant); });
  if (!is_fast) plain_.assign(static_cast<size_t>(n_distorted), std::vector<AdmSums>(variants_.size()));
  for (int i = 0; is_fast && i < n_parts; ++i)
    parts_.emplace_back(*kernels, format, n_distorted, variants_, i, n_parts);
}

void AdmMeter::add_tasks(const Planes& reference, const Planes* distorted, std::vector<Task>& tasks) {
  for (AdmPart& part : parts_)
    tasks.push_back([&part, &reference, distorted] { part.measure(reference[0], distorted); });
  for (size_t version = 0; version < plain_.size(); ++version)
    for (size_t variant = 0; variant < variants_.size(); ++variant)
      tasks.push_back([this, &reference, distorted, version, variant] {
        plain_[version][variant] =
            adm_sums(to_luma(reference[0], format_), to_luma(distorted[version][0], format_),
                     format_.bit_depth, variants_[variant]);
      });
}

AdmScores AdmMeter::scores(size_t version, size_t variant) const {
  AdmSums sums;
  if (parts_.empty()) sums = plain_[version][variant];
  for (const AdmPart& part : parts_) sums += part.sums(version, variant);
  return adm_scores(sums, format_.width, format_.height, variants_[variant]);
}

}  // namespace vmaf_dnn::features
