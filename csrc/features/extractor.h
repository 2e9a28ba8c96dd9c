// SPDX-License-Identifier: BSD-3-Clause
// Frames in, feature rows out: the features of each distorted version of one reference.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "features/comparer.h"
#include "features/frame.h"
#include "features/motion/series.h"
#include "features/plan.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

// The rows of one frame, n_distorted of them, row-major; empty if there are none.
using Rows = std::vector<double>;

class Extractor {
 public:
  // `distorted` are the encodes that are compared. Throws Error{kInvalidArgument}.
  Extractor(const Format& format, const std::vector<Encode>& distorted,
            const std::vector<FeatureRequest>& features, int n_threads = 1);
  Extractor(const Format& format, int n_distorted, const std::vector<FeatureRequest>& features,
            int n_threads = 1);

  const Format& format() const { return format_; }
  int n_distorted() const { return n_distorted_; }
  const std::vector<Column>& columns() const { return plan_.columns; }

  // Takes the next frame: its reference, and n_distorted versions. The planes are free again on return.
  // motion2 of a frame is known one frame later, so this returns the rows of the frame before; of the one
  // before that where motion looks at a window of five frames. After an error the extractor is as before the
  // call.
  Rows push(const Planes& reference, const Planes* distorted);

  // Takes a frame that is not to be compared: it gets no rows, but motion is measured to it and from it.
  Rows skip(const Planes& reference);

  // Ends the clip: the rows of the earliest frame that is left. To be called until there are none; the next
  // push begins a new clip.
  Rows flush();

 private:
  void check(const Planes& reference, const Planes* distorted, int n_distorted);
  bool is_checked_later() const;
  Rows take(const Planes& reference, const Planes* distorted);
  Rows close_frame();
  std::vector<Task> keep_tasks(Frame& frame, const Plane& luma) const;
  void begin_clip();

  Format format_;
  int n_distorted_;
  FeaturePlan plan_;
  Workers workers_;
  Comparer comparer_;
  std::vector<MotionSeries> motion_;
  int n_late_;                  // how many frames later a row is known
  std::vector<Frame> earlier_;  // references that motion is measured from, and the newest, by frame number
  int64_t n_frames_ = 0;
  std::deque<Rows> open_;  // of the last frames, without motion
  bool has_ended_ = false;
};

}  // namespace vmaf_dnn::features
