// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace vmaf_dnn::features {

// libvmaf's, with its default and without the prefix "vif_".
struct VifOptions {
  double enhn_gain_limit = 100;
};

}  // namespace vmaf_dnn::features
