// SPDX-License-Identifier: BSD-3-Clause
// VIF of a band of rows of one scale: what its kernels take and give.
#pragma once

#include <cstddef>
#include <cstdint>

#include "features/vif/filter.h"

namespace vmaf_dnn::features {

// An image of one scale, and the image of the next that is made on the way.
struct VifSide {
  const void* samples;
  ptrdiff_t stride_bytes;
  uint16_t* coarser;         // null at the last scale
  ptrdiff_t coarser_stride;  // in samples
};

struct VifReferenceSums {
  int64_t logs;
  int64_t n_flat;
  uint16_t sample_bits;  // all that a sample of scale 0 has set; 0 of bytes
};

inline constexpr int kMaxVifLimits = 4;  // gain limits in one pass

struct VifDistortedSums {
  int64_t logs[kMaxVifLimits];  // by gain limit
  int64_t flat_variance;
  uint16_t sample_bits;
};

inline constexpr size_t kVifAlignment = 64;  // of the workspace, in bytes

struct VifBand {
  int width, height;  // of the whole image
  int top, bottom;    // the rows of the band; top is even, and so is bottom unless it is the height
  int mean_shift;     // of sums over a column
  int product_shift;  // likewise, of products of two samples
  const double* enhn_gain_limits;
  int n_limits;
  VifSide reference;
  const VifSide* distorted;
  int n_distorted;
  int tile;         // columns at a time, a multiple of the kernels' group
  char* workspace;  // of kVifAlignment
};

using VifKernel = void (*)(const VifBand& band, VifReferenceSums& reference, VifDistortedSums* distorted);

struct VifKernels {
  size_t (*workspace_bytes)(int n_distorted, int tile);
  int group;                    // a tile is a multiple of it; as many samples beyond a row may be written
  VifKernel bytes;              // scale 0 of 8 bits
  VifKernel words[kVifScales];  // 16-bit samples
};

}  // namespace vmaf_dnn::features
