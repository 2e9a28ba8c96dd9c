// SPDX-License-Identifier: BSD-3-Clause
#include "features/comparer.h"

#include <algorithm>
#include <iterator>
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
    if (kernels_.vif != nullptr)
      vif_.emplace_back(*kernels_.vif, format, n_distorted, options.vif_enhn_gain_limit, i, n_parts);
  }
  if (kernels_.vif != nullptr) pyramid_.emplace(*kernels_.vif, format, n_distorted);
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

// The other tasks are run beside the first scale.
void Comparer::compare_vif(const Plane& reference, const Plane* distorted, FeatureRow* rows,
                           std::vector<Task> others) {
  if (vif_.empty()) {
    std::vector<Task> tasks = plain_vif_tasks(reference, distorted, rows);
    std::move(tasks.begin(), tasks.end(), std::back_inserter(others));
    return workers_.run(others);
  }
  pyramid_->begin(reference, distorted);
  for (int scale = 0; scale < kVifScales; ++scale) {
    const std::vector<VifSide>& sides = pyramid_->sides_at(scale);
    std::vector<Task> tasks;
    for (VifPart& part : vif_) tasks.push_back([&, scale] { part.measure(scale, sides); });
    std::move(others.begin(), others.end(), std::back_inserter(tasks));
    others.clear();
    workers_.run(tasks);
    pool_vif(scale, rows);
  }
}

std::vector<Task> Comparer::plain_vif_tasks(const Plane& reference, const Plane* distorted,
                                            FeatureRow* rows) {
  std::vector<Task> tasks;
  for (int i = 0; i < n_distorted_; ++i)
    tasks.push_back([this, &reference, &plane = distorted[i], &row = rows[i]] {
      const auto scores = vif_scores(to_luma(reference, format_), to_luma(plane, format_), format_.bit_depth,
                                     options_.vif_enhn_gain_limit);
      std::copy(scores.begin(), scores.end(), row.begin() + 1);
    });
  return tasks;
}

void Comparer::pool_vif(int scale, FeatureRow* rows) const {
  for (size_t i = 0; i < static_cast<size_t>(n_distorted_); ++i) {
    VifInformation sums;
    for (const VifPart& part : vif_) sums += part.sums()[i];
    rows[i][static_cast<size_t>(scale) + 1] = sums.score();
  }
}

}  // namespace vmaf_dnn::features
