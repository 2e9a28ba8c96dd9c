// SPDX-License-Identifier: BSD-3-Clause
// Planes in single precision around 0, as 8 bits would have them, and scaled.
#pragma once

#include <vector>

#include "features/frame.h"
#include "features/image.h"
#include "features/speed_chroma/plan.h"

namespace vmaf_dnn::features {

// Where the bilinear method finds the sample i of a scaled line: between two of the n samples.
struct Neighbours {
  int first, second;
  float share;  // of the second
};
Neighbours bilinear_neighbours(int i, int n, int n_scaled);

Image<float> centre(const Plane& plane, const Format& format);

// One sample of the scaled plane.
float prescaled_sample(const Image<float>& plane, const SpeedChromaPlan& plan, int x, int y);

Image<float> prescale(const Image<float>& plane, const SpeedChromaPlan& plan);

}  // namespace vmaf_dnn::features
