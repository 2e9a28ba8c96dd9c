// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/meter.h"

#include "base/error.h"

namespace vmaf_dnn::features {
namespace {

// Of odd sides it takes the halves rounded down, whatever the planes hold.
Format chroma_of(const Format& format) {
  if (format.chroma == Chroma::kNone)
    throw Error(Code::kInvalidArgument,
                "speed_chroma compares chroma, and the frames are luma alone; give their chroma planes, and"
                " say whether they are 420, 422 or 444.");
  const auto side = [](int n, bool is_halved) { return is_halved ? n / 2 : n; };
  return {side(format.width, format.chroma != Chroma::k444),
          side(format.height, format.chroma == Chroma::k420), format.bit_depth};
}

}  // namespace

SpeedChromaMeter::SpeedChromaMeter(const SpeedChromaKernels* kernels, const Format& format, int n_distorted,
                                   const SpeedChromaOptions& options)
    : options_(options), plan_(chroma_of(format), options), pictures_(static_cast<size_t>(n_distorted) + 1) {
  for (size_t i = 0; kernels != nullptr && i < 2 * pictures_.size(); ++i) fast_.emplace_back(*kernels, plan_);
}

void SpeedChromaMeter::add_tasks(const Planes& reference, const Planes* distorted, std::vector<Task>& tasks) {
  for (size_t i = 0; i < pictures_.size(); ++i)
    for (size_t plane = 0; plane < 2; ++plane)
      tasks.push_back([this, i, plane, samples = (i == 0 ? reference : distorted[i - 1])[plane + 1]] {
        pictures_[i][plane] = fast_.empty() ? analyse(samples, plan_) : fast_[2 * i + plane].analyse(samples);
      });
}

SpeedChromaScores SpeedChromaMeter::scores(size_t version) const {
  const auto& [reference_u, reference_v] = pictures_[0];
  const auto& [u, v] = pictures_[version + 1];
  return score(reference_u, reference_v, u, v, options_);
}

}  // namespace vmaf_dnn::features
