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
                                         int n_distorted, const std::vector<AdmVariant>& variants)
    : kernels_(kernels),
      plan_(plan),
      level_(level),
      denominator_shifts_(plan.region, level),
      numerator_row_shift_(NumeratorShifts(plan.width, plan.height, level, 0).row),
      numerator_shifts_(cube_shifts(plan, level)),
      reference_(make_bands<Detail>(plan.width)),
      distorted_(make_bands<Detail>(plan.width)),
      variants_(variants) {
  std::vector<State> states;
  for (const AdmVariant& variant : variants) {
    states.push_back({Masked(plan.width), std::nullopt});
    if (variant.with_aim) states.back().additive.emplace(plan.width);
  }
  states_.assign(static_cast<size_t>(n_distorted), states);
}

template <typename Line, typename Detail, typename Mask>
AdmDetail<Line, Detail, Mask>::Masked::Masked(int width)
    : signal{make_bands<Detail>(width), make_bands<Detail>(width)},
      neighbours{SampleRow<Mask>(width), SampleRow<Mask>(width), SampleRow<Mask>(width)},
      own{SampleRow<Mask>(width), SampleRow<Mask>(width)} {}

template <typename Line, typename Detail, typename Mask>
MaskedRow<Detail, Mask> AdmDetail<Line, Detail, Mask>::Masked::row(int y, int x) {
  const auto [horizontal, vertical, diagonal] = pointers(signal[static_cast<size_t>(y % 2)], x);
  return {{horizontal, vertical, diagonal},
          neighbours[static_cast<size_t>(y % 3)].get() + x,
          own[static_cast<size_t>(y % 2)].get() + x};
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
void AdmDetail<Line, Detail, Mask>::add_distorted(int y, Line low, Line high, size_t version, AdmSums* sums) {
  const Span columns = plan_.detail_columns;
  const auto level = static_cast<size_t>(level_);
  const auto reference = pointers(reference_, columns.first), distorted = pointers(distorted_, columns.first);
  kernels_.detail(low, high, columns.size(), kHorizontalShifts[level_], distorted.data());
  for (size_t i = 0; i < variants_.size(); ++i) {
    const BandWeights weights = variants_[i].sensitivities[level].weights;
    State& state = states_[version][i];
    const auto add = [&](Masked& masked, NumeratorSums& into) {
      mirror_ends(masked.row(y, 0).neighbour);
      if (plan_.sum_rows.holds(y - 1)) add_masked(y - 1, masked, weights, into);
      if (y == plan_.height - 1 && plan_.sum_rows.holds(y)) add_masked(y, masked, weights, into);
    };
    const auto restored = state.restored.row(y, columns.first);
    const auto additive = state.additive ? state.additive->row(y, columns.first) : MaskedRow<Detail, Mask>();
    kernels_.decouple(reference.data(), distorted.data(), columns.size(),
                      variants_[i].options.enhn_gain_limit, weights, restored,
                      state.additive ? &additive : nullptr);
    add(state.restored, sums[i].restored[level]);
    if (state.additive) add(*state.additive, sums[i].additive[level]);
  }
}

template <typename Line, typename Detail, typename Mask>
void AdmDetail<Line, Detail, Mask>::mirror_ends(Mask* neighbour) const {
  const Span columns = plan_.detail_columns;
  if (columns.first == 0) neighbour[-1] = neighbour[1];
  if (columns.end == plan_.width) neighbour[columns.end] = neighbour[columns.end - 1];
}

template <typename Line, typename Detail, typename Mask>
void AdmDetail<Line, Detail, Mask>::add_masked(int y, Masked& masked, const BandWeights& weights,
                                               NumeratorSums& sums) const {
  const int left = plan_.region.left;
  const auto neighbours = [&](int row) {
    return masked.row(mirror_repeating_last(row, plan_.height), left).neighbour;
  };
  const auto row = masked.row(y, left);
  const Maskers<Mask> maskers = {{neighbours(y - 1), neighbours(y), neighbours(y + 1)}, row.own};
  std::array<uint64_t, kOrientations> row_sums;
  kernels_.masked_cubes(row.signal, maskers, plan_.region.width(), weights, numerator_shifts_.data(),
                        row_sums.data());
  for (size_t o = 0; o < kOrientations; ++o)
    sums[o] += static_cast<int64_t>(round_shift(row_sums[o], numerator_row_shift_));
}

template class AdmDetail<int16_t*, int16_t, uint16_t>;
template class AdmDetail<SplitRow, int32_t, int32_t>;

}  // namespace vmaf_dnn::features
