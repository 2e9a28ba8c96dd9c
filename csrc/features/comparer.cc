// SPDX-License-Identifier: BSD-3-Clause
#include "features/comparer.h"

#include <algorithm>

#include "features/adm/adm.h"
#include "features/motion/motion.h"
#include "features/vif/vif.h"

namespace vmaf_dnn::features {

Comparer::Comparer(const Format& format, int n_distorted, const Options& options)
    : format_(format), n_distorted_(n_distorted), options_(options), kernels_(choose_kernels()) {}

void Comparer::compare(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  const int bit_depth = format_.bit_depth;
  const Luma r = to_luma(reference, format_);
  for (int i = 0; i < n_distorted_; ++i) {
    const Luma d = to_luma(distorted[i], format_);
    if (kernels_.adm == nullptr) rows[i][0] = adm_score(r, d, bit_depth, options_.adm_enhn_gain_limit);
    if (kernels_.vif == nullptr) {
      const auto scores = vif_scores(r, d, bit_depth, options_.vif_enhn_gain_limit);
      std::copy(scores.begin(), scores.end(), rows[i].begin() + 1);
    }
  }
}

double Comparer::motion(const Plane& previous, const Plane& current) {
  return motion_score(to_luma(previous, format_), to_luma(current, format_), format_.bit_depth,
                      options_.motion_rule);
}

}  // namespace vmaf_dnn::features
