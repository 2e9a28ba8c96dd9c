// SPDX-License-Identifier: BSD-3-Clause
// Compares the chroma of frames, each plane analysed once: by the kernels of the chosen instruction set, or
// by the definition.
#pragma once

#include <array>
#include <vector>

#include "features/frame.h"
#include "features/simd/kernels.h"
#include "features/speed_chroma/fast/analyser.h"
#include "features/speed_chroma/speed_chroma.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class SpeedChromaMeter {
 public:
  // `kernels` may be null; they have to outlive it. Throws Error{kInvalidArgument}, for frames without chroma
  // too.
  SpeedChromaMeter(const SpeedChromaKernels* kernels, const Format& format, int n_distorted,
                   const SpeedChromaOptions& options);

  // What analyses the frames, which have to stay until it is done.
  void add_tasks(const Planes& reference, const Planes* distorted, std::vector<Task>& tasks);
  SpeedChromaScores scores(size_t version) const;

 private:
  using Picture = std::array<PlaneAnalysis, 2>;  // of U and V

  SpeedChromaOptions options_;
  SpeedChromaPlan plan_;
  std::vector<Picture> pictures_;          // the reference, then the distorted versions
  std::vector<SpeedChromaAnalyser> fast_;  // of each plane of them in turn; none by the definition
};

}  // namespace vmaf_dnn::features
