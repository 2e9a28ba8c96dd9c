// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/fast/detail.h"

#include <algorithm>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

template <typename T>
std::array<SampleRow<T>, kOrientations> make_bands(int width) {
  return {SampleRow<T>(width), SampleRow<T>(width), SampleRow<T>(width)};
}

std::array<CubeShifts, kOrientations> cube_shifts(const AdmLevelPlan& plan, int level) {
  std::array<CubeShifts, kOrientations> shifts;
  for (int o = 0; o < kOrientations; ++o) {
    const NumeratorShifts of_band(plan.width, plan.height, level, o);
    shifts[static_cast<size_t>(o)] = {of_band.square, of_band.cube};
  }
  return shifts;
}

}  // namespace

template <typename Line, typename Detail, typename Mask>
AdmDetail<Line, Detail, Mask>::AdmDetail(const Kernels& kernels, const AdmLevelPlan& plan, int level,
                                         int n_distorted, double enhn_gain_limit)
    : kernels_(kernels),
      plan_(plan),
      level_(level),
      enhn_gain_limit_(enhn_gain_limit),
      denominator_shifts_(plan.region, level),
      numerator_row_shift_(NumeratorShifts(plan.width, plan.height, level, 0).row),
      numerator_shifts_(cube_shifts(plan, level)),
      reference_(make_bands<Detail>(plan.width)),
      distorted_(make_bands<Detail>(plan.width)) {
  for (int i = 0; i < n_distorted; ++i) versions_.push_back(make_version(plan.width));
}

template <typename Line, typename Detail, typename Mask>
auto AdmDetail<Line, Detail, Mask>::make_version(int width) -> Version {
  const SampleRow<Mask> row(width);
  return {{make_bands<Detail>(width), make_bands<Detail>(width)}, {row, row, row}, {row, row}};
}

template <typename Line, typename Detail, typename Mask>
auto AdmDetail<Line, Detail, Mask>::pointers(Bands& bands, int x) -> Pointers {
  return {bands[0].get() + x, bands[1].get() + x, bands[2].get() + x};
}

template <typename Line, typename Detail, typename Mask>
void AdmDetail<Line, Detail, Mask>::add_reference(int y, Line low, Line high, DenominatorSums& sums) {
  const Span columns = plan_.detail_columns;
  kernels_.detail(low, high, columns.size(), kHorizontalShifts[level_],
                  pointers(reference_, columns.first).data());
  if (!plan_.sum_rows.holds(y)) return;
  DenominatorSums row_sums;
  kernels_.cubes(pointers(reference_, plan_.region.left).data(), plan_.region.width(),
                 {denominator_shifts_.square, denominator_shifts_.cube}, row_sums.data());
  for (size_t o = 0; o < kOrientations; ++o) sums[o] += round_shift(row_sums[o], denominator_shifts_.row);
}

template <typename Line, typename Detail, typename Mask>
void AdmDetail<Line, Detail, Mask>::add_distorted(int y, Line low, Line high, int version_index,
                                                  NumeratorSums& sums) {
  const Span columns = plan_.detail_columns;
  Version& version = versions_[static_cast<size_t>(version_index)];
  Mask* const neighbour = version.neighbours[static_cast<size_t>(y % 3)].get();
  const auto distorted = pointers(distorted_, columns.first);
  kernels_.detail(low, high, columns.size(), kHorizontalShifts[level_], distorted.data());
  kernels_.decouple(pointers(reference_, columns.first).data(), distorted.data(), columns.size(),
                    enhn_gain_limit_, level_,
                    pointers(version.kept[static_cast<size_t>(y % 2)], columns.first).data(),
                    neighbour + columns.first, version.own[static_cast<size_t>(y % 2)].get() + columns.first);
  if (columns.first == 0) neighbour[-1] = neighbour[1];
  if (columns.end == plan_.width) neighbour[columns.end] = neighbour[columns.end - 1];

  if (plan_.sum_rows.holds(y - 1)) add_masked(y - 1, version, sums);
  if (y == plan_.height - 1 && plan_.sum_rows.holds(y)) add_masked(y, version, sums);
}

template <typename Line, typename Detail, typename Mask>
void AdmDetail<Line, Detail, Mask>::add_masked(int y, Version& version, NumeratorSums& sums) const {
  const int left = plan_.region.left;
  const auto neighbours = [&](int row) {
    return version.neighbours[static_cast<size_t>(mirror_repeating_last(row, plan_.height) % 3)].get() + left;
  };
  const size_t slot = static_cast<size_t>(y % 2);
  const Maskers<Mask> maskers = {{neighbours(y - 1), neighbours(y), neighbours(y + 1)},
                                 version.own[slot].get() + left};
  std::array<uint64_t, kOrientations> row_sums;
  kernels_.masked_cubes(pointers(version.kept[slot], left).data(), maskers, plan_.region.width(),
                        numerator_shifts_.data(), row_sums.data());
  for (size_t o = 0; o < kOrientations; ++o)
    sums[o] += static_cast<int64_t>(round_shift(row_sums[o], numerator_row_shift_));
}

template class AdmDetail<int16_t*, int16_t, uint16_t>;
template class AdmDetail<SplitRow, int32_t, int32_t>;

}  // namespace vmaf_dnn::features
