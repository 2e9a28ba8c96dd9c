// SPDX-License-Identifier: BSD-3-Clause
// What can be chosen of CAMBI, by libvmaf's names and with its defaults.
#pragma once

namespace vmaf_dnn::features {

// How the display turns codes into light.
enum class Eotf { kBt1886, kPq };

struct CambiOptions {
  // Of the encode, if it is smaller than the frame; 0: as the frame.
  int enc_width = 0, enc_height = 0, enc_bitdepth = 0;
  int window_size = 65;  // of a picture of 3840x2160
  double topk = 0.6;
  double tvi_threshold = 0.019;
  double vis_lum_threshold = 0;  // in cd/m2
  int max_log_contrast = 2;
  Eotf eotf = Eotf::kBt1886;
  int high_res_speedup = 0;  // 1080, 1440 or 2160
  double max_val = 1000;
};

inline bool operator==(const CambiOptions& a, const CambiOptions& b) {
  return a.enc_width == b.enc_width && a.enc_height == b.enc_height && a.enc_bitdepth == b.enc_bitdepth &&
         a.window_size == b.window_size && a.topk == b.topk && a.tvi_threshold == b.tvi_threshold &&
         a.vis_lum_threshold == b.vis_lum_threshold && a.max_log_contrast == b.max_log_contrast &&
         a.eotf == b.eotf && a.high_res_speedup == b.high_res_speedup && a.max_val == b.max_val;
}

inline bool operator!=(const CambiOptions& a, const CambiOptions& b) { return !(a == b); }

}  // namespace vmaf_dnn::features
