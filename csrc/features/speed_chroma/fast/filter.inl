// SPDX-License-Identifier: BSD-3-Clause
// Lanes are columns.
#pragma once

#include "features/speed_chroma/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

template <typename Isa>
struct IntegerLoader {
  typename Isa::I middle;

  template <typename Sample>
  typename Isa::F operator()(const Sample* p) const {
    return Isa::to_float(Isa::sub32(Isa::load_lanes(p), middle));
  }
};

template <typename Isa>
struct FloatLoader {
  typename Isa::F operator()(const float* p) const { return Isa::load_floats(p); }
};

// Of n vectors of columns from x on.
template <typename Isa, int n, typename Sample, typename Loader>
void filter_at(const Sample* const* rows, const float* taps, int n_taps, const Loader& load, int x,
               float* sums) {
  typename Isa::F sum[n];
  for (int i = 0; i < n; ++i) sum[i] = Isa::set_float(taps[0]) * load(rows[0] + x + i * Isa::kLanes);
  for (int k = 1; k < n_taps; ++k) {
    const auto tap = Isa::set_float(taps[k]);
    for (int i = 0; i < n; ++i) sum[i] = sum[i] + tap * load(rows[k] + x + i * Isa::kLanes);
  }
  for (int i = 0; i < n; ++i) Isa::store(sums + x + i * Isa::kLanes, sum[i]);
}

template <typename Isa, typename Sample>
void filter_integers(const Sample* const* rows, const float* taps, int n_taps, int middle, int n,
                     float* sums) {
  constexpr int kUnrolled = 4;
  const IntegerLoader<Isa> load = {Isa::set32(static_cast<uint32_t>(middle))};
  int x = 0;
  for (; x + kUnrolled * Isa::kLanes <= n; x += kUnrolled * Isa::kLanes)
    filter_at<Isa, kUnrolled>(rows, taps, n_taps, load, x, sums);
  for (; x < n; x += Isa::kLanes) {
    // The last vector overlaps the one before: pictures end where their rows do.
    if (x + Isa::kLanes > n) x = n - Isa::kLanes;
    filter_at<Isa, 1>(rows, taps, n_taps, load, x, sums);
  }
}

template <typename Isa>
void filter_floats(const float* const* rows, const float* taps, int n_taps, int n, float* sums) {
  constexpr int kUnrolled = 4;
  const FloatLoader<Isa> load;
  int x = 0;
  for (; x + kUnrolled * Isa::kLanes <= n; x += kUnrolled * Isa::kLanes)
    filter_at<Isa, kUnrolled>(rows, taps, n_taps, load, x, sums);
  for (; x < n; x += Isa::kLanes) filter_at<Isa, 1>(rows, taps, n_taps, load, x, sums);
}

template <typename Isa>
void interpolate(const float* const* lines, float row_share, const int32_t* columns, const float* shares,
                 int n, float* samples) {
  const auto one = Isa::set_float(1), y = Isa::set_float(row_share), rest_y = one - y;
  for (int i = 0; i < n; i += Isa::kLanes) {
    typename Isa::F a, b, c, d;
    Isa::load_pairs(lines[0], columns + i, &a, &b);
    Isa::load_pairs(lines[1], columns + i, &c, &d);
    const auto x = Isa::load_floats(shares + i), rest_x = one - x;
    const auto top = (rest_y * rest_x) * a + (rest_y * x) * b;
    Isa::store(samples + i, top + (y * rest_x) * c + (y * x) * d);
  }
}

}  // namespace
}  // namespace vmaf_dnn::features
