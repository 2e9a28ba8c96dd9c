// SPDX-License-Identifier: BSD-3-Clause
#include "features/motion/fast/part.h"

#include <algorithm>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

template <typename Sample>
const Sample* row_of(const Plane& plane, int y) {
  return static_cast<const Sample*>(plane.row(y));
}

}  // namespace

MotionPart::MotionPart(const MotionKernels& kernels, const Format& format, int first, int end)
    : kernels_(kernels),
      format_(format),
      first_(first),
      end_(end),
      filtered_halves_(static_cast<size_t>(format.width + 2 * kMotionSlack + kMotionRadius)),
      filtered_odds_(filtered_halves_.size()) {
  for (auto& row : differences_) row.resize(static_cast<size_t>(format.width + kMotionSlack));
}

void MotionPart::measure(const Plane& previous, const Plane& current) {
  sum_ = 0;
  const int last = std::min(end_ + kMotionRadius, format_.height);
  int y = std::max(first_ - kMotionRadius, 0);
  for (int next = first_; next < end_; ++next) {
    while (y < std::min(next + kMotionRadius + 1, last)) subtract(previous, current, y++);
    sum_ += sum_row(next);
  }
}

void MotionPart::subtract(const Plane& previous, const Plane& current, int y) {
  const size_t slot = static_cast<size_t>(y % kTaps);
  int16_t* const difference = differences_[slot].data();
  const int n = format_.width;
  differs_[slot] =
      format_.bit_depth == 8
          ? kernels_.subtract_bytes(row_of<uint8_t>(previous, y), row_of<uint8_t>(current, y), n, difference)
          : kernels_.subtract_words(row_of<uint16_t>(previous, y), row_of<uint16_t>(current, y), n,
                                    difference);
}

int64_t MotionPart::sum_row(int y) {
  const int16_t* rows[kTaps];
  bool differs = false;
  for (int k = 0; k < kTaps; ++k) {
    const size_t slot = static_cast<size_t>(mirror(y + k - kMotionRadius, format_.height) % kTaps);
    rows[k] = differences_[slot].data();
    differs |= differs_[slot];
  }
  if (!differs) return 0;
  const int n = format_.width;
  const HalvedRow filtered = {filtered_halves_.data() + kMotionSlack, filtered_odds_.data() + kMotionSlack};
  kernels_.filter_columns(rows, n, format_.bit_depth, filtered);
  for (int16_t* const row : {filtered.half, filtered.odd})
    for (int i = 1; i <= kMotionRadius; ++i) {
      row[-i] = row[mirror(-i, n)];
      row[n - 1 + i] = row[mirror(n - 1 + i, n)];
    }
  return kernels_.sum_magnitudes(filtered, n);
}

}  // namespace vmaf_dnn::features
