// SPDX-License-Identifier: BSD-3-Clause
// What can be chosen of CAMBI, by libvmaf's names and with its defaults.
#pragma once

namespace vmaf_dnn::features {

// How the display turns codes into light.
enum class Eotf { kBt1886, kPq };

// What a distorted frame was before it was scaled and widened to be compared; 0: as it is compared.
struct Encode {
  int width = 0, height = 0, bit_depth = 0;
};

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

  // With what they don't state of the encode.
  CambiOptions of(const Encode& encode) const {
    CambiOptions options = *this;
    if (enc_width == 0 && enc_height == 0)
      options.enc_width = encode.width, options.enc_height = encode.height;
    if (enc_bitdepth == 0) options.enc_bitdepth = encode.bit_depth;
    return options;
  }
};

}  // namespace vmaf_dnn::features
