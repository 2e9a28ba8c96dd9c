// SPDX-License-Identifier: BSD-3-Clause
// A scale: its modes, their numbers, how often there is each in the window, contrast values and their mean,
// all in one walk down its rows.
#pragma once

#include <cstdint>
#include <vector>

#include "features/cambi/fast/firing.h"
#include "features/cambi/fast/kernels.h"
#include "features/cambi/fast/rows.h"
#include "features/cambi/plan.h"

namespace vmaf_dnn::features {

class CambiScale {
 public:
  // For pictures of up to width x height. All have to outlive it.
  CambiScale(const CambiKernels& kernels, const CambiPlan& plan, int width, int height);
  CambiScale(const CambiScale&) = delete;
  CambiScale& operator=(const CambiScale&) = delete;

  // Of the marked picture; makes the next scale's, unless that is null.
  double mean_contrast(const SlackRows<uint16_t>& marked, SlackRows<uint16_t>* halved);

 private:
  void begin(int width);
  void enter_row(int y);
  void leave_row(int y);
  void number_row(int y, const SlackRows<uint16_t>& marked, SlackRows<uint16_t>* halved);
  double pool(int width, int height);
  std::vector<float> all_values(int width, int height) const;

  const CambiKernels& kernels_;
  const CambiPlan& plan_;
  FiringCodes codes_;
  std::vector<int16_t> lines_;  // of CambiCounts
  std::vector<int16_t> table_;  // all 0 between pictures
  CambiCounts counts_;
  SlackRows<uint16_t> modes_;    // of row y, by y % 3
  SlackRows<uint16_t> numbers_;  // by y % n_rows()
  SlackRows<CambiRun> runs_;     // likewise
  std::vector<size_t> n_runs_;
  std::vector<float> values_;
  std::vector<uint32_t> positions_;
  CambiValues found_;
};

}  // namespace vmaf_dnn::features
