// SPDX-License-Identifier: BSD-3-Clause
#include "features/comparer.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "features/adm/adm.h"
#include "features/motion/motion.h"
#include "features/run_parts.h"
#include "features/vif/vif.h"

namespace vmaf_dnn::features {
namespace {

// A part of fewer takes longer to begin than it saves.
constexpr int kLeastRows = 64;

}  // namespace

Comparer::Comparer(const Format& format, int n_distorted, const Options& options)
    : format_(format), n_distorted_(n_distorted), options_(options), kernels_(choose_kernels()) {
  const int n_parts = std::clamp(format.height / kLeastRows, 1, options.n_threads);
  for (int i = 0; i < n_parts; ++i) {
    if (kernels_.adm != nullptr)
      adm_.emplace_back(*kernels_.adm, format, n_distorted, options.adm_enhn_gain_limit, i, n_parts);
    if (kernels_.motion != nullptr && options.motion_rule == MotionRule::kLibvmaf32 &&
        format.bit_depth <= kMaxMotionKernelDepth)
      motion_.emplace_back(*kernels_.motion, format, format.height * i / n_parts,
                           format.height * (i + 1) / n_parts);
  }
  if (kernels_.vif != nullptr)
    vif_.emplace(*kernels_.vif, format, n_distorted, options.vif_enhn_gain_limit, n_parts);
}

void Comparer::compare(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  compare_adm(reference, distorted, rows);
  compare_vif(reference, distorted, rows);
}

void Comparer::compare_adm(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  if (!adm_.empty()) {
    std::vector<std::vector<AdmSums>> parts(adm_.size());
    run_parts(static_cast<int>(adm_.size()), [&](int i) {
      const auto part = static_cast<size_t>(i);
      parts[part] = adm_[part].measure(reference, distorted);
    });
    for (size_t i = 0; i < parts[0].size(); ++i) {
      for (size_t part = 1; part < parts.size(); ++part) parts[0][i] += parts[part][i];
      rows[i][0] = adm_score(parts[0][i], format_.width, format_.height);
    }
    return;
  }
  const Luma r = to_luma(reference, format_);
  for (int i = 0; i < n_distorted_; ++i)
    rows[i][0] =
        adm_score(r, to_luma(distorted[i], format_), format_.bit_depth, options_.adm_enhn_gain_limit);
}

void Comparer::compare_vif(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  std::vector<std::array<double, kVifScales>> scores(static_cast<size_t>(n_distorted_));
  if (vif_) {
    vif_->score(reference, distorted, scores.data());
  } else {
    const Luma r = to_luma(reference, format_);
    for (size_t i = 0; i < scores.size(); ++i)
      scores[i] =
          vif_scores(r, to_luma(distorted[i], format_), format_.bit_depth, options_.vif_enhn_gain_limit);
  }
  for (size_t i = 0; i < scores.size(); ++i)
    std::copy(scores[i].begin(), scores[i].end(), rows[i].begin() + 1);
}

double Comparer::motion(const Plane& previous, const Plane& current) {
  if (!motion_.empty()) {
    std::vector<int64_t> sums(motion_.size());
    run_parts(static_cast<int>(motion_.size()), [&](int i) {
      const auto part = static_cast<size_t>(i);
      sums[part] = motion_[part].measure(previous, current);
    });
    const int64_t sum = std::accumulate(sums.begin(), sums.end(), int64_t{0});
    return motion_score(sum, format_.width, format_.height);
  }
  return motion_score(to_luma(previous, format_), to_luma(current, format_), format_.bit_depth,
                      options_.motion_rule);
}

}  // namespace vmaf_dnn::features
