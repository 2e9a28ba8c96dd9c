// SPDX-License-Identifier: BSD-3-Clause
// Lanes are blocks.
#pragma once

#include "features/speed_chroma/constants.h"
#include "features/speed_chroma/fast/kernels.h"
#include "features/speed_chroma/log2.inl"

namespace vmaf_dnn::features {
namespace {

// The logarithms of a vector in two halves.
template <typename Isa>
struct Log2 {
  typename Isa::F mantissa, special;
  typename Isa::I exponent;

  explicit Log2(typename Isa::F x) {
    using F = typename Isa::F;
    const auto bits = Isa::bits_of(x);
    exponent = Isa::shift_right32(Isa::sub32(bits, Isa::set32(kLog2LeastBits)), 23);
    mantissa = Isa::float_of_bits(Isa::sub32(bits, Isa::shift_left32(exponent, 23)));
    // What is not a positive number: added, it makes of any finite logarithm what the definition says.
    const F zero = Isa::set_float(0), infinity = Isa::set_float(__builtin_inff());
    const F not_positive = x == zero ? -infinity : Isa::set_float(__builtin_nanf(""));
    special = x > zero ? (x < infinity ? zero : x) : not_positive;
  }

  typename Isa::D half(int i) const {
    return log2_of_parts(Isa::to_double(mantissa, i), Isa::to_double(exponent, i)) +
           Isa::to_double(special, i);
  }
};

template <typename Isa>
void entropies_of(const float* eigenvalues, float sigma, const float* forms, int n_blocks, float* entropies) {
  for (int block = 0; block < n_blocks; block += Isa::kLanes) {
    const auto form = Isa::load_floats(forms + block);
    auto low = Isa::set_double(0), high = low;
    for (int k = 0; k < kPatchSize; ++k) {
      const float eigenvalue = eigenvalues[k] > 0 ? eigenvalues[k] : 0;
      const Log2<Isa> log(Isa::set_float(eigenvalue) * form + Isa::set_float(sigma));
      low = Isa::round_to_float(low + (log.half(0) + Isa::set_double(kLog2Of2PiE)));
      high = Isa::round_to_float(high + (log.half(1) + Isa::set_double(kLog2Of2PiE)));
    }
    Isa::store(entropies + block, low);
    Isa::store(entropies + block + Isa::kDoubles, high);
  }
}

}  // namespace
}  // namespace vmaf_dnn::features
