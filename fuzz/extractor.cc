// SPDX-License-Identifier: BSD-3-Clause
// Formats, options and frames as they come: rows of finite features, or a refusal.
#include "features/extractor.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "fuzz.h"

using namespace vmaf_dnn;

namespace {

constexpr std::size_t kHead = 8;
constexpr int kLeastSide = 31;  // two below what is taken
constexpr int kFrames = 3;

std::size_t sample_bytes(const features::Format& format) { return format.bit_depth == 8 ? 1 : 2; }

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

void check(const std::vector<features::FeatureRow>& rows) {
  for (const features::FeatureRow& row : rows)
    for (const double value : row)
      if (!std::isfinite(value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  const features::Format format{kLeastSide + data[0], kLeastSide + data[1], 7 + data[2] % 11};
  features::Options options;
  options.adm_enhn_gain_limit = data[3] % 102;
  options.vif_enhn_gain_limit = data[4] % 102;
  options.motion_rule =
      data[5] % 2 == 0 ? features::MotionRule::kLibvmaf31 : features::MotionRule::kLibvmaf32;
  options.n_threads = 1 + data[5] / 2 % 3;
  const int n_distorted = data[6] % 4;
  fuzz::refuses_or_returns([&] {
    features::Extractor extractor(format, n_distorted, options);
    const auto stride =
        static_cast<std::ptrdiff_t>(static_cast<std::size_t>(format.width) * sample_bytes(format));
    for (int frame = 0; frame < kFrames; ++frame) {
      std::vector<std::vector<uint8_t>> planes;
      for (int i = 0; i <= n_distorted; ++i)
        planes.push_back(
            plane_of(format, data + kHead, size - kHead, static_cast<std::size_t>(frame * 97 + i * 7)));
      std::vector<features::Plane> views;
      for (const std::vector<uint8_t>& plane : planes) views.push_back({plane.data(), stride});
      const bool is_skipped = (data[7] >> frame & 1) != 0;
      check(is_skipped ? extractor.skip(views[0]) : extractor.push(views[0], views.data() + 1));
    }
    check(extractor.flush());
  });
  return 0;
}
