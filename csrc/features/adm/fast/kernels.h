// SPDX-License-Identifier: BSD-3-Clause
// What ADM does to a row, once for each instruction set. Plain pointers only: the files that fill this table
// are compiled with instructions that the CPU may lack, so nothing of theirs may be shared with other files.
#pragma once

#include <cstdint>

#include "features/adm/sensitivity.h"
#include "features/adm/wavelet.h"

namespace vmaf_dnn::features {

// Rows may be written, and those of rings read, up to this many samples beyond their ends, or before them.
inline constexpr int kRowSlack = 64;

// The least number of samples of a picture's row that is filtered at once.
inline constexpr int kMinSpan = 32;

// 32-bit samples, each 65536 upper + lower + 32768, so that 16-bit products do for both.
struct SplitRow {
  int16_t* upper;
  int16_t* lower;
};

struct CubeShifts {
  int square, cube;
};

// What is masked: around each sample (the rows above, at and below) and in its own place beyond that.
template <typename Mask>
struct Maskers {
  const Mask* neighbours[3];
  const Mask* own;
};

// A row of one half of what decoupling gives: the signal of each orientation, after level 0 its contrast, and
// what the other half masks of it; own[x] goes without neighbour[x].
template <typename Detail, typename Mask>
struct MaskedRow {
  Detail* signal[kOrientations];
  Mask* neighbour;
  Mask* own;
};

// Four rows become one low-pass and one high-pass row of n samples. No sample of a picture is read beyond n.
struct AdmColumnKernels {
  void (*bytes)(const uint8_t* const* rows, int n, int16_t* low, int16_t* high);
  void (*words)(const uint16_t* const* rows, int n, int bit_depth, int16_t* low, int16_t* high);
  void (*level_1)(const int16_t* const* rows, int n, SplitRow low, SplitRow high);
  void (*later)(const SplitRow* rows, int n, SplitRow low, SplitRow high);
};

// Of a row, n samples from its first. Three pointers are those of the orientations, and so are three sums.
template <typename Line, typename Detail, typename Mask>
struct AdmLevelKernels {
  // Pairs become single samples; `low` and `high` begin one sample before the first pair.
  void (*approximate)(Line low, int n, int shift, Line approximation);
  void (*detail)(Line low, Line high, int n, int shift, Detail* const* bands);

  void (*cubes)(const Detail* const* bands, int n, CubeShifts shifts, uint64_t* sums);

  // `additive` is null where the additive impairment is not wanted.
  void (*decouple)(const Detail* const* reference, const Detail* const* distorted, int n,
                   double enhn_gain_limit, BandWeights weights, const MaskedRow<Detail, Mask>& restored,
                   const MaskedRow<Detail, Mask>* additive);
  void (*masked_cubes)(const Detail* const* signal, const Maskers<Mask>& maskers, int n, BandWeights weights,
                       const CubeShifts* shifts, uint64_t* sums);
};

struct AdmKernels {
  AdmColumnKernels columns;
  AdmLevelKernels<int16_t*, int16_t, uint16_t> level_0;
  AdmLevelKernels<SplitRow, int32_t, int32_t> later;
};

}  // namespace vmaf_dnn::features
