// SPDX-License-Identifier: BSD-3-Clause
#include "features/comparer.h"

#include <algorithm>

#include "features/simd/kernels.h"

namespace vmaf_dnn::features {

namespace {

double output_of(const AdmScores& scores, size_t output) {
  switch (output) {
    case kAdm2:
      return scores.adm2;
    case kAim:
      return scores.aim;
    case kAdm3:
      return scores.adm3;
    default:
      return scores.scales[output - kAdmScale0];
  }
}

double output_of(const SpeedChromaScores& scores, size_t output) {
  return output == kSpeedChromaU ? scores.u : output == kSpeedChromaV ? scores.v : scores.uv;
}

}  // namespace

Comparer::Comparer(const Format& format, const std::vector<Encode>& distorted, const FeaturePlan& plan,
                   Workers& workers)
    : n_distorted_(distorted.size()), columns_(plan.columns), workers_(workers) {
  const int n_distorted = static_cast<int>(distorted.size());
  const Kernels& kernels = choose_kernels();
  const int n_parts = workers.n_threads();
  if (!plan.adm.empty()) adm_.emplace_back(kernels.adm, format, n_distorted, plan.adm, n_parts);
  for (size_t i = 0; i < plan.vif.size(); i += kMaxVifLimits) {
    const auto first = plan.vif.begin() + static_cast<ptrdiff_t>(i);
    const std::vector<VifOptions> some(first,
                                       first + std::min<ptrdiff_t>(kMaxVifLimits, plan.vif.end() - first));
    vif_.emplace_back(kernels.vif, format, n_distorted, some, n_parts);
  }
  for (const MotionOptions& options : plan.motion) {
    const auto known = std::find_if(tracks_.begin(), tracks_.end(), [&](const MotionTrack& track) {
      return track.rule == options.rule && track.lag == options.lag();
    });
    track_of_options_.push_back(static_cast<size_t>(known - tracks_.begin()));
    if (known == tracks_.end())
      tracks_.push_back(
          {options.rule, options.lag(), MotionMeter(kernels.motion, format, options.rule, n_parts), false});
  }
  for (const CambiOptions& options : plan.cambi)
    cambi_.emplace_back(kernels.cambi, format, distorted, options);
  for (const SpeedChromaOptions& options : plan.speed_chroma)
    speed_chroma_.emplace_back(kernels.speed_chroma, format, n_distorted, options);
}

std::vector<double> Comparer::compare(const FrameSet& frames, const std::vector<Task>& others) {
  // The longest first, so that threads end at one time.
  std::vector<Task> tasks;
  for (CambiMeter& meter : cambi_) meter.add_tasks(frames.distorted, tasks);
  for (SpeedChromaMeter& meter : speed_chroma_) meter.add_tasks(frames.reference, frames.distorted, tasks);
  for (VifMeter& meter : vif_) meter.begin(frames.reference, frames.distorted);
  for (VifMeter& meter : vif_) meter.add_tasks(0, tasks);
  for (AdmMeter& meter : adm_) meter.add_tasks(frames.reference, frames.distorted, tasks);
  add_motion_tasks(frames, tasks);
  tasks.insert(tasks.end(), others.begin(), others.end());
  workers_.run(tasks);
  finish_vif();

  std::vector<double> rows;
  for (size_t version = 0; version < n_distorted_; ++version)
    for (const Column& column : columns_) rows.push_back(score(column, version));
  return rows;
}

bool Comparer::sees_all_bits() const {
  return !vif_.empty() && vif_[0].sees_all_bits() && cambi_.empty() && speed_chroma_.empty();
}

void Comparer::measure_motion(const FrameSet& frames, const std::vector<Task>& others) {
  std::vector<Task> tasks;
  add_motion_tasks(frames, tasks);
  tasks.insert(tasks.end(), others.begin(), others.end());
  workers_.run(tasks);
}

double Comparer::motion(size_t which) const {
  const MotionTrack& track = tracks_[track_of_options_[which]];
  return track.is_measured ? track.meter.motion() : 0;
}

void Comparer::add_motion_tasks(const FrameSet& frames, std::vector<Task>& tasks) {
  for (MotionTrack& track : tracks_) {
    const Plane* const previous = frames.earlier[track.lag - 1];
    track.is_measured = previous != nullptr;
    if (track.is_measured) track.meter.add_tasks(*previous, frames.reference[0], tasks);
  }
}

// Its first scale has been measured.
void Comparer::finish_vif() {
  for (VifMeter& meter : vif_) meter.pool(0);
  for (int scale = 1; scale < kVifScales && !vif_.empty(); ++scale) {
    std::vector<Task> tasks;
    for (VifMeter& meter : vif_) meter.add_tasks(scale, tasks);
    workers_.run(tasks);
    for (VifMeter& meter : vif_) meter.pool(scale);
  }
}

double Comparer::score(const Column& column, size_t version) const {
  switch (column.measure) {
    case Measure::kAdm:
      return output_of(adm_[0].scores(version, column.which), column.output);
    case Measure::kVif:
      return vif_[column.which / kMaxVifLimits].score(version, column.which % kMaxVifLimits, column.output);
    case Measure::kCambi:
      return cambi_[column.which].score(version);
    case Measure::kSpeedChroma:
      return output_of(speed_chroma_[column.which].scores(version), column.output);
    case Measure::kMotion:
      break;
  }
  return 0;  // motion is known when the next frame is there
}

}  // namespace vmaf_dnn::features
