// SPDX-License-Identifier: BSD-3-Clause
// The information of a row of statistics.
#pragma once

#include "features/vif/fast/kernels.h"

#define VMAF_DNN_INLINE inline __attribute__((always_inline))

namespace vmaf_dnn::features {
namespace {

// The words whose logarithms are taken are the upper ones of doubles: 20 bits of mantissa, of which 15 count,
// below the exponent and its bias.
constexpr int kLogMantissa = 20;

template <typename Isa>
void add_reference(const int32_t* variances, int n, VifReferenceSums& sums) {
  using I = typename Isa::I;
  constexpr int kWords = Isa::kBytes / 4, kBias = 127 + 17;  // of the float; of the logarithm of the noise
  const typename Isa::VifLog log;
  I logs = Isa::zero(), counts = Isa::zero();
  for (int x = 0; x < n; x += kWords) {
    const I variance = Isa::load(variances + x);
    const auto is_textured = Isa::greater32(variance, Isa::set32(kVifNoise - 1));
    if (!Isa::any(is_textured)) continue;
    counts = Isa::count32(counts, is_textured);
    const I sum = Isa::add32(variance, Isa::set32(kVifNoise));
    // Rounding to a float must not carry into the 15 bits: the bit two below them is cleared.
    const I cut = Isa::and_not(Isa::shift_right_u32(sum, 17), sum);
    const I word = Isa::shift_right_u32(Isa::float_bits(cut), 3);
    const I whole = Isa::shift_left32(Isa::shift_right_u32(word, kLogMantissa), 11);
    logs = Isa::add_where32(logs, is_textured, Isa::add32(whole, log(word)));
  }
  const int64_t n_textured = Isa::sum32(counts);
  sums.logs += Isa::sum32(logs) - n_textured * (kBias << 11);
  sums.n_flat += n - n_textured;
}

// The gain of a channel, of the halves of a vector of statistics.
template <typename Isa>
struct VifGains {
  using D = typename Isa::D;
  D r_variances[2], covariances[2], gains[2];

  VMAF_DNN_INLINE VifGains(const int32_t* of_reference, const int32_t* of_both) {
    for (int half = 0; half < 2; ++half) {
      r_variances[half] = Isa::load_doubles(of_reference + half * (Isa::kBytes / 8));
      covariances[half] = Isa::load_doubles(of_both + half * (Isa::kBytes / 8));
      const D divisor = Isa::add(r_variances[half], Isa::set_double(kVifLeastVariance));
      gains[half] = Isa::div(covariances[half], divisor);
    }
  }
};

// The signal that comes through a channel with noise.
template <typename Isa>
class VifSignal {
 public:
  using I = typename Isa::I;
  using D = typename Isa::D;
  using Log = typename Isa::VifLog;

  VMAF_DNN_INLINE VifSignal(const VifGains<Isa>& gains, const int32_t* variances, const Log& log)
      : gains_(gains) {
    D noise[2];
    for (int half = 0; half < 2; ++half) {
      const D variance = Isa::load_doubles(variances + half * (Isa::kBytes / 8));
      const D channel = Isa::sub(variance, Isa::mul(gains.gains[half], gains.covariances[half]));
      offset_noise_[half] = Isa::add_floor(Isa::set_double(Isa::kFloorOffset + kVifNoise),
                                           Isa::max(channel, Isa::set_double(0)));
      noise[half] = Isa::sub(offset_noise_[half], Isa::set_double(Isa::kFloorOffset));
    }
    noise_logs_ = logs_of(Isa::high_words(noise[0], noise[1]), log);
  }

  VMAF_DNN_INLINE bool exceeds(double gain) const {
    const D limit = Isa::set_double(gain);
    return Isa::any_above(gains_.gains[0], limit) || Isa::any_above(gains_.gains[1], limit);
  }

  // The logarithms of signal and noise over noise.
  VMAF_DNN_INLINE I logs(double gain_limit, const Log& log) const {
    D total[2];
    for (int half = 0; half < 2; ++half) {
      const D gain = Isa::min(gains_.gains[half], Isa::set_double(gain_limit));
      const D signal = Isa::mul(Isa::mul(gain, gain), gains_.r_variances[half]);
      total[half] = Isa::sub(Isa::add_floor(offset_noise_[half], signal), Isa::set_double(Isa::kFloorOffset));
    }
    return Isa::sub32(logs_of(Isa::high_words(total[0], total[1]), log), noise_logs_);
  }

 private:
  static VMAF_DNN_INLINE I logs_of(I words, const Log& log) {
    return Isa::add32(Isa::shift_left32(Isa::shift_right_u32(words, kLogMantissa), 11), log(words));
  }

  VifGains<Isa> gains_;
  D offset_noise_[2];
  I noise_logs_;
};

template <typename Isa>
void add_distorted(const int32_t* reference_variances, const int32_t* variances, const int32_t* covariances,
                   int n, const VifBand& band, VifDistortedSums& sums) {
  using I = typename Isa::I;
  constexpr int kWords = Isa::kBytes / 4;
  const typename Isa::VifLog log;
  const I low_word = Isa::set64(0xffffffff);
  const double first_limit = band.enhn_gain_limits[0];
  I logs = Isa::zero(), flat = Isa::zero(), logs_of_others[kMaxVifLimits];
  for (I& logs_of_other : logs_of_others) logs_of_other = Isa::zero();
  const auto gains_at = [&](int x) { return VifGains<Isa>(reference_variances + x, covariances + x); };
  // Divided a vector ahead where that costs no other register: all that follows waits for it.
  VifGains<Isa> next = gains_at(0);
  for (int x = 0; x < n; x += kWords) {
    const VifGains<Isa> gains = next;
    if (Isa::kHasManyRegisters && x + kWords < n) next = gains_at(x + kWords);
    const I r = Isa::load(reference_variances + x), d = Isa::load(variances + x);
    const auto is_textured = Isa::greater32(r, Isa::set32(kVifNoise - 1));
    if (!Isa::all(is_textured)) {
      const I variance = Isa::clear_where32(is_textured, d);
      flat =
          Isa::add64(flat, Isa::add64(Isa::bit_and(variance, low_word), Isa::shift_right_u64(variance, 32)));
    }
    const auto is_strong =
        Isa::both(Isa::both(is_textured, Isa::greater32(Isa::load(covariances + x), Isa::zero())),
                  Isa::greater32(d, Isa::zero()));
    if (!Isa::any(is_strong)) continue;
    const VifSignal<Isa> signal(Isa::kHasManyRegisters ? gains : gains_at(x), variances + x, log);
    const I first = signal.logs(first_limit, log);
    logs = Isa::add_where32(logs, is_strong, first);
    for (int i = 1; i < band.n_limits; ++i) {
      const double limit = band.enhn_gain_limits[i];
      const bool differs = signal.exceeds(limit < first_limit ? limit : first_limit);
      logs_of_others[i] =
          Isa::add_where32(logs_of_others[i], is_strong, differs ? signal.logs(limit, log) : first);
    }
  }
  sums.logs[0] += Isa::sum32(logs);
  for (int i = 1; i < band.n_limits; ++i) sums.logs[i] += Isa::sum32(logs_of_others[i]);
  sums.flat_variance += Isa::sum64(flat);
}

}  // namespace
}  // namespace vmaf_dnn::features
