// SPDX-License-Identifier: BSD-3-Clause
// Codes counted in windows: a run of equal ones adds its trapezoid at once.
#pragma once

#include "features/cambi/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

// A bit for each of 64 numbers: whether a(i) and b(i) are equal, of vectors of those from i on.
template <typename Isa, typename A, typename B>
uint64_t equal_bits_of_64(A a, B b) {
  constexpr int n = Isa::kWords;
  uint64_t bits = 0;
  for (int i = 0; i < 64; i += 2 * n) bits |= Isa::equal_bits16(a(i), b(i), a(i + n), b(i + n)) << i;
  return bits;
}

template <typename Isa>
size_t cambi_find_runs(const uint16_t* numbers, int n, const CambiCounts& counts, CambiRun* runs) {
  constexpr uint64_t kCuts = 0x0001'0001'0001'0001;
  static_assert(kCambiRun == 16);
  const auto closed = Isa::set16(static_cast<int16_t>(counts.numbering.closed));
  size_t n_runs = 0;
  for (int x = 0; x < n; x += 64) {
    const uint16_t* const here = numbers + x;
    const auto number_at = [&](int i) { return Isa::load(here + i); };
    const auto one_before = [&](int i) { return Isa::load(here + i - 1); };
    const uint64_t open = ~equal_bits_of_64<Isa>(number_at, [&](int) { return closed; });
    if (open == 0) continue;
    const uint64_t begins = kCuts | ~equal_bits_of_64<Isa>(number_at, one_before);
    for (uint64_t left = begins & open; left != 0; left &= left - 1) {
      const uint32_t first = static_cast<uint32_t>(__builtin_ctzll(left)), offset = first % kCambiRun;
      const uint64_t ends = begins >> first >> 1 | uint64_t{1} << (kCambiRun - 1 - offset);
      const uint32_t length_less_1 = static_cast<uint32_t>(__builtin_ctzll(ends));
      runs[n_runs++] = {here[first] * counts.stride + static_cast<uint32_t>(x) + first - offset,
                        length_less_1 * counts.line_stride + kCambiRun - offset};
    }
  }
  return n_runs;
}

template <typename Isa, int kVectors, typename Change>
void change_counts(const CambiRun* runs, size_t n, const CambiCounts& counts, Change change) {
  for (size_t i = 0; i < n; ++i) {
    int16_t* const sums = counts.table + runs[i].sums;
    const int16_t* const line = counts.lines + runs[i].line;
    for (int x = 0; x < kVectors * Isa::kWords; x += Isa::kWords)
      Isa::store(sums + x, change(Isa::load(sums + x), Isa::load(line + x)));
  }
}

template <typename Isa, typename Change>
void change_counts(const CambiRun* runs, size_t n, const CambiCounts& counts, Change change) {
  switch ((kCambiRun + 2 * counts.radius + Isa::kWords - 1) / Isa::kWords) {
    case 1:
      return change_counts<Isa, 1>(runs, n, counts, change);
    case 2:
      return change_counts<Isa, 2>(runs, n, counts, change);
    case 3:
      return change_counts<Isa, 3>(runs, n, counts, change);
    case 4:
      return change_counts<Isa, 4>(runs, n, counts, change);
    default:
      return change_counts<Isa, 5>(runs, n, counts, change);
  }
}

template <typename Isa>
void cambi_add_runs(const CambiRun* runs, size_t n, const CambiCounts& counts) {
  change_counts<Isa>(runs, n, counts, [](auto sum, auto line) { return Isa::add16(sum, line); });
}

template <typename Isa>
void cambi_remove_runs(const CambiRun* runs, size_t n, const CambiCounts& counts) {
  change_counts<Isa>(runs, n, counts, [](auto sum, auto line) { return Isa::sub16(sum, line); });
}

}  // namespace
}  // namespace vmaf_dnn::features
