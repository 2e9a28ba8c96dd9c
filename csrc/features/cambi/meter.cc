// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/meter.h"

namespace vmaf_dnn::features {

CambiMeter::CambiMeter(const CambiKernels* kernels, const Format& format, int n_distorted,
                       const CambiOptions& options)
    : format_(format), plan_(plan_cambi(format, options)), scores_(static_cast<size_t>(n_distorted)) {
  for (int i = 0; kernels != nullptr && i < n_distorted; ++i)
    fast_.push_back(std::make_unique<Cambi>(*kernels, format, plan_));
}

void CambiMeter::add_tasks(const Planes* distorted, std::vector<Task>& tasks) {
  for (size_t i = 0; i < scores_.size(); ++i)
    tasks.push_back([this, i, distorted] {
      scores_[i] =
          fast_.empty() ? cambi_score(distorted[i][0], format_, plan_) : fast_[i]->measure(distorted[i][0]);
    });
}

}  // namespace vmaf_dnn::features
