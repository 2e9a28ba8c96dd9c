// SPDX-License-Identifier: BSD-3-Clause
// What is fixed before the first frame.
#pragma once

#include <vector>

#include "features/frame.h"
#include "features/speed_chroma/constants.h"
#include "features/speed_chroma/options.h"

namespace vmaf_dnn::features {

struct SpeedChromaPlan {
  // `chroma` is the format of one chroma plane, whose sides are those of luma halved and rounded down where
  // the format halves them. Throws Error{kInvalidArgument}.
  SpeedChromaPlan(const Format& chroma, const SpeedChromaOptions& options);

  Format chroma;
  PrescaleMethod prescale_method;
  float sigma;
  int scaled_width, scaled_height;  // those of the plane where nothing is scaled
  int width, height;                // after decimation
  int blocks_across, blocks_down;
  std::vector<float> decimation_taps, mean_taps;

  bool prescales() const { return scaled_width != chroma.width || scaled_height != chroma.height; }
  int n_blocks() const { return blocks_across * blocks_down; }
  // What the blocks cover.
  int covered_width() const { return blocks_across * kPatchSide; }
  int covered_height() const { return blocks_down * kPatchSide; }
  // The places of a patch in that.
  int window_width() const { return covered_width() - kPatchSide + 1; }
  int window_height() const { return covered_height() - kPatchSide + 1; }
};

}  // namespace vmaf_dnn::features
