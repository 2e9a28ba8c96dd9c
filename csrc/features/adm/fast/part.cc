// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/fast/part.h"

#include <algorithm>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

template <typename Line>
std::array<LineRow<Line>, kWaveletTaps> make_ring(int width) {
  const LineRow<Line> row(width);
  return {row, row, row, row};
}

// As far as the filter reads beyond the ends of n samples.
void mirror_ends(int16_t* row, const Span& columns, int n) {
  if (columns.first == 0) row[-1] = row[1];
  if (columns.end < n) return;
  row[n] = row[n - 1];
  row[n + 1] = row[n - 2];
}

void mirror_ends(SplitRow row, const Span& columns, int n) {
  mirror_ends(row.upper, columns, n);
  mirror_ends(row.lower, columns, n);
}

int input_row(int y, int tap, int n) { return mirror_repeating_last(2 * y - 1 + tap, n); }

}  // namespace

AdmPart::AdmPart(const AdmKernels& kernels, const Format& format, int n_distorted,
                 const std::vector<AdmVariant>& variants, int part, int n_parts)
    : kernels_(kernels),
      format_(format),
      plan_(plan_adm(format.width, format.height, part, n_parts)),
      low_(format.width),
      high_(format.width),
      split_low_(format.width),
      split_high_(format.width),
      first_(kernels.level_0, plan_[0], 0, n_distorted, variants),
      sums_(static_cast<size_t>(n_distorted), std::vector<AdmSums>(variants.size())) {
  const size_t n_pictures = sums_.size() + 1;
  first_approximations_.assign(n_pictures, make_ring<int16_t*>(plan_[0].width));
  for (size_t level = 1; level < kAdmLevels; ++level) {
    later_approximations_[level - 1].assign(n_pictures, make_ring<SplitRow>(plan_[level].width));
    later_.emplace_back(kernels.later, plan_[level], static_cast<int>(level), n_distorted, variants);
  }
}

void AdmPart::measure(const Plane& reference, const Planes* distorted) {
  for (auto& of_version : sums_) std::fill(of_version.begin(), of_version.end(), AdmSums());
  for (size_t level = 0; level < kAdmLevels; ++level) next_row_[level] = plan_[level].rows.first;
  for (int y = plan_[0].rows.first; y < plan_[0].rows.end; ++y) {
    produce_first(y, reference, distorted);
    advance(1, y + 1);
  }
  const auto denominators = sums_[0][0].denominators;
  for (auto& of_version : sums_)
    for (AdmSums& sums : of_version) sums.denominators = denominators;
}

// The rows of `level` and of those after it that can be had from n rows of the level before.
void AdmPart::advance(size_t level, int n_input_rows) {
  if (level == kAdmLevels) return;
  const AdmLevelPlan& plan = plan_[level];
  for (int& y = next_row_[level];
       y < plan.rows.end && std::min(2 * y + 3, plan.input_height) <= n_input_rows;) {
    produce_later(level, y++);
    advance(level + 1, y);
  }
}

void AdmPart::filter_pixels(const Plane& plane, int y) {
  const Span columns = plan_[0].input_columns;
  const void* rows[kWaveletTaps];
  for (int k = 0; k < kWaveletTaps; ++k)
    rows[k] = static_cast<const char*>(plane.row(input_row(y, k, plan_[0].input_height))) +
              columns.first * format_.sample_bytes();
  if (format_.bit_depth == 8) {
    const uint8_t* bytes[kWaveletTaps];
    std::transform(rows, rows + kWaveletTaps, bytes,
                   [](auto row) { return static_cast<const uint8_t*>(row); });
    kernels_.columns.bytes(bytes, columns.size(), low_.from(columns.first), high_.from(columns.first));
  } else {
    const uint16_t* words[kWaveletTaps];
    std::transform(rows, rows + kWaveletTaps, words,
                   [](auto row) { return static_cast<const uint16_t*>(row); });
    kernels_.columns.words(words, columns.size(), format_.bit_depth, low_.from(columns.first),
                           high_.from(columns.first));
  }
}

void AdmPart::produce_first(int y, const Plane& reference, const Planes* distorted) {
  for (size_t picture = 0; picture <= sums_.size(); ++picture) {
    filter_pixels(picture == 0 ? reference : distorted[picture - 1][0], y);
    add_row(0, y, picture, low_, high_, first_approximations_[picture], first_);
  }
}

void AdmPart::produce_later(size_t level, int y) {
  const AdmLevelPlan& plan = plan_[level];
  const int first = plan.input_columns.first, n = plan.input_columns.size();
  const SplitRow low = split_low_.from(first), high = split_high_.from(first);
  for (size_t picture = 0; picture <= sums_.size(); ++picture) {
    const auto gather = [&](auto& ring, auto* rows) {
      for (int k = 0; k < kWaveletTaps; ++k)
        rows[k] = ring[static_cast<size_t>(input_row(y, k, plan.input_height) % kWaveletTaps)].from(first);
    };
    if (level == 1) {
      int16_t* rows[kWaveletTaps];
      gather(first_approximations_[picture], rows);
      kernels_.columns.level_1(rows, n, low, high);
    } else {
      SplitRow rows[kWaveletTaps];
      gather(later_approximations_[level - 2][picture], rows);
      kernels_.columns.later(rows, n, low, high);
    }
    add_row(level, y, picture, split_low_, split_high_, later_approximations_[level - 1][picture],
            later_[level - 1]);
  }
}

template <typename Line, typename Stage>
void AdmPart::add_row(size_t level, int y, size_t picture, LineRow<Line>& low, LineRow<Line>& high,
                      Ring<Line>& ring, Stage& stage) {
  const AdmLevelPlan& plan = plan_[level];
  mirror_ends(low.from(0), plan.input_columns, plan.input_width);
  mirror_ends(high.from(0), plan.input_columns, plan.input_width);
  if (plan.detail_rows.holds(y)) {
    const int before = 2 * plan.detail_columns.first - 1;
    if (picture == 0)
      stage.add_reference(y, low.from(before), high.from(before), sums_[0][0].denominators[level]);
    else
      stage.add_distorted(y, low.from(before), high.from(before), picture - 1, sums_[picture - 1].data());
  }
  if (plan.next_rows.holds(y))
    stage.approximate(low.from(2 * plan.next_columns.first - 1),
                      ring[static_cast<size_t>(y % kWaveletTaps)].from(plan.next_columns.first));
}

}  // namespace vmaf_dnn::features
