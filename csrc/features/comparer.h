// SPDX-License-Identifier: BSD-3-Clause
// The features of a frame, each measure once for each of its options.
#pragma once

#include <vector>

#include "features/adm/meter.h"
#include "features/cambi/meter.h"
#include "features/frame.h"
#include "features/motion/meter.h"
#include "features/plan.h"
#include "features/speed_chroma/meter.h"
#include "features/vif/meter.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

// A reference, its distorted versions, and the luma of references before it: of the last frame, then of the
// one before that; null where there is none.
struct FrameSet {
  const Planes& reference;
  const Planes* distorted;
  const Plane* earlier[2];
};

class Comparer {
 public:
  // `workers` has to outlive it.
  Comparer(const Format& format, const std::vector<Encode>& distorted, const FeaturePlan& plan,
           Workers& workers);

  // A row for each distorted version, row-major, without what takes motion. `others` run beside.
  std::vector<double> compare(const FrameSet& frames, const std::vector<Task>& others);

  // Whether compare() sees each sample's bits, all it runs takes any, and luma is all there is.
  bool sees_all_bits() const;
  // Whether a sample of those that were compared has more bits than the format says.
  bool saw_beyond_depth() const { return !vif_.empty() && vif_[0].saw_beyond_depth(); }

  // The motion alone.
  void measure_motion(const FrameSet& frames, const std::vector<Task>& others);

  // Of the reference that was seen last, by options of the plan; 0 where it has no predecessor.
  double motion(size_t which) const;

 private:
  struct MotionTrack {
    MotionRule rule;
    int lag;
    MotionMeter meter;
    bool is_measured;
  };

  void add_motion_tasks(const FrameSet& frames, std::vector<Task>& tasks);
  void finish_vif();
  double score(const Column& column, size_t version) const;

  size_t n_distorted_;
  std::vector<Column> columns_;
  Workers& workers_;
  std::vector<AdmMeter> adm_;  // one, or none
  std::vector<VifMeter> vif_;  // of kMaxVifLimits options each
  std::vector<MotionTrack> tracks_;
  std::vector<size_t> track_of_options_;
  std::vector<CambiMeter> cambi_;
  std::vector<SpeedChromaMeter> speed_chroma_;
};

}  // namespace vmaf_dnn::features
