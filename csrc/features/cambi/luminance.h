// SPDX-License-Identifier: BSD-3-Clause
// Which codes of 10 bits can show banding: where the display's steps of luminance are seen.
#pragma once

#include "features/cambi/options.h"

namespace vmaf_dnn::features {

// In cd/m2, of a code of limited range.
double luminance(Eotf eotf, int code);

// The last code that is told apart from the one `contrast` above it: where the step is more than
// tvi_threshold of the luminance.
int last_visible_code(Eotf eotf, double tvi_threshold, int contrast);

// The first code of at least that luminance; 0 if black is one.
int first_bright_code(Eotf eotf, double vis_lum_threshold);

}  // namespace vmaf_dnn::features
