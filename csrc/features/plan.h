// SPDX-License-Identifier: BSD-3-Clause
// What has to be measured for the features that are asked for: each measure once for each of its options.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "features/adm/adm.h"
#include "features/cambi/options.h"
#include "features/motion/options.h"
#include "features/request.h"
#include "features/speed_chroma/options.h"
#include "features/vif/options.h"

namespace vmaf_dnn::features {

// Of a row.
struct Column {
  Measure measure;
  size_t output;  // of the measure
  size_t which;   // of the measure's options
  std::string name;
};

struct FeaturePlan {
  std::vector<AdmVariant> adm;
  std::vector<VifOptions> vif;
  std::vector<MotionOptions> motion;
  std::vector<CambiOptions> cambi;
  std::vector<SpeedChromaOptions> speed_chroma;
  std::vector<Column> columns;

  // Throws Error{kInvalidArgument}.
  explicit FeaturePlan(const std::vector<FeatureRequest>& requests);
};

}  // namespace vmaf_dnn::features
