// SPDX-License-Identifier: BSD-3-Clause
// A feature that is asked for, in libvmaf's words: "adm3=adm_csf_mode=2:adm_min_val=0.5".
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "features/motion/options.h"
#include "features/option_values.h"

namespace vmaf_dnn::features {

enum class Measure { kAdm, kVif, kMotion, kCambi, kSpeedChroma };

// The outputs of measures, in libvmaf's order.
enum AdmOutput : size_t { kAdm2, kAim, kAdm3, kAdmScale0 };
enum MotionOutput : size_t { kMotion2, kMotion3 };
enum SpeedChromaOutput : size_t { kSpeedChromaU, kSpeedChromaV, kSpeedChromaUv };

struct FeatureRequest {
  Measure measure;
  size_t output;  // of the measure
  OptionValues options;
  std::string name;  // in libvmaf's logs
};

// Throws Error{kInvalidArgument}.
FeatureRequest parse_feature(const std::string& text);

// adm2, vif_scale0, vif_scale1, vif_scale2, vif_scale3, motion2. Throws Error{kInvalidArgument}.
std::vector<FeatureRequest> canonical_six(double adm_enhn_gain_limit, double vif_enhn_gain_limit,
                                          MotionRule motion_rule);

}  // namespace vmaf_dnn::features
