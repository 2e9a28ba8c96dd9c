// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/plan.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "features/arithmetic.h"
#include "features/cambi/luminance.h"

namespace vmaf_dnn::features {
namespace {

constexpr int kLeastSide = 216;

struct Size {
  int width, height;
};

std::string to_string(const Size& size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

Size examined_size(const Format& format, const CambiOptions& options) {
  const bool is_encode = options.enc_width != 0 && options.enc_height != 0 &&
                         options.enc_width <= format.width && options.enc_height <= format.height;
  return is_encode ? Size{options.enc_width, options.enc_height} : Size{format.width, format.height};
}

bool is_halved(const Size& size, int high_res_speedup) {
  const int64_t n_samples = int64_t{size.width} * size.height;
  switch (high_res_speedup) {
    case 1080:
      return n_samples >= 1920 * 1080;
    case 1440:
      return n_samples >= 2560 * 1440;
    case 2160:
      return n_samples >= 3840 * 2160;
    default:
      return false;
  }
}

int window_side(const Size& size, int window_size, bool halved) {
  const int scaled = window_size * (size.width + size.height) / 375 >> 4;
  return (halved ? (scaled + 1) >> 1 : scaled) | 1;
}

void check_sides(const Size& size, const Size& frame) {
  if (size.width >= kLeastSide || size.height >= kLeastSide) return;
  const bool is_frame = size.width == frame.width && size.height == frame.height;
  throw Error(Code::kInvalidArgument, "CAMBI needs a side of at least " + std::to_string(kLeastSide) +
                                          " samples, got " + (is_frame ? "frames" : "an encode") + " of " +
                                          to_string(size) +
                                          (is_frame ? "; scale them up, e.g. with --scale 1080 (scale=1080)."
                                                    : "; give another enc_width and enc_height, or none."));
}

void check_window(const Size& size, const CambiOptions& options, bool halved) {
  const int side = window_side(size, options.window_size, halved);
  if (side > kCambiMaxWindow)
    throw Error(Code::kInvalidArgument,
                "CAMBI's window for frames of " + to_string(size) + " would have a side of " +
                    std::to_string(side) + " samples; it may have " + std::to_string(kCambiMaxWindow) +
                    ": lower window_size, " +
                    (halved ? "or scale the frames down." : "or set cambi_high_res_speedup, e.g. to 1080."));
}

int mask_threshold(const Size& size) {
  const int n_tiles = (size.width >> 6) * (size.height >> 6);
  const int log_tiles = n_tiles == 0 ? 0 : ceil_log2(n_tiles);
  return (49 + 3 * (log_tiles - 11) - 1) >> 1;
}

// The nearest samples, by steps that single precision adds up.
std::vector<int> nearest(int n_in, int n_out) {
  std::vector<int> indices;
  const float step = static_cast<float>(n_in) / static_cast<float>(n_out);
  float x = static_cast<float>(static_cast<double>(step / 2) - 0.5);
  for (int i = 0; i < n_out; ++i, x += step)
    indices.push_back(std::min(static_cast<int>(static_cast<double>(x) + 0.5), n_in - 1));
  return indices;
}

// libvmaf has a table of them, written with 9 digits: some are not the nearest float.
std::vector<float> reciprocals(int n_last) {
  std::vector<float> table = {0};
  int64_t power = 100'000'000;
  for (int n = 1; n <= n_last; ++n) {
    while (power / n < 100'000'000) power *= 10;
    const int64_t digits = (power + n / 2) / n;
    table.push_back(static_cast<float>(static_cast<double>(digits) / static_cast<double>(power)));
  }
  return table;
}

}  // namespace

CambiPlan plan_cambi(const Format& format, const CambiOptions& options) {
  const Size frame = {format.width, format.height}, size = examined_size(format, options);
  CambiPlan plan = {};
  plan.halved = is_halved(size, options.high_res_speedup);
  check_sides(size, frame);
  check_window(size, options, plan.halved);
  check_window(frame, options, plan.halved);  // that of the reference in libvmaf, which refuses it too
  plan.width = size.width;
  plan.height = size.height;
  if (size.width != frame.width || size.height != frame.height) {
    plan.columns = nearest(frame.width, size.width);
    plan.rows = nearest(frame.height, size.height);
  }
  plan.anti_dithered = (options.enc_bitdepth == 0 ? format.bit_depth : options.enc_bitdepth) < 10;
  plan.mask_threshold = mask_threshold(size);
  plan.window = window_side(size, options.window_size, plan.halved);
  plan.n_contrasts = 1 << options.max_log_contrast;
  for (int contrast = 1; contrast <= plan.n_contrasts; ++contrast)
    plan.last_visible_codes.push_back(last_visible_code(options.eotf, options.tvi_threshold, contrast));
  plan.first_bright_code = first_bright_code(options.eotf, options.vis_lum_threshold);
  plan.reciprocals = reciprocals(plan.window * plan.window);
  plan.topk = options.topk;
  plan.max_val = options.max_val;
  return plan;
}

}  // namespace vmaf_dnn::features
