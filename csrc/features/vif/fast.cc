// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/fast.h"

#include <cstdint>

#include "features/run_parts.h"
#include "features/vif/information.h"
#include "features/vif/log_table.h"

namespace vmaf_dnn::features {
namespace {

constexpr size_t kAlignment = 64;

char* align(char* p) { return p + (kAlignment - reinterpret_cast<uintptr_t>(p) % kAlignment) % kAlignment; }

const uint16_t* log_table() {
  static const VifLogSteps steps{VifLog()};
  return steps.data();
}

}  // namespace

FastVif::FastVif(const VifKernels& kernels, const Format& format, int n_distorted, double enhn_gain_limit,
                 int n_parts)
    : kernels_(kernels),
      format_(format),
      n_distorted_(n_distorted),
      enhn_gain_limit_(enhn_gain_limit),
      workspaces_(static_cast<size_t>(n_parts),
                  std::vector<char>(kernels.workspace_bytes(n_distorted) + kAlignment)) {
  for (int scale = 1; scale < kVifScales; ++scale)
    for (int i = 0; i <= n_distorted; ++i)
      images_[static_cast<size_t>(scale)].emplace_back(
          (format.width >> scale) + static_cast<int>(kernels.n_padding), format.height >> scale);
}

VifBand FastVif::whole(int scale) const {
  const int height = format_.height >> scale;
  const int mean_shift = scale == 0 ? format_.bit_depth : 16;
  const int product_shift = scale == 0 ? 2 * (format_.bit_depth - 8) : 16;
  return {format_.width >> scale, height,      0,  height,  mean_shift,   product_shift,
          enhn_gain_limit_,       log_table(), {}, nullptr, n_distorted_, nullptr};
}

// At scale 0 they point to the planes already.
void FastVif::point_to(size_t scale, std::vector<VifSide>& sides) {
  for (size_t i = 0; i < sides.size(); ++i) {
    if (scale > 0) {
      Luma& image = images_[scale][i];
      sides[i].samples = image[0];
      sides[i].stride_bytes = 2 * image.width();
    }
    Luma* const next = scale + 1 < kVifScales ? &images_[scale + 1][i] : nullptr;
    sides[i].coarser = next == nullptr ? nullptr : (*next)[0];
    sides[i].coarser_stride = next == nullptr ? 0 : next->width();
  }
}

FastVif::Sums FastVif::measure(size_t scale, const std::vector<VifSide>& sides) {
  const VifKernel kernel = scale == 0 && format_.bit_depth == 8 ? kernels_.bytes : kernels_.words[scale];
  VifBand image = whole(static_cast<int>(scale));
  image.reference = sides[0];
  image.distorted = sides.data() + 1;
  const auto n_parts = static_cast<int>(workspaces_.size());
  std::vector<Sums> parts(workspaces_.size());
  for (Sums& sums : parts) sums.distorted.resize(static_cast<size_t>(n_distorted_));
  run_parts(n_parts, [&](int i) {
    VifBand band = image;
    const auto first_row = [&](int part) {
      return part == n_parts ? image.height
                             : static_cast<int>(int64_t{image.height} * part / n_parts / 2 * 2);
    };
    band.top = first_row(i);
    band.bottom = first_row(i + 1);
    const auto part = static_cast<size_t>(i);
    band.workspace = align(workspaces_[part].data());
    kernel(band, parts[part].reference, parts[part].distorted.data());
  });
  for (size_t part = 1; part < parts.size(); ++part) {
    parts[0].reference.logs += parts[part].reference.logs;
    parts[0].reference.n_flat += parts[part].reference.n_flat;
    for (size_t i = 0; i < parts[0].distorted.size(); ++i) {
      parts[0].distorted[i].logs += parts[part].distorted[i].logs;
      parts[0].distorted[i].flat_variance += parts[part].distorted[i].flat_variance;
    }
  }
  return parts[0];
}

void FastVif::score(const Plane& reference, const Plane* distorted, std::array<double, kVifScales>* scores) {
  std::vector<VifSide> sides = {{reference.samples, reference.stride_bytes, nullptr, 0}};
  for (int i = 0; i < n_distorted_; ++i)
    sides.push_back({distorted[i].samples, distorted[i].stride_bytes, nullptr, 0});
  for (size_t scale = 0; scale < kVifScales; ++scale) {
    point_to(scale, sides);
    const Sums sums = measure(scale, sides);
    for (size_t i = 0; i < sums.distorted.size(); ++i)
      scores[i][scale] = VifInformation{sums.distorted[i].logs, sums.reference.logs, sums.reference.n_flat,
                                        sums.distorted[i].flat_variance}
                             .score();
  }
}

}  // namespace vmaf_dnn::features
