// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/fast.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>

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

FastVif::Sums& FastVif::Sums::operator+=(const Sums& other) {
  reference.logs += other.reference.logs;
  reference.n_flat += other.reference.n_flat;
  for (size_t i = 0; i < distorted.size(); ++i) {
    distorted[i].logs += other.distorted[i].logs;
    distorted[i].flat_variance += other.distorted[i].flat_variance;
  }
  return *this;
}

void FastVif::measure(VifBand band, size_t scale, size_t part, Sums& sums) {
  const auto first_row = [&](size_t i) {
    const size_t n_parts = workspaces_.size();
    return i == n_parts ? band.height
                        : static_cast<int>(static_cast<size_t>(band.height) * i / n_parts / 2 * 2);
  };
  band.top = first_row(part);
  band.bottom = first_row(part + 1);
  band.workspace = align(workspaces_[part].data());
  const bool is_bytes = scale == 0 && format_.bit_depth == 8;
  (is_bytes ? kernels_.bytes : kernels_.words[scale])(band, sums.reference, sums.distorted.data());
}

void FastVif::score(const Plane& reference, const Plane* distorted, std::array<double, kVifScales>* scores,
                    Workers& workers, std::vector<Task> others) {
  std::vector<VifSide> sides = {{reference.samples, reference.stride_bytes, nullptr, 0}};
  for (int i = 0; i < n_distorted_; ++i)
    sides.push_back({distorted[i].samples, distorted[i].stride_bytes, nullptr, 0});
  for (size_t scale = 0; scale < kVifScales; ++scale) {
    point_to(scale, sides);
    VifBand image = whole(static_cast<int>(scale));
    image.reference = sides[0];
    image.distorted = sides.data() + 1;
    std::vector<Sums> parts(workspaces_.size(), Sums(n_distorted_));
    std::vector<Task> tasks;
    for (size_t part = 0; part < parts.size(); ++part)
      tasks.push_back([&, part] { measure(image, scale, part, parts[part]); });
    std::move(others.begin(), others.end(), std::back_inserter(tasks));
    others.clear();
    workers.run(tasks);
    const Sums sums = std::accumulate(parts.begin(), parts.end(), Sums(n_distorted_),
                                      [](Sums all, const Sums& part) { return all += part; });
    for (size_t i = 0; i < sums.distorted.size(); ++i)
      scores[i][scale] = VifInformation{sums.distorted[i].logs, sums.reference.logs, sums.reference.n_flat,
                                        sums.distorted[i].flat_variance}
                             .score();
  }
}

}  // namespace vmaf_dnn::features
