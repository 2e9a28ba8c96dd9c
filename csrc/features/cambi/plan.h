// SPDX-License-Identifier: BSD-3-Clause
// What of CAMBI is fixed before the first frame.
#pragma once

#include <vector>

#include "features/cambi/constants.h"
#include "features/cambi/options.h"
#include "features/frame.h"

namespace vmaf_dnn::features {

struct CambiPlan {
  int width, height;                    // of the picture that is examined
  std::vector<int> columns, rows;       // of the frame, that make the picture; empty if all do
  bool anti_dithered;                   // averages of 2x2 samples
  int mask_threshold;                   // of how many flat samples of 7x7 there must be more
  bool halved;                          // before the first scale
  int window;                           // the side, odd
  int n_contrasts;                      // 1 to n_contrasts are looked for
  std::vector<int> last_visible_codes;  // by contrast less 1
  int first_bright_code;
  std::vector<float> reciprocals;  // of 0 to window^2; 0 of 0
  double topk;                     // the part of the samples that counts
  double max_val;

  // Whether steps of that contrast from that code are seen as bands.
  bool fires(int code, int contrast) const {
    // The number of contrasts has no business here; libvmaf's index of codes is off by it.
    return code <= last_visible_codes[static_cast<size_t>(contrast) - 1] &&
           code + n_contrasts + contrast > first_bright_code;
  }
};

// Throws Error{kInvalidArgument}. The values of the options are within their ranges.
CambiPlan plan_cambi(const Format& format, const CambiOptions& options);

}  // namespace vmaf_dnn::features
