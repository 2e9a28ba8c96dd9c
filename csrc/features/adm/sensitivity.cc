// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "base/error.h"
#include "base/text.h"

namespace vmaf_dnn::features {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Closer to the display than this no mode is defined: 3 picture heights of 1080 lines.
constexpr double kLeastLines = 3240;

using BandFloats = std::array<std::array<float, 2>, kAdmLevels>;  // of edges and of diagonals

double lines_of(const AdmOptions& options) { return options.norm_view_dist * options.ref_display_height; }

std::string geometry(double heights, int lines) {
  return to_text(heights) + " heights of a display of " + std::to_string(lines) + " lines";
}

// Watson, Yang, Solomon and Villasenor, "Visibility of wavelet quantization noise", 1997, of luma.
BandFloats watson(const AdmOptions& options) {
  constexpr float kAmplitudes[kAdmLevels][2] = {
      {0.67234F, 0.72709F}, {0.41317F, 0.49428F}, {0.22727F, 0.28688F}, {0.11792F, 0.15214F}};
  constexpr float kSlope = 0.466F, kLeast = 0.495F, kFrequency = 0.401F, kShifts[2] = {1.0F, 0.534F};
  const auto lines_per_degree = static_cast<float>(lines_of(options) * kPi / 180);
  BandFloats bands;
  for (int level = 0; level < kAdmLevels; ++level)
    for (size_t class_ = 0; class_ < 2; ++class_) {
      const auto octaves = static_cast<float>(
          std::log10(static_cast<double>(2 << level) * kFrequency * kShifts[class_] / lines_per_degree));
      const auto step = static_cast<float>(2.0 * kLeast * std::pow(10.0, kSlope * octaves * octaves) /
                                           kAmplitudes[level][class_]);
      bands[static_cast<size_t>(level)][class_] = 1.0F / step;
    }
  return bands;
}

// Barten's contrast sensitivity at 100 cd/m2, as in HDR-VDP 2.2.1.
class Barten {
 public:
  Barten() {
    constexpr float kAt20[4] = {0.334278F, 3.79542F, 1.07327F, 6.4635F};
    constexpr float kAt150[4] = {0.394533F, 2.7755F, 1.16577F, 7.45665F};
    const auto log_of = [](double luminance) { return static_cast<float>(std::log10(luminance)); };
    const float from = log_of(20), to = log_of(150), at = log_of(100);
    for (int i = 0; i < 4; ++i)
      parameters_[i] = kAt20[i] + ((kAt150[i] - kAt20[i]) / (to - from)) * (at - from);
  }

  // `frequency` in cycles per degree.
  float at(float frequency) const {
    constexpr double kTransferWeights[4] = {0.424838596301290, 0.572435103936480, 0.000167576239164937,
                                            0.00255872352306433};
    constexpr double kTransferDecays[4] = {0.028, 0.37, 37, 360};
    const float a =
        static_cast<float>(1 + std::pow(double{parameters_[0] * frequency}, double{parameters_[1]}));
    const float b = static_cast<float>(
        1 / std::pow(1 - std::exp(-std::pow(double{frequency / 7}, 2.0)), double{parameters_[2]}));
    const float c = static_cast<float>(parameters_[3] / std::sqrt(double{a * b}));
    float transfer = 0;
    for (int i = 0; i < 4; ++i)
      transfer += static_cast<float>(kTransferWeights[i] * std::exp(-kTransferDecays[i] * frequency));
    return c * transfer * kLuminance;
  }

 private:
  static constexpr float kLuminance = 30.1219521F;  // of 100 cd/m2

