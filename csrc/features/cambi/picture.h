// SPDX-License-Identifier: BSD-3-Clause
// The picture that CAMBI examines, in codes of 10 bits, and where it is flat.
#pragma once

#include <cstdint>

#include "features/cambi/plan.h"
#include "features/frame.h"
#include "features/image.h"

namespace vmaf_dnn::features {

// Of the encode's size, averaged where the plan says so.
Luma to_cambi_picture(const Plane& plane, const Format& format, const CambiPlan& plan);

// 1 where most samples around are as their right and lower neighbours.
Image<uint8_t> flat_mask(const Luma& picture, int threshold);

// Every other row and column.
template <typename T>
Image<T> halve(const Image<T>& image) {
  Image<T> halved((image.width() + 1) / 2, (image.height() + 1) / 2);
  for (int y = 0; y < halved.height(); ++y)
    for (int x = 0; x < halved.width(); ++x) halved[y][x] = image[2 * y][2 * x];
  return halved;
}

// Single odd samples disappear, except from the first and the last row.
Luma filter_modes(const Luma& picture);

}  // namespace vmaf_dnn::features
