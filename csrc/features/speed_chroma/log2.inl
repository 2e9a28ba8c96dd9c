// SPDX-License-Identifier: BSD-3-Clause
// Binary logarithms in double precision, of numbers or of vectors of them, with the same bits on every CPU:
// the C library's differ from one to another. Three units in the last place at most, which single
// precision hides.
#pragma once

namespace vmaf_dnn::features {
namespace {

inline constexpr double kTwoByLn2 = 2.885390081777926814719849362;

// Where mantissas begin: the square root of a half.
inline constexpr float kLog2Least = 0x1.6A09E6p-1F;
inline constexpr int kLog2LeastBits = 0x3F3504F3;

// Of 2^exponent * mantissa, with a mantissa from kLog2Least to below its double.
template <typename Real>
Real log2_of_parts(Real mantissa, Real exponent) {
  const Real s = (mantissa - 1) / (mantissa + 1), square = s * s;
  // 2 / ln 2 times the series of artanh.
  Real sum = square * (kTwoByLn2 / 21) + kTwoByLn2 / 19;
  sum = sum * square + kTwoByLn2 / 17;
  sum = sum * square + kTwoByLn2 / 15;
  sum = sum * square + kTwoByLn2 / 13;
  sum = sum * square + kTwoByLn2 / 11;
  sum = sum * square + kTwoByLn2 / 9;
  sum = sum * square + kTwoByLn2 / 7;
  sum = sum * square + kTwoByLn2 / 5;
  sum = sum * square + kTwoByLn2 / 3;
  return sum * square * s + kTwoByLn2 * s + exponent;
}

}  // namespace
}  // namespace vmaf_dnn::features
