// SPDX-License-Identifier: BSD-3-Clause
#include "features/extractor.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.h"

namespace vmaf_dnn::features {
namespace {

// Each version takes memory of its own; a larger number is a mistake.
constexpr int kMaxDistorted = 1024;

void check_gain_limit(double limit, const char* name) {
  if (!(limit >= 1 && limit <= 100))
    throw Error(Code::kInvalidArgument,
                std::string(name) + " is " + std::to_string(limit) + "; it must be 1 to 100.");
}

std::string distorted_name(int i, int n_distorted) {
  return n_distorted == 1 ? "distorted" : "distorted (number " + std::to_string(i + 1) + ")";
}

// A part of fewer takes longer to begin than it saves.
constexpr int kLeastRows = 64;

const Format& checked(const Format& format, int n_distorted, const Options& options) {
  check_format(format);
  check_options(options);
  if (n_distorted < 1 || n_distorted > kMaxDistorted)
    throw Error(Code::kInvalidArgument, "n_distorted is " + std::to_string(n_distorted) +
                                            "; it must be 1 to " + std::to_string(kMaxDistorted) + ".");
  return format;
}

}  // namespace

void check_options(const Options& options) {
  check_gain_limit(options.adm_enhn_gain_limit, "adm_enhn_gain_limit");
  check_gain_limit(options.vif_enhn_gain_limit, "vif_enhn_gain_limit");
  if (options.n_threads < 1)
    throw Error(Code::kInvalidArgument,
                "threads is " + std::to_string(options.n_threads) + "; there must be at least 1.");
}

Extractor::Extractor(const Format& format, int n_distorted, const Options& options)
    : format_(checked(format, n_distorted, options)),
      n_distorted_(n_distorted),
      workers_(std::clamp(format.height / kLeastRows, 1, options.n_threads)),
      comparer_(format, n_distorted, options, workers_) {}

void Extractor::check(const Plane& reference, const Plane* distorted, int n_distorted) {
  if (format_.bit_depth == 8) return;
  std::vector<Task> tasks = {[&] { check_samples(reference, format_, "reference"); }};
  for (int i = 0; i < n_distorted; ++i)
    tasks.push_back(
        [&, distorted, i] { check_samples(distorted[i], format_, distorted_name(i, n_distorted_)); });
  workers_.run(tasks);
}

std::vector<FeatureRow> Extractor::push(const Plane& reference, const Plane* distorted) {
  check(reference, distorted, n_distorted_);
  std::vector<FeatureRow> rows(static_cast<size_t>(n_distorted_));
  const std::optional<Plane> previous = previous_plane();
  const auto motion = comparer_.compare(previous ? &*previous : nullptr, reference, distorted, rows.data(),
                                        [&] { next_.assign(reference, format_); });
  return advance(motion, std::move(rows));
}

std::vector<FeatureRow> Extractor::skip(const Plane& reference) {
  check(reference, nullptr, 0);
  const std::optional<Plane> previous = previous_plane();
  const auto motion = comparer_.measure_motion(previous ? &*previous : nullptr, reference,
                                               [&] { next_.assign(reference, format_); });
  return advance(motion, {});
}

std::vector<FeatureRow> Extractor::flush() {
  std::vector<FeatureRow> done = close_frame(motion_.value_or(0));
  motion_.reset();
  has_previous_ = false;
  return done;
}

std::optional<Plane> Extractor::previous_plane() const {
  if (!has_previous_) return std::nullopt;
  return previous_.plane();
}

std::vector<FeatureRow> Extractor::advance(std::optional<double> motion, std::vector<FeatureRow> rows) {
  std::vector<FeatureRow> done = close_frame(motion_ && motion ? std::min(*motion_, *motion) : 0);
  open_rows_ = std::move(rows);
  motion_ = motion;
  std::swap(previous_, next_);
  has_previous_ = true;
  return done;
}

std::vector<FeatureRow> Extractor::close_frame(double motion2) {
  for (FeatureRow& row : open_rows_) row.back() = motion2;
  return std::exchange(open_rows_, {});
}

}  // namespace vmaf_dnn::features
