// SPDX-License-Identifier: BSD-3-Clause
// Formats, options and frames as they come: rows of finite features, or a refusal.
#include "features/extractor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <vector>

#include "fuzz.h"

using namespace vmaf_dnn;

namespace {

constexpr std::size_t kHead = 12;
constexpr int kLeastSide = 31;  // two below what is taken
constexpr int kFrames = 3;

std::size_t sample_bytes(const features::Format& format) {
  return static_cast<std::size_t>(format.sample_bytes());
}

// A plane in memory of its size, of the bytes over and over.
std::vector<uint8_t> plane_of(const features::Format& format, const uint8_t* data, std::size_t size,
                              std::size_t from) {
  std::vector<uint8_t> plane(static_cast<std::size_t>(format.width) *
                             static_cast<std::size_t>(format.height) * sample_bytes(format));
  for (std::size_t i = 0; i < plane.size(); ++i)
    plane[i] = size == 0 ? 0 : static_cast<uint8_t>(data[(from + i) % size] + (i >> 6));
  const auto most = static_cast<uint8_t>(format.bit_depth <= 8 ? 255 : (1 << (format.bit_depth - 8)) - 1);
  for (std::size_t i = 1; format.bit_depth > 8 && i < plane.size(); i += 2) plane[i] &= most;
  return plane;
}

// The frames of one moment: the reference, then the distorted versions.
struct Pictures {
  std::vector<std::vector<uint8_t>> samples;
  std::vector<features::Planes> views;

  Pictures(const features::Format& format, int n_pictures, const uint8_t* data, std::size_t size, int frame) {
    for (int i = 0; i < n_pictures; ++i) {
      features::Planes& planes = views.emplace_back();
      for (int plane = 0; plane < format.n_planes(); ++plane) {
        const features::Format of_plane = format.of_plane(plane);
        samples.push_back(
            plane_of(of_plane, data, size, static_cast<std::size_t>(frame * 97 + i * 7 + plane * 3)));
        planes[static_cast<std::size_t>(plane)] = {
            samples.back().data(),
            static_cast<std::ptrdiff_t>(static_cast<std::size_t>(of_plane.width) * sample_bytes(of_plane))};
      }
    }
  }
};

constexpr const char* kFeatures[] = {"adm2",
                                     "vif_scale2",
                                     "motion2",
                                     "motion3=motion_five_frame_window=true:motion_moving_average=true",
                                     "adm3=adm_csf_mode=2:adm_enhn_gain_limit=1:adm_noise_weight=0.02",
                                     "aim=adm_norm_view_dist=7.3",
                                     "cambi=cambi_high_res_speedup=1080:cambi_vis_lum_threshold=0.06",
                                     "cambi=enc_width=200:enc_height=200",
                                     "speed_chroma_uv=speed_weight_var_mode=5",
                                     "speed_chroma_u=speed_prescale=0.6:speed_prescale_method=bilinear"};

std::vector<features::FeatureRequest> requests_of(const uint8_t* data, std::size_t size) {
  if (data[5] % 4 == 0)
    return features::canonical_six(
        data[3] % 102, data[4] % 102,
        data[6] % 2 == 0 ? features::MotionRule::kLibvmaf31 : features::MotionRule::kLibvmaf32);
  std::vector<features::FeatureRequest> requests;
  for (std::size_t i = 0; i < std::size(kFeatures); ++i)
    if ((data[3 + i / 8] >> i % 8 & 1) != 0) requests.push_back(features::parse_feature(kFeatures[i]));
  if (data[5] % 4 == 1) {
    const std::size_t n = std::min<std::size_t>(size - kHead, 200);
    requests.push_back(features::parse_feature({reinterpret_cast<const char*>(data + kHead), n}));
  }
  return requests;
}

void check(const features::Rows& rows) {
  for (const double value : rows)
    if (!std::isfinite(value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  const int side = kLeastSide + data[10] % 4 * 64;
  const features::Format format{side + data[0], side + data[1], 7 + data[2] % 11,
                                static_cast<features::Chroma>(data[8] % 4)};
  const int n_distorted = data[7] % 4;
  fuzz::refuses_or_returns([&] {
    features::Extractor extractor(format, n_distorted, requests_of(data, size), 1 + data[9] % 3);
    for (int frame = 0; frame < kFrames; ++frame) {
      const Pictures pictures(format, n_distorted + 1, data + kHead, size - kHead, frame);
      const bool is_skipped = (data[11] >> frame & 1) != 0;
      check(is_skipped ? extractor.skip(pictures.views[0])
                       : extractor.push(pictures.views[0], pictures.views.data() + 1));
    }
    for (features::Rows rows = extractor.flush(); !rows.empty(); rows = extractor.flush()) check(rows);
  });
  return 0;
}
