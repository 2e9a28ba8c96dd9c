// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/fast/part.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace vmaf_dnn::features {
namespace {

char* align(char* p) {
  const size_t beyond = reinterpret_cast<uintptr_t>(p) % kVifAlignment;
  return p + (kVifAlignment - beyond) % kVifAlignment;
}

// Half of a second-level cache; that of CPUs that don't tell is taken for 512 KiB, which few fall below.
size_t cache_bytes() {
  const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return static_cast<size_t>(bytes > 0 ? bytes : 512 << 10) / 2;
}

// As wide as the cache holds, and tiles of equal width; but no narrower than 512, whose margins cost less
// than the cache gains.
int tile_of(const VifKernels& kernels, int width, int n_distorted) {
  constexpr int kLeast = 512;
  const auto rounded_up = [&](int n) { return (n + kernels.group - 1) / kernels.group * kernels.group; };
  int tile = rounded_up(width);
  for (int n_tiles = 2; tile > kLeast && kernels.workspace_bytes(n_distorted, tile) > cache_bytes();
       ++n_tiles)
    tile = std::max(kLeast, rounded_up((width + n_tiles - 1) / n_tiles));
  return tile;
}

}  // namespace

VifPart::VifPart(const VifKernels& kernels, const Format& format, int n_distorted,
                 const std::vector<double>& enhn_gain_limits, int part, int n_parts)
    : kernels_(kernels),
      format_(format),
      enhn_gain_limits_(enhn_gain_limits),
      part_(part),
      n_parts_(n_parts),
      tile_(tile_of(kernels, format.width, n_distorted)),
      workspace_(kernels.workspace_bytes(n_distorted, tile_) + kVifAlignment),
      distorted_sums_(static_cast<size_t>(n_distorted)) {}

// Even, but for the end.
int VifPart::first_row(int part, int height) const {
  return part == n_parts_ ? height : static_cast<int>(int64_t{height} * part / n_parts_ / 2 * 2);
}

VifBand VifPart::band_at(int scale, const std::vector<VifSide>& sides) {
  VifBand band{};
  band.width = format_.width >> scale;
  band.height = format_.height >> scale;
  band.top = first_row(part_, band.height);
  band.bottom = first_row(part_ + 1, band.height);
  band.mean_shift = scale == 0 ? format_.bit_depth : 16;
  band.product_shift = scale == 0 ? 2 * (format_.bit_depth - 8) : 16;
  band.enhn_gain_limits = enhn_gain_limits_.data();
  band.n_limits = static_cast<int>(enhn_gain_limits_.size());
  band.reference = sides[0];
  band.distorted = sides.data() + 1;
  band.n_distorted = static_cast<int>(distorted_sums_.size());
  band.tile = tile_;
  band.workspace = align(workspace_.data());
  return band;
}

void VifPart::measure(int scale, const std::vector<VifSide>& sides) {
  reference_sums_ = {};
  std::fill(distorted_sums_.begin(), distorted_sums_.end(), VifDistortedSums{});
  const bool is_bytes = scale == 0 && format_.bit_depth == 8;
  (is_bytes ? kernels_.bytes : kernels_.words[scale])(band_at(scale, sides), reference_sums_,
                                                      distorted_sums_.data());
  if (scale > 0) return;
  sample_bits_ = reference_sums_.sample_bits;
  for (const VifDistortedSums& sums : distorted_sums_) sample_bits_ |= sums.sample_bits;
}

VifInformation VifPart::information(size_t version, size_t limit) const {
  const VifDistortedSums& distorted = distorted_sums_[version];
  return {distorted.logs[limit], reference_sums_.logs, reference_sums_.n_flat, distorted.flat_variance};
}

}  // namespace vmaf_dnn::features
