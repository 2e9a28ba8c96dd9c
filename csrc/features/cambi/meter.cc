// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/meter.h"

namespace vmaf_dnn::features {

CambiMeter::CambiMeter(const CambiKernels* kernels, const Format& format, const std::vector<Encode>& encodes,
                       const CambiOptions& options)
    : format_(format), scores_(encodes.size()) {
  for (const Encode& encode : encodes) plans_.push_back(plan_cambi(format, options.of(encode)));
  if (kernels == nullptr) return;
  for (const CambiPlan& plan : plans_) fast_.push_back(std::make_unique<Cambi>(*kernels, format, plan));
}

void CambiMeter::add_tasks(const Planes* distorted, std::vector<Task>& tasks) {
  for (size_t i = 0; i < scores_.size(); ++i)
    tasks.push_back([this, i, distorted] {
      scores_[i] = fast_.empty() ? cambi_score(distorted[i][0], format_, plans_[i])
                                 : fast_[i]->measure(distorted[i][0]);
    });
}

}  // namespace vmaf_dnn::features
