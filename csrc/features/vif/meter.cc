// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/meter.h"

#include <algorithm>

#include "features/vif/vif.h"

namespace vmaf_dnn::features {

VifMeter::VifMeter(const VifKernels* kernels, const Format& format, int n_distorted,
                   const std::vector<VifOptions>& options, int n_parts)
    : format_(format), options_(options), scores_(static_cast<size_t>(n_distorted) * options.size()) {
  if (kernels == nullptr) return;
  std::vector<double> limits;
  for (const VifOptions& one : options) limits.push_back(one.enhn_gain_limit);
  for (int i = 0; i < n_parts; ++i) parts_.emplace_back(*kernels, format, n_distorted, limits, i, n_parts);
  pyramid_.emplace(*kernels, format, n_distorted);
}

void VifMeter::begin(const Planes& reference, const Planes* distorted) {
  reference_ = &reference;
  distorted_ = distorted;
  if (pyramid_) pyramid_->begin(reference, distorted);
}

void VifMeter::add_tasks(int scale, std::vector<Task>& tasks) {
  if (pyramid_) {
    const std::vector<VifSide>& sides = pyramid_->sides_at(scale);
    for (VifPart& part : parts_) tasks.push_back([&part, &sides, scale] { part.measure(scale, sides); });
  } else if (scale == 0) {
    for (size_t i = 0; i < scores_.size(); ++i)
      tasks.push_back([this, i] {
        const size_t version = i / options_.size();
        scores_[i] = vif_scores(to_luma((*reference_)[0], format_), to_luma(distorted_[version][0], format_),
                                format_.bit_depth, options_[i % options_.size()].enhn_gain_limit);
      });
  }
}

bool VifMeter::saw_beyond_depth() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [this](const VifPart& part) { return part.sample_bits() >> format_.bit_depth != 0; });
}

void VifMeter::pool(int scale) {
  for (size_t i = 0; pyramid_ && i < scores_.size(); ++i) {
    VifInformation information;
    for (const VifPart& part : parts_)
      information += part.information(i / options_.size(), i % options_.size());
    scores_[i][static_cast<size_t>(scale)] = information.score();
  }
}

}  // namespace vmaf_dnn::features
