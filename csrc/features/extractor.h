// SPDX-License-Identifier: BSD-3-Clause
// Frames in, feature rows out: the canonical six of each distorted version of one reference.
#pragma once

#include <optional>
#include <vector>

#include "features/comparer.h"
#include "features/frame.h"
#include "features/options.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class Extractor {
 public:
  // Throws Error{kInvalidArgument}.
  Extractor(const Format& format, int n_distorted, const Options& options = {});

  const Format& format() const { return format_; }
  int n_distorted() const { return n_distorted_; }

  // Takes the next frame: its reference, and n_distorted planes. The planes are free again on return.
  // motion2 of a frame is known one frame later, so this returns the n_distorted rows of the frame before;
  // none after the first frame of a clip. After an error the extractor is as before the call.
  std::vector<FeatureRow> push(const Plane& reference, const Plane* distorted);

  // Takes a frame that is not to be compared: it gets no rows, but motion is measured to it and from it.
  std::vector<FeatureRow> skip(const Plane& reference);

  // Ends the clip: the rows of its last frame, none if there was no frame. The next push begins a new clip.
  std::vector<FeatureRow> flush();

 private:
  void check(const Plane& reference, const Plane* distorted, int n_distorted);
  std::optional<Plane> previous_plane() const;
  std::vector<FeatureRow> advance(std::optional<double> motion, std::vector<FeatureRow> rows);
  std::vector<FeatureRow> close_frame(double motion2);

  Format format_;
  int n_distorted_;
  Workers workers_;
  Comparer comparer_;
  Frame previous_, next_;  // references
  bool has_previous_ = false;
  std::optional<double> motion_;       // of the last frame; none before the second
  std::vector<FeatureRow> open_rows_;  // of the last frame; they lack motion2
};

}  // namespace vmaf_dnn::features
