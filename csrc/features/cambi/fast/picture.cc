// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/fast/picture.h"

#include <algorithm>

namespace vmaf_dnn::features {
namespace {

template <typename Sample>
const Sample* take_columns(const void* row, const std::vector<int>& columns, Sample* taken) {
  const auto* const samples = static_cast<const Sample*>(row);
  for (size_t x = 0; x < columns.size(); ++x) taken[x] = samples[columns[x]];
  return taken;
}

}  // namespace

CambiPicture::CambiPicture(const CambiKernels& kernels, const Format& format, const CambiPlan& plan)
    : kernels_(kernels),
      format_(format),
      plan_(plan),
      splits_(format.bit_depth == 8 && plan.anti_dithered && plan.halved && plan.width >= kCambiLeastSplit) {
  resized_bytes_.reshape(plan.width, 2);
  resized_words_.reshape(plan.width, 2);
  wide_.reshape(plan.width, 2);
  codes_.reshape(plan.width, kRing);
  odd_.reshape(plan.width, kRing);
  level_.reshape(plan.width, kSide);
  in_column_.reshape(plan.width, 1);
}

void CambiPicture::prepare(const Plane& frame, SlackRows<uint16_t>& marked) {
  const int step = plan_.halved ? 2 : 1;
  const int height = plan_.height;
  marked.reshape((plan_.width + step - 1) / step, (height + step - 1) / step);
  level_.clear();
  in_column_.clear();
  make_codes(frame, 0);
  for (int y = 0; y < height + kRadius; ++y) {
    if (y + 1 < height) make_codes(frame, y + 1);
    y < height ? enter_row(y) : leave_row(y);
    const int centre = y - kRadius;
    if (centre < 0 || centre % step != 0) continue;
    mark_row(centre, marked[centre / step]);
  }
}

// Of the frame, those that make row y of the picture.
const void* CambiPicture::samples(const Plane& frame, int y) {
  if (plan_.columns.empty()) return frame.row(y);
  const void* const row = frame.row(plan_.rows[static_cast<size_t>(y)]);
  if (format_.bit_depth == 8) return take_columns(row, plan_.columns, resized_bytes_[y % 2]);
  return take_columns(row, plan_.columns, resized_words_[y % 2]);
}

const uint8_t* CambiPicture::bytes(const Plane& frame, int y) {
  return static_cast<const uint8_t*>(samples(frame, y));
}

void CambiPicture::make_codes(const Plane& frame, int y) {
  const int n = plan_.width, below = std::min(y + 1, plan_.height - 1);
  uint16_t* const codes = codes_[y % kRing];
  const auto words = [&](int i) { return static_cast<const uint16_t*>(samples(frame, i)); };
  if (splits_) {
    kernels_.average_bytes_split(bytes(frame, y), bytes(frame, below), n, codes, odd_[y % kRing]);
    return;
  }
  if (format_.bit_depth == 8 && plan_.anti_dithered) {
    kernels_.average_bytes(bytes(frame, y), bytes(frame, below), n, codes);
  } else if (format_.bit_depth == 8) {
    kernels_.widen_bytes(bytes(frame, y), n, codes);
  } else if (plan_.anti_dithered) {
    for (int i = y == 0 ? 0 : y + 1; i <= below; ++i)
      kernels_.widen_words(words(i), n, format_.bit_depth, wide_[i % 2]);
    kernels_.average_codes(wide_[y % 2], wide_[below % 2], n, codes);
  } else {
    kernels_.widen_words(words(y), n, format_.bit_depth, codes);
  }
  codes[n] = codes[n - 1];
}

void CambiPicture::enter_row(int y) {
  const int below = std::min(y + 1, plan_.height - 1);
  uint8_t *const level = level_[y % kSide], *const sums = in_column_[0];
  if (splits_)
    kernels_.enter_level_split(split(y), split(below), plan_.width, level, sums);
  else
    kernels_.enter_level(codes_[y % kRing], codes_[below % kRing], plan_.width, level, sums);
}

void CambiPicture::mark_row(int y, uint16_t* marked) {
  const auto mark = splits_ ? kernels_.mark_split : plan_.halved ? kernels_.mark_halved : kernels_.mark;
  mark(codes_[y % kRing], in_column_[0], plan_.width, plan_.mask_threshold, marked);
}

// A row below the picture: nothing is level there.
void CambiPicture::leave_row(int y) {
  const uint8_t* const leaving = level_[y % kSide];
  uint8_t* const sums = in_column_[0];
  for (int x = 0; x < plan_.width; ++x) sums[x] = static_cast<uint8_t>(sums[x] + leaving[x]);
}

}  // namespace vmaf_dnn::features
