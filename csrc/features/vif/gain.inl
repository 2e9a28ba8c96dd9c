// SPDX-License-Identifier: BSD-3-Clause
// The information of a row of statistics.
#pragma once

#include "features/vif/kernels.h"

#define VMAF_DNN_INLINE inline __attribute__((always_inline))

namespace vmaf_dnn::features {
namespace {

// Logarithms by VifLogSteps, one entry after another.
template <typename Isa>
class SteppedLog {
 public:
  using I = typename Isa::I;

  explicit SteppedLog(const uint16_t* steps) : steps_(steps) {}

  // 2048 * log2 of a mantissa given by its 15 bits below the first; what is above them is ignored.
  VMAF_DNN_INLINE I operator()(I bits) const {
    const I step = Isa::look_up_u16(steps_, Isa::shift_right_u32(Isa::bit_and(bits, Isa::set32(0x7fff)), 3));
    return Isa::shift_right_u32(Isa::add32(step, Isa::bit_and(bits, Isa::set32(7))), 3);
  }

 private:
  const uint16_t* steps_;
};

// 2048 * log2 of numbers given by the bits of a float: 15 of mantissa, above them the exponent and its bias,
// which stays in the result.
template <typename Isa>
VMAF_DNN_INLINE typename Isa::I biased_log(typename Isa::I bits, const typename Isa::VifLog& log) {
  return Isa::add32(Isa::shift_left32(Isa::shift_right_u32(bits, 15), 11), log(bits));
}

template <typename Isa>
void add_reference(const int32_t* variances, int n, const uint16_t* table, VifReferenceSums& sums) {
  using I = typename Isa::I;
  constexpr int kWords = Isa::kBytes / 4, kBias = 127 + 17;  // of the float; of the logarithm of the noise
  const typename Isa::VifLog log(table);
  I logs = Isa::zero(), n_textured = Isa::zero();
  for (int x = 0; x < n; x += kWords) {
    const I variance = Isa::load(variances + x);
    const I is_textured = Isa::greater32(variance, Isa::set32(kVifNoise - 1));
    if (!Isa::any(is_textured)) continue;
    n_textured = Isa::sub32(n_textured, is_textured);
    const I sum = Isa::add32(variance, Isa::set32(kVifNoise));
    // Rounding to a float must not carry into the 15 bits: the bit two below them is cleared.
    const I cut = Isa::and_not(Isa::shift_right_u32(sum, 17), sum);
    const I biased = biased_log<Isa>(Isa::shift_right_u32(Isa::float_bits(cut), 8), log);
    logs = Isa::add32(logs, Isa::bit_and(is_textured, Isa::sub32(biased, Isa::set32(kBias << 11))));
  }
  sums.logs += Isa::sum32(logs);
  sums.n_flat += n - Isa::sum32(n_textured);
}

// The logarithm of signal and noise over noise, of a vector of statistics.
template <typename Isa>
VMAF_DNN_INLINE typename Isa::I signal_logs(const int32_t* r_variances, const int32_t* variances,
                                            const int32_t* covariances, double enhn_gain_limit,
                                            const typename Isa::VifLog& log) {
  using D = typename Isa::D;
  constexpr int kDoubles = Isa::kBytes / 8;
  const D offset = Isa::set_double(Isa::kFloorOffset), zero = Isa::set_double(0);
  D noise[2], total[2];
  for (int half = 0; half < 2; ++half) {
    const D r_variance = Isa::load_doubles(r_variances + half * kDoubles);
    const D covariance = Isa::load_doubles(covariances + half * kDoubles);
    D gain = Isa::div(covariance, Isa::add(r_variance, Isa::set_double(65536 * 1.0e-10)));
    const D channel = Isa::sub(Isa::load_doubles(variances + half * kDoubles), Isa::mul(gain, covariance));
    const D offset_noise =
        Isa::add_floor(Isa::set_double(Isa::kFloorOffset + kVifNoise), Isa::max(channel, zero));
    gain = Isa::min(gain, Isa::set_double(enhn_gain_limit));
    const D signal = Isa::mul(Isa::mul(gain, gain), r_variance);
    noise[half] = Isa::sub(offset_noise, offset);
    total[half] = Isa::sub(Isa::add_floor(offset_noise, signal), offset);
  }
  return Isa::sub32(biased_log<Isa>(Isa::high_words(total[0], total[1], 37), log),
                    biased_log<Isa>(Isa::high_words(noise[0], noise[1], 37), log));
}

template <typename Isa>
void add_distorted(const int32_t* reference_variances, const int32_t* variances, const int32_t* covariances,
                   int n, double enhn_gain_limit, const uint16_t* table, VifDistortedSums& sums) {
  using I = typename Isa::I;
  constexpr int kWords = Isa::kBytes / 4;
  const typename Isa::VifLog log(table);
  const I low_word = Isa::set64(0xffffffff);
  I logs = Isa::zero(), flat = Isa::zero();
  for (int x = 0; x < n; x += kWords) {
    const I r = Isa::load(reference_variances + x), d = Isa::load(variances + x);
    const I rd = Isa::load(covariances + x);
    const I is_textured = Isa::greater32(r, Isa::set32(kVifNoise - 1));
    const I flat_variance = Isa::and_not(is_textured, d);
    flat = Isa::add64(
        flat, Isa::add64(Isa::bit_and(flat_variance, low_word), Isa::shift_right_u64(flat_variance, 32)));
    const I is_strong = Isa::bit_and(
        is_textured, Isa::bit_and(Isa::greater32(rd, Isa::zero()), Isa::greater32(d, Isa::zero())));
    if (!Isa::any(is_strong)) continue;
    const I signal =
        signal_logs<Isa>(reference_variances + x, variances + x, covariances + x, enhn_gain_limit, log);
    logs = Isa::add32(logs, Isa::bit_and(is_strong, signal));
  }
  sums.logs += Isa::sum32(logs);
  sums.flat_variance += Isa::sum64(flat);
}

}  // namespace
}  // namespace vmaf_dnn::features
