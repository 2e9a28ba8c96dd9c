// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/frame.h"
#include "session.h"

namespace vmaf_dnn {

struct MutablePlane {
  void* samples;
  ptrdiff_t stride_bytes;
};

// Runs a model from one plane to another of the same size: sample / peak as float32 [1, 1, H, W], where peak
// is the largest sample of the bit depth; then output x peak, to the nearest integer, halves up, clipped to 0
// to peak, NaN to 0. `out` may be `in`. Where reach_of() says how far the model looks, a large plane is run
// in tiles, which bounds the memory and leaves the samples as they are of the whole at once. Throws Error:
// kInvalidArgument for a sample over the peak, kUnsupported for a model that is no such filter, kOutOfRange
// for a plane that is not of its size, or any of running.
void filter_plane(const Session& session, const features::Format& format, const features::Plane& in,
                  const MutablePlane& out);

}  // namespace vmaf_dnn
