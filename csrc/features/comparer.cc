// SPDX-License-Identifier: BSD-3-Clause
#include "features/comparer.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "features/adm/adm.h"
#include "features/motion/motion.h"
#include "features/vif/vif.h"

namespace vmaf_dnn::features {

Comparer::Comparer(const Format& format, int n_distorted, const Options& options, Workers& workers)
    : format_(format),
      n_distorted_(n_distorted),
      options_(options),
      workers_(workers),
      kernels_(choose_kernels()) {
  const int n_parts = workers.n_threads();
  for (int i = 0; i < n_parts; ++i) {
    if (kernels_.adm != nullptr)
      adm_.emplace_back(*kernels_.adm, format, n_distorted, options.adm_enhn_gain_limit, i, n_parts);
    if (kernels_.motion != nullptr && options.motion_rule == MotionRule::kLibvmaf32 &&
        format.bit_depth <= kMaxMotionKernelDepth)
      motion_.emplace_back(*kernels_.motion, format, format.height * i / n_parts,
                           format.height * (i + 1) / n_parts);
  }
  if (kernels_.vif != nullptr)
    vif_.emplace(*kernels_.vif, format, n_distorted, options.vif_enhn_gain_limit, n_parts);
}

std::optional<double> Comparer::compare(const Plane* previous, const Plane& reference, const Plane* distorted,
                                        FeatureRow* rows, Task other) {
  std::vector<Task> tasks = motion_tasks(previous, reference);
  tasks.push_back(std::move(other));
  for (Task& task : adm_tasks(reference, distorted, rows)) tasks.push_back(std::move(task));
  compare_vif(reference, distorted, rows, std::move(tasks));
  pool_adm(rows);
  if (previous == nullptr) return std::nullopt;
  return pool_motion();
}

std::optional<double> Comparer::measure_motion(const Plane* previous, const Plane& reference, Task other) {
  std::vector<Task> tasks = motion_tasks(previous, reference);
  tasks.push_back(std::move(other));
  workers_.run(tasks);
  if (previous == nullptr) return std::nullopt;
  return pool_motion();
}

std::vector<Task> Comparer::motion_tasks(const Plane* previous, const Plane& reference) {
  std::vector<Task> tasks;
  if (previous == nullptr) return tasks;
  for (MotionPart& part : motion_) tasks.push_back([&, previous] { part.measure(*previous, reference); });
  if (motion_.empty())
    tasks.push_back([this, previous, &reference] {
      plain_motion_ = motion_score(to_luma(*previous, format_), to_luma(reference, format_),
                                   format_.bit_depth, options_.motion_rule);
    });
  return tasks;
}

double Comparer::pool_motion() const {
  if (motion_.empty()) return plain_motion_;
  int64_t sum = 0;
  for (const MotionPart& part : motion_) sum += part.sum();
  return motion_score(sum, format_.width, format_.height);
}

std::vector<Task> Comparer::adm_tasks(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  std::vector<Task> tasks;
  for (AdmPart& part : adm_) tasks.push_back([&, distorted] { part.measure(reference, distorted); });
  if (adm_.empty())
    for (int i = 0; i < n_distorted_; ++i)
      tasks.push_back([this, &reference, &plane = distorted[i], &row = rows[i]] {
        row[0] = adm_score(to_luma(reference, format_), to_luma(plane, format_), format_.bit_depth,
                           options_.adm_enhn_gain_limit);
      });
  return tasks;
}

void Comparer::pool_adm(FeatureRow* rows) const {
  if (adm_.empty()) return;
  for (size_t i = 0; i < static_cast<size_t>(n_distorted_); ++i) {
    AdmSums sums;
    for (const AdmPart& part : adm_) sums += part.sums()[i];
    rows[i][0] = adm_score(sums, format_.width, format_.height);
  }
}

void Comparer::compare_vif(const Plane& reference, const Plane* distorted, FeatureRow* rows,
                           std::vector<Task> others) {
  std::vector<std::array<double, kVifScales>> scores(static_cast<size_t>(n_distorted_));
  if (vif_) {
    vif_->score(reference, distorted, scores.data(), workers_, std::move(others));
  } else {
    for (size_t i = 0; i < scores.size(); ++i)
      others.push_back([&, i] {
        scores[i] = vif_scores(to_luma(reference, format_), to_luma(distorted[i], format_), format_.bit_depth,
                               options_.vif_enhn_gain_limit);
      });
    workers_.run(others);
  }
  for (size_t i = 0; i < scores.size(); ++i)
    std::copy(scores[i].begin(), scores[i].end(), rows[i].begin() + 1);
}

}  // namespace vmaf_dnn::features
