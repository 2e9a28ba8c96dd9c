// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace vmaf_dnn::features {

// Where the sensitivity to contrast is taken from; libvmaf's numbers.
enum class CsfMode { kWatson = 0, kBarten = 1, kBlend = 2, kBlendMae = 3 };

// libvmaf's, with its defaults and without the prefix "adm_".
struct AdmOptions {
  double enhn_gain_limit = 100;
  double norm_view_dist = 3;  // picture heights
  int ref_display_height = 1080;
  CsfMode csf_mode = CsfMode::kWatson;
  double csf_scale = 1, csf_diag_scale = 1;  // of kBarten alone
  double noise_weight = 0.03125;
  double dlm_weight = 0.5;
  double min_val = 0;
  bool skip_scale0 = false;
};

}  // namespace vmaf_dnn::features
