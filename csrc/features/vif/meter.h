// SPDX-License-Identifier: BSD-3-Clause
// Measures VIF, scale by scale, by the kernels of the chosen instruction set, or by the definition.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "features/frame.h"
#include "features/vif/fast/part.h"
#include "features/vif/fast/pyramid.h"
#include "features/vif/options.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class VifMeter {
 public:
  // By one set of options to kMaxVifLimits of them, which differ in the gain alone. `kernels` may be null;
  // they have to outlive it.
  VifMeter(const VifKernels* kernels, const Format& format, int n_distorted,
           const std::vector<VifOptions>& options, int n_parts);

  // Where the frames are, which have to stay until the last scale is done.
  void begin(const Planes& reference, const Planes* distorted);
  // What measures a scale; that of the scale before it has to be done, and pooled.
  void add_tasks(int scale, std::vector<Task>& tasks);
  void pool(int scale);
  // Whether each sample is read by kernels that tell its bits, and whether some of the last frames has more
  // than its format holds.
  bool sees_all_bits() const { return !parts_.empty(); }
  bool saw_beyond_depth() const;
  double score(size_t version, size_t options, size_t scale) const {
    return scores_[version * options_.size() + options][scale];
  }

 private:
  Format format_;
  std::vector<VifOptions> options_;
  std::vector<VifPart> parts_;
  std::optional<VifPyramid> pyramid_;  // of the parts
  const Planes* reference_ = nullptr;
  const Planes* distorted_ = nullptr;
  std::vector<std::array<double, kVifScales>> scores_;  // by version and options
};

}  // namespace vmaf_dnn::features
