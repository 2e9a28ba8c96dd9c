// SPDX-License-Identifier: BSD-3-Clause
// The picture of the first scale, made from a frame in one walk down its rows.
#pragma once

#include <cstdint>

#include "features/cambi/fast/kernels.h"
#include "features/cambi/fast/rows.h"
#include "features/cambi/plan.h"
#include "features/frame.h"

namespace vmaf_dnn::features {

class CambiPicture {
 public:
  // All have to outlive it.
  CambiPicture(const CambiKernels& kernels, const Format& format, const CambiPlan& plan);

  // Marked samples, halved if the plan says so.
  void prepare(const Plane& frame, SlackRows<uint16_t>& marked);

 private:
  static constexpr int kRadius = 3;
  static constexpr int kSide = 2 * kRadius + 1;
  // Codes of a row are needed until the row `kRadius` below and its neighbour are there.
  static constexpr int kRing = kRadius + 2;

  const void* samples(const Plane& frame, int y);
  const uint8_t* bytes(const Plane& frame, int y);
  void make_codes(const Plane& frame, int y);
  void enter_row(int y);
  void leave_row(int y);
  void mark_row(int y, uint16_t* marked);
  CambiSplit split(int y) { return {codes_[y % kRing], odd_[y % kRing]}; }

  const CambiKernels& kernels_;
  const Format& format_;
  const CambiPlan& plan_;
  const bool splits_;  // codes_ by columns
  SlackRows<uint8_t> resized_bytes_;
  SlackRows<uint16_t> resized_words_, wide_;  // rows y and y + 1, by y % 2
  SlackRows<uint16_t> codes_, odd_;           // by y % kRing
  SlackRows<uint8_t> level_;                  // by y % kSide
  SlackRows<uint8_t> in_column_;
};

}  // namespace vmaf_dnn::features
