// SPDX-License-Identifier: BSD-3-Clause
#include "features/extractor.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "error.h"
#include "features/adm/adm.h"
#include "features/motion/motion.h"
#include "features/vif/vif.h"

namespace vmaf_dnn::features {
namespace {

void check_gain_limit(double limit, const char* name) {
  if (!(limit >= 1 && limit <= 100))
    throw Error(Code::kInvalidArgument,
                std::string(name) + " is " + std::to_string(limit) + "; it must be 1 to 100.");
}

FeatureRow compare(const Luma& reference, const Luma& distorted, int bit_depth, const Options& options) {
  const auto vif = vif_scores(reference, distorted, bit_depth, options.vif_enhn_gain_limit);
  return {adm_score(reference, distorted, bit_depth, options.adm_enhn_gain_limit),
          vif[0],
          vif[1],
          vif[2],
          vif[3],
          0};
}

std::string distorted_name(int i, int n_distorted) {
  return n_distorted == 1 ? "distorted" : "distorted (number " + std::to_string(i + 1) + ")";
}

}  // namespace

void check_options(const Options& options) {
  check_gain_limit(options.adm_enhn_gain_limit, "adm_enhn_gain_limit");
  check_gain_limit(options.vif_enhn_gain_limit, "vif_enhn_gain_limit");
}

Extractor::Extractor(const Format& format, int n_distorted, const Options& options)
    : format_(format), n_distorted_(n_distorted), options_(options) {
  check_format(format);
  check_options(options);
  if (n_distorted < 1)
    throw Error(Code::kInvalidArgument,
                "n_distorted is " + std::to_string(n_distorted) + "; there must be at least 1.");
}

std::vector<FeatureRow> Extractor::push(const Plane& reference, const Plane* distorted) {
  Luma current = read_plane(reference, format_, "reference");
  std::vector<FeatureRow> rows;
  for (int i = 0; i < n_distorted_; ++i) {
    const Luma luma = read_plane(distorted[i], format_, distorted_name(i, n_distorted_));
    rows.push_back(compare(current, luma, format_.bit_depth, options_));
  }
  std::optional<double> motion;
  std::vector<FeatureRow> done;
  if (!open_rows_.empty()) {
    motion = motion_score(previous_, current, format_.bit_depth, options_.motion_rule);
    done = close_frame(motion_ ? std::min(*motion_, *motion) : 0);
  }
  open_rows_ = std::move(rows);
  motion_ = motion;
  previous_ = std::move(current);
  return done;
}

std::vector<FeatureRow> Extractor::flush() {
  std::vector<FeatureRow> done = close_frame(motion_.value_or(0));
  motion_.reset();
  return done;
}

std::vector<FeatureRow> Extractor::close_frame(double motion2) {
  for (FeatureRow& row : open_rows_) row.back() = motion2;
  return std::exchange(open_rows_, {});
}

}  // namespace vmaf_dnn::features