  float parameters_[4];
};

BandFloats barten(const AdmOptions& options) {
  const Barten sensitivity;
  const auto lines_per_degree = static_cast<float>(lines_of(options) * kPi / 180);
  BandFloats bands;
  for (size_t level = 0; level < kAdmLevels; ++level) {
    const float found = sensitivity.at(lines_per_degree / static_cast<float>(2 << level));
    bands[level] = {static_cast<float>(double{found} * options.csf_scale),
                    static_cast<float>(double{found} * options.csf_diag_scale)};
  }
  return bands;
}

struct Tabulated {
  int ref_display_height;
  double norm_view_dist;
  BandFloats bands;
};

// libvmaf's tables of a blend of Watson's and Barten's sensitivities. A display of twice the lines at the
// same number of its heights shows each level where the one before it was.
constexpr Tabulated kBlends[] = {
    {1080,
     3,
     {{{0.01183F, 0.004302F}, {0.025026F, 0.011778F}, {0.04295F, 0.023918F}, {0.058621F, 0.035901F}}}},
    {2160,
     1.5,
     {{{0.01183F, 0.004302F}, {0.025026F, 0.011778F}, {0.04295F, 0.023918F}, {0.058621F, 0.035901F}}}},
    {1080,
     5,
     {{{0.004212F, 0.000984F}, {0.014809F, 0.005852F}, {0.029642F, 0.0146F}, {0.047464F, 0.027574F}}}},
    {2160,
     3,
     {{{0.00226F, 0.000479F}, {0.01183F, 0.004302F}, {0.025026F, 0.011778F}, {0.04295F, 0.023918F}}}},
    {2160,
     5,
     {{{0.000092F, 0.00005F}, {0.004212F, 0.000984F}, {0.014809F, 0.005852F}, {0.029642F, 0.0146F}}}},
    {720,
     5,
     {{{0.010144F, 0.003463F}, {0.022561F, 0.010282F}, {0.040309F, 0.021839F}, {0.05672F, 0.034641F}}}},
};
constexpr Tabulated kBlendsMae[] = {
    {1080,
     3,
     {{{0.011249F, 0.004097F}, {0.022606F, 0.010921F}, {0.03593F, 0.02143F}, {0.045673F, 0.031313F}}}},
    {2160,
     1.5,
     {{{0.011249F, 0.004097F}, {0.022606F, 0.010921F}, {0.03593F, 0.02143F}, {0.045673F, 0.031313F}}}},
    {1080,
     5,
     {{{0.004052F, 0.000927F}, {0.013939F, 0.005544F}, {0.026298F, 0.013415F}, {0.038833F, 0.024515F}}}},
    {2160,
     3,
     {{{0.002166F, 0.000447F}, {0.011249F, 0.004097F}, {0.022606F, 0.010921F}, {0.03593F, 0.02143F}}}},
    {2160,
     5,
     {{{0.000077F, 0.000045F}, {0.004052F, 0.000927F}, {0.013939F, 0.005544F}, {0.026298F, 0.013415F}}}},
    {720,
     5,
     {{{0.009689F, 0.003302F}, {0.020577F, 0.009579F}, {0.034162F, 0.019661F}, {0.044523F, 0.030318F}}}},
};

template <size_t n>
BandFloats look_up(const Tabulated (&table)[n], const AdmOptions& options) {
  const auto* const found = std::find_if(std::begin(table), std::end(table), [&](const Tabulated& row) {
    return row.ref_display_height == options.ref_display_height &&
           row.norm_view_dist == options.norm_view_dist;
  });
  if (found != std::end(table)) return found->bands;
  const std::string known =
      join(table, [](const Tabulated& row) { return geometry(row.norm_view_dist, row.ref_display_height); });
  throw Error(Code::kInvalidArgument,
              "adm_csf_mode " + std::to_string(static_cast<int>(options.csf_mode)) + " does not know " +
                  geometry(options.norm_view_dist, options.ref_display_height) + "; it knows " + known + ".");
}

BandFloats bands_of(const AdmOptions& options) {
  switch (options.csf_mode) {
    case CsfMode::kBarten:
      return barten(options);
    case CsfMode::kBlend:
      return look_up(kBlends, options);
    case CsfMode::kBlendMae:
      return look_up(kBlendsMae, options);
    default:
      return watson(options);
  }
}

// Throws where an integer that libvmaf keeps in `n_bits` bits would wrap.
uint32_t weight(float sensitivity, int scale_bits, int n_bits) {
  const double scaled = std::ldexp(double{sensitivity}, scale_bits);
  if (scaled >= std::ldexp(1.0, n_bits))
    throw Error(Code::kInvalidArgument,
                "the sensitivities of ADM are too large for its integers; set adm_csf_scale and"
                " adm_csf_diag_scale to some 0.003.");
  return static_cast<uint32_t>(scaled);
}

}  // namespace

Sensitivities sensitivities(const AdmOptions& options) {
  if (lines_of(options) < kLeastLines)
    throw Error(Code::kInvalidArgument, "adm_norm_view_dist times adm_ref_display_height is " +
                                            to_text(lines_of(options)) +
                                            "; it must be 3240 or more, as 3 heights of 1080 lines are.");
  const BandFloats bands = bands_of(options);
  Sensitivities all;
  for (size_t level = 0; level < kAdmLevels; ++level) {
    const auto [edge, diagonal] = bands[level];
    const BandWeights weights = level == 0 ? BandWeights{weight(edge, 21, 16), weight(diagonal, 23, 16)}
                                           : BandWeights{weight(edge, 32, 31), weight(diagonal, 32, 31)};
    all[level] = {edge, diagonal, weights};
  }
  // libvmaf's own integers of its first geometry are a little off.
  if (options.csf_mode == CsfMode::kWatson && std::abs(lines_of(options) - kLeastLines) < 1e-8)
    all[0].weights = {36453, 49417};
  return all;
}

}  // namespace vmaf_dnn::features
