// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/fast/decimator.h"

#include <algorithm>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {}  // namespace

SpeedDecimator::SpeedDecimator(const SpeedChromaKernels& kernels, const SpeedChromaPlan& plan, int width)
    : kernels_(kernels),
      plan_(plan),
      width_(width),
      middle_(1 << (plan.chroma.bit_depth - 1)),
      scale_(1 / static_cast<float>(1 << (plan.chroma.bit_depth - 8))),
      taps_(plan.decimation_taps),
      scaled_(plan.prescales() ? width * n_taps() : 0, n_taps()),
      sources_(plan.prescales() ? plan.chroma.width + 2 : 0, 2) {
  const int radius = n_taps() / 2;
  last_column_ = kSpeedDecimation * (width - 1) + radius;
  if (!plan.prescales()) {
    line_ = speed_line(radius + std::max(last_column_ + 1, plan.chroma.width));
    return;
  }
  line_ = speed_line(width * n_taps());
  for (int k = -radius; k <= radius; ++k)
    for (int x = 0; x < width; ++x) columns_.push_back(mirror(kSpeedDecimation * x + k, plan.scaled_width));
  for (const int column : columns_) {
    const Neighbours found = bilinear_neighbours(column, plan.chroma.width, plan.scaled_width);
    // Before the first sample, which only magnified planes have places for, the share is negative.
    source_columns_.push_back(found.share < 0 ? -1 : found.first);
    shares_.push_back(found.share);
  }
  source_columns_.resize(columns_.size() + kSpeedSlack);
  shares_.resize(columns_.size() + kSpeedSlack);
}

void SpeedDecimator::decimate(const Plane& plane, SpeedLines& kept) {
  if (plan_.prescales() && plan_.prescale_method != PrescaleMethod::kBilinear)
    plane_ = centre(plane, plan_.chroma);
  for (int y = 0; y < kept.height(); ++y)
    if (plan_.prescales())
      decimate_prescaled_row(plane, y, kept.row(y));
    else
      decimate_row(plane, y, kept.row(y));
}

void SpeedDecimator::decimate_row(const Plane& plane, int y, float* kept) {
  const int radius = n_taps() / 2, width = plan_.chroma.width;
  const int n = std::min(last_column_ + 1, width);
  const uint8_t* bytes[kSpeedMaxTaps];
  const uint16_t* words[kSpeedMaxTaps];
  float* const line = line_.data() + radius;
  for (int k = 0; k < n_taps(); ++k) {
    const void* const row = plane.row(mirror(kSpeedDecimation * y - radius + k, plan_.chroma.height));
    bytes[k] = static_cast<const uint8_t*>(row);
    words[k] = static_cast<const uint16_t*>(row);
  }
  if (plan_.chroma.bit_depth == 8)
    kernels_.filter_bytes(bytes, taps_.data(), n_taps(), middle_, n, line);
  else
    kernels_.filter_words(words, taps_.data(), n_taps(), middle_, n, line);
  for (int x = -radius; x < 0; ++x) line[x] = line[mirror(x, width)];
  for (int x = n; x <= last_column_; ++x) line[x] = line[mirror(x, width)];
  for (int x = 0; x < width_; ++x) {
    const float* const first = line + kSpeedDecimation * x - radius;
    float sum = 0;
    for (int k = 0; k < n_taps(); ++k) sum += taps_[static_cast<size_t>(k)] * first[k];
    kept[x] = sum * scale_;
  }
}

void SpeedDecimator::decimate_prescaled_row(const Plane& plane, int y, float* kept) {
  const int radius = n_taps() / 2;
  const float* rows[kSpeedMaxTaps];
  for (int k = 0; k < n_taps(); ++k) {
    prescale_row(plane, mirror(kSpeedDecimation * y - radius + k, plan_.scaled_height), scaled_.row(k));
    rows[k] = scaled_.row(k);
  }
  kernels_.filter_floats(rows, taps_.data(), n_taps(), width_ * n_taps(), line_.data());
  for (int k = 0; k < n_taps(); ++k) rows[k] = line_.data() + width_ * k;
  kernels_.filter_floats(rows, taps_.data(), n_taps(), width_, kept);
}

void SpeedDecimator::prescale_row(const Plane& plane, int y, float* scaled) {
  if (plan_.prescale_method != PrescaleMethod::kBilinear) {
    for (size_t i = 0; i < columns_.size(); ++i) scaled[i] = prescaled_sample(plane_, plan_, columns_[i], y);
    return;
  }
  const Neighbours rows = bilinear_neighbours(y, plan_.chroma.height, plan_.scaled_height);
  const float* lines[2];
  for (int i = 0; i < 2; ++i) {
    float* const line = sources_.row(i) + 1;
    centre_row(plane, i == 0 ? rows.first : rows.second, line);
    lines[i] = line;
  }
  kernels_.interpolate(lines, rows.share, source_columns_.data(), shares_.data(),
                       static_cast<int>(columns_.size()), scaled);
}

void SpeedDecimator::centre_row(const Plane& plane, int y, float* centred) {
  const void* const row = plane.row(y);
  const int n = plan_.chroma.width;
  if (plan_.chroma.bit_depth == 8) {
    const auto* const bytes = static_cast<const uint8_t*>(row);
    kernels_.filter_bytes(&bytes, &scale_, 1, middle_, n, centred);
  } else {
    const auto* const words = static_cast<const uint16_t*>(row);
    kernels_.filter_words(&words, &scale_, 1, middle_, n, centred);
  }
  centred[-1] = centred[1];
  centred[n] = centred[n - 2];
}

}  // namespace vmaf_dnn::features
