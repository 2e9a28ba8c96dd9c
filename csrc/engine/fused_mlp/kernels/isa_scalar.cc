// SPDX-License-Identifier: BSD-3-Clause
// The reference: one lane, plain C++, any CPU.
#include <cmath>

#include "engine/fused_mlp/kernels/kernel.inl"

namespace vmaf_dnn::fused {
namespace {

struct Scalar {
  using F = float;
  using I = int32_t;
  static constexpr int kLanes = 1;
  static constexpr int kTileVectors = 4;
  static constexpr int kBlock = 4;
  static constexpr int kPack = 1;

  static F load(const float* p) { return *p; }
  static void store(float* p, F x) { *p = x; }
  static F broadcast(float x) { return x; }
  static void transpose(const float* rows, int /*stride*/, F (&columns)[4]) {
    for (int k = 0; k < 4; ++k) columns[k] = rows[k];
  }
  static F add(F a, F b) { return a + b; }
  static F sub(F a, F b) { return a - b; }
  static F mul(F a, F b) { return a * b; }
  static F div(F a, F b) { return a / b; }
  static F fma(F a, F b, F c) { return std::fma(a, b, c); }
  static F negated_fma(F a, F b, F c) { return std::fma(-a, b, c); }
  static F min(F a, F b) { return a < b ? a : b; }
  static F max(F a, F b) { return a > b ? a : b; }
  static F where_equal(F a, F b, F yes, F no) { return a == b ? yes : no; }
  static F lowest(F x) { return x; }
  static F highest(F x) { return x; }

  // To the nearest integer, ties to even; out of range becomes the lowest int32, as on x86.
  static I round(F x) {
    return x > -2147483648.0F && x < 2147483648.0F ? static_cast<I>(std::nearbyint(x)) : INT32_MIN;
  }
  static F to_float(I x) { return static_cast<F>(x); }
  static I load(const int32_t* p) { return *p; }
  static void store(int32_t* p, I x) { *p = x; }
  static I broadcast_word(int32_t x) { return x; }
  static I add(I a, I b) { return static_cast<I>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
  static I sub(I a, I b) { return a - b; }
  static I mul(I a, I b) { return a * b; }
  static I clamp_to_byte(I x) { return x < 0 ? 0 : x > 255 ? 255 : x; }
  static I pack(const I (&places)[kPack]) { return clamp_to_byte(places[0]); }
  static I dot(I sum, I x, I w) { return sum + x * w; }
  static F first(F x) { return x; }
  static I first(I x) { return x; }
  static void store_packed(int32_t* words, int k, I place) { words[k] = clamp_to_byte(place); }
};

}  // namespace

const Kernel kScalarKernel = {"scalar", Scalar::kLanes, Scalar::kBlock, Scalar::kPack, run_kernel<Scalar>};

}  // namespace vmaf_dnn::fused
