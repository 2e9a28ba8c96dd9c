// SPDX-License-Identifier: BSD-3-Clause
#include "features/extractor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"

namespace vmaf_dnn::features {
namespace {

// Each version takes memory of its own; a larger number is a mistake.
constexpr int kMaxDistorted = 1024;

// A part of fewer takes longer to begin than it saves.
constexpr int kLeastRows = 64;

std::string distorted_name(int i, int n_distorted) {
  return n_distorted == 1 ? "distorted" : "distorted (number " + std::to_string(i + 1) + ")";
}

std::vector<Encode> unknown_encodes(int n_distorted) {
  if (n_distorted < 1 || n_distorted > kMaxDistorted)
    throw Error(Code::kInvalidArgument, "n_distorted is " + std::to_string(n_distorted) +
                                            "; it must be 1 to " + std::to_string(kMaxDistorted) + ".");
  return std::vector<Encode>(static_cast<size_t>(n_distorted));
}

const Format& checked(const Format& format, const std::vector<Encode>& distorted, int n_threads) {
  check_format(format);
  if (n_threads < 1)
    throw Error(Code::kInvalidArgument,
                "threads is " + std::to_string(n_threads) + "; there must be at least 1.");
  for (const Encode& encode : distorted)
    if (encode.width < 0 || encode.height < 0 || encode.bit_depth < 0)
      throw Error(Code::kInvalidArgument, "an encode is " + std::to_string(encode.width) + "x" +
                                              std::to_string(encode.height) + " of " +
                                              std::to_string(encode.bit_depth) +
                                              " bits; give its size and depth, or zeros.");
  return format;
}

int longest_lag(const std::vector<MotionOptions>& motion) {
  int lag = 1;
  for (const MotionOptions& options : motion) lag = std::max(lag, options.lag());
  return lag;
}

}  // namespace

Extractor::Extractor(const Format& format, int n_distorted, const std::vector<FeatureRequest>& features,
                     int n_threads)
    : Extractor(format, unknown_encodes(n_distorted), features, n_threads) {}

Extractor::Extractor(const Format& format, const std::vector<Encode>& distorted,
                     const std::vector<FeatureRequest>& features, int n_threads)
    : format_(checked(format, distorted, n_threads)),
      n_distorted_(static_cast<int>(distorted.size())),
      plan_(features),
      workers_(std::clamp(format.height / kLeastRows, 1, n_threads)),
      comparer_(format, distorted, plan_, workers_),
      motion_(plan_.motion.begin(), plan_.motion.end()),
      n_late_(longest_lag(plan_.motion)),
      earlier_(static_cast<size_t>(n_late_) + 1) {}

void Extractor::check(const Planes& reference, const Planes* distorted, int n_distorted) {
  if (format_.bit_depth == 8) return;
  std::vector<Task> tasks = {[&] { check_samples(reference, format_, "reference"); }};
  for (int i = 0; i < n_distorted; ++i)
    tasks.push_back(
        [&, distorted, i] { check_samples(distorted[i], format_, distorted_name(i, n_distorted_)); });
  workers_.run(tasks);
}

// Whether the samples are checked as they are measured, which saves a walk through memory. That leaves the
// extractor as it is, but for a clip's begin.
bool Extractor::is_checked_later() const {
  return !has_ended_ && format_.n_planes() == 1 && comparer_.sees_all_bits();
}

Rows Extractor::push(const Planes& reference, const Planes* distorted) {
  if (!is_checked_later()) check(reference, distorted, n_distorted_);
  return take(reference, distorted);
}

Rows Extractor::skip(const Planes& reference) {
  check(reference, nullptr, 0);
  return take(reference, nullptr);
}

Rows Extractor::flush() {
  has_ended_ = true;
  Rows rows;
  while (rows.empty() && !open_.empty()) rows = close_frame();
  if (open_.empty()) begin_clip();
  return rows;
}

Rows Extractor::take(const Planes& reference, const Planes* distorted) {
  if (has_ended_) begin_clip();
  const auto at = [&](int64_t frame) -> Frame& {
    return earlier_[static_cast<size_t>(frame) % earlier_.size()];
  };
  Plane planes[2];
  FrameSet frames = {reference, distorted, {nullptr, nullptr}};
  for (int lag = 1; lag <= std::min<int64_t>(n_late_, n_frames_) && !motion_.empty(); ++lag) {
    planes[lag - 1] = at(n_frames_ - lag).plane();
    frames.earlier[lag - 1] = &planes[lag - 1];
  }
  const std::vector<Task> keep =
      motion_.empty() ? std::vector<Task>() : keep_tasks(at(n_frames_), reference[0]);
  Rows rows;
  if (distorted == nullptr) {
    comparer_.measure_motion(frames, keep);
  } else {
    rows = comparer_.compare(frames, keep);
    if (comparer_.saw_beyond_depth()) check(reference, distorted, n_distorted_);
  }
  for (size_t i = 0; i < motion_.size(); ++i) motion_[i].add(comparer_.motion(i));
  ++n_frames_;
  open_.push_back(std::move(rows));
  if (open_.size() <= static_cast<size_t>(n_late_)) return {};
  return close_frame();
}

std::vector<Task> Extractor::keep_tasks(Frame& frame, const Plane& luma) const {
  frame.resize(format_);
  const int n_parts = workers_.n_threads();
  std::vector<Task> tasks;
  for (int i = 0; i < n_parts; ++i)
    tasks.push_back([&frame, &luma, first = format_.height * i / n_parts,
                     end = format_.height * (i + 1) / n_parts] { frame.assign_rows(luma, first, end); });
  return tasks;
}

// The earliest of those that are open.
Rows Extractor::close_frame() {
  const int64_t frame = n_frames_ - static_cast<int64_t>(open_.size());
  Rows rows = std::move(open_.front());
  open_.pop_front();
  const size_t n_columns = plan_.columns.size();
  for (size_t i = 0; i < rows.size(); ++i) {
    const Column& column = plan_.columns[i % n_columns];
    if (column.measure != Measure::kMotion) continue;
    const MotionScores scores = motion_[column.which].at(frame);
    rows[i] = column.output == kMotion2 ? scores.motion2 : scores.motion3;
  }
  return rows;
}

void Extractor::begin_clip() {
  has_ended_ = false;
  n_frames_ = 0;
  open_.clear();
  for (MotionSeries& series : motion_) series.clear();
}

}  // namespace vmaf_dnn::features
