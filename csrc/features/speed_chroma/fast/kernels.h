// SPDX-License-Identifier: BSD-3-Clause
// What SpEED-chroma spends its time on, once for each instruction set. Lanes are samples, rows, columns or
// blocks; every sum has the order of the definition, and so its bits.
#pragma once

#include <cstdint>

namespace vmaf_dnn::features {

// Lines and images of single precision may be read and written up to this many samples beyond their ends.
inline constexpr int kSpeedSlack = 16;

// Rows of 25 are kept as if of 32.
inline constexpr int kSpeedStride = 32;

struct SpeedChromaKernels {
  // Of as many rows as there are taps: sums of each column, less `middle` each. There are at least 16
  // columns.
  void (*filter_bytes)(const uint8_t* const* rows, const float* taps, int n_taps, int middle, int n,
                       float* sums);
  void (*filter_words)(const uint16_t* const* rows, const float* taps, int n_taps, int middle, int n,
                       float* sums);
  void (*filter_floats)(const float* const* rows, const float* taps, int n_taps, int n, float* sums);
  // Between two lines, at each of n places between a column and the next; the shares are those of the second.
  void (*interpolate)(const float* const* lines, float row_share, const int32_t* columns, const float* shares,
                      int n, float* samples);
  // Of the 25 windows of width x height samples.
  void (*covariance)(const float* image, int stride, int width, int height, float* matrix);
  void (*tridiagonalise)(float* matrix, float* diagonal, float* beside);
  // K becomes p and r = p K.
  void (*decompose)(const float* matrix, float* p, float* r);
  // Sample a of block b is blocks[a * stride + b].
  void (*quadratic_forms)(const float* p, const float* r, const float* blocks, int stride, int n_blocks,
                          float* forms);
  void (*entropies)(const float* eigenvalues, float sigma, const float* forms, int n_blocks,
                    float* entropies);
};

}  // namespace vmaf_dnn::features
