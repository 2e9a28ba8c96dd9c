// SPDX-License-Identifier: BSD-3-Clause
#include "features/extractor.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "c_api/guard.h"
#include "c_api/plane.h"
#include "c_api/sized.h"
#include "vmaf_dnn/vmaf_dnn.h"

struct VmafDnnExtractor {
  vmaf_dnn::features::Extractor extractor;
};

namespace {

using vmaf_dnn::Code;
using vmaf_dnn::Error;
using vmaf_dnn::c_api::check_memory;
using vmaf_dnn::c_api::guarded;
using vmaf_dnn::c_api::known_part;
using vmaf_dnn::c_api::require;
using vmaf_dnn::c_api::to_int;
using vmaf_dnn::features::Extractor;
using vmaf_dnn::features::FeatureRow;
using vmaf_dnn::features::Format;
using vmaf_dnn::features::MotionRule;
using vmaf_dnn::features::Options;
using vmaf_dnn::features::Plane;

static_assert(std::tuple_size<FeatureRow>::value == VMAF_DNN_ROW_SIZE);

// All that a caller has to set.
constexpr size_t kLeastConfig = offsetof(VmafDnnExtractorConfig, n_distorted);

MotionRule motion_rule_of(const VmafDnnMotionRule& rule) {
  switch (to_int(rule)) {
    case VMAF_DNN_MOTION_LIBVMAF_3_2:
      return MotionRule::kLibvmaf32;
    case VMAF_DNN_MOTION_LIBVMAF_3_1:
      return MotionRule::kLibvmaf31;
    default:
      throw Error(Code::kInvalidArgument,
                  "motion_rule is " + std::to_string(to_int(rule)) + "; use a name of VmafDnnMotionRule.");
  }
}

Extractor make_extractor(const VmafDnnExtractorConfig& config) {
  const auto limit = [](double given) { return given == 0 ? Options().adm_enhn_gain_limit : given; };
  return Extractor(Format{config.width, config.height, config.bit_depth},
                   config.n_distorted == 0 ? 1 : config.n_distorted,
                   Options{limit(config.adm_enhn_gain_limit), limit(config.vif_enhn_gain_limit),
                           motion_rule_of(config.motion_rule), std::max(config.threads, 1)});
}

Plane to_plane(const VmafDnnPlane& given, const Format& format, const std::string& name) {
  const Plane plane{given.samples, given.stride_bytes};
  check_memory(plane, format, name);
  return plane;
}

std::vector<Plane> to_planes(const VmafDnnPlane* planes, int n_planes, const Extractor& extractor) {
  if (n_planes != extractor.n_distorted())
    throw Error(Code::kInvalidArgument, "n_distorted is " + std::to_string(n_planes) +
                                            "; the extractor was opened for " +
                                            std::to_string(extractor.n_distorted()) + ".");
  std::vector<Plane> all;
  for (int i = 0; i < n_planes; ++i) all.push_back(to_plane(planes[i], extractor.format(), "distorted"));
  return all;
}

void give(const std::vector<FeatureRow>& from, double* rows, int* n_rows) {
  for (const FeatureRow& row : from) rows = std::copy(row.begin(), row.end(), rows);
  *n_rows = static_cast<int>(from.size());
}

}  // namespace

extern "C" {

int vmaf_dnn_extractor_open(VmafDnnExtractor** extractor, const VmafDnnExtractorConfig* config) {
  return guarded([&] {
    require(extractor != nullptr && config != nullptr, "extractor or config is NULL.");
    *extractor =
        new VmafDnnExtractor{make_extractor(known_part(*config, kLeastConfig, "VmafDnnExtractorConfig"))};
  });
}

int vmaf_dnn_extractor_push(VmafDnnExtractor* extractor, const VmafDnnPlane* reference,
                            const VmafDnnPlane* distorted, int n_distorted, double* rows, int* n_rows) {
  return guarded([&] {
    require(extractor != nullptr && reference != nullptr && distorted != nullptr && rows != nullptr &&
                n_rows != nullptr,
            "extractor, reference, distorted, rows or n_rows is NULL.");
    Extractor& open = extractor->extractor;
    const Plane first = to_plane(*reference, open.format(), "reference");
    give(open.push(first, to_planes(distorted, n_distorted, open).data()), rows, n_rows);
  });
}

int vmaf_dnn_extractor_skip(VmafDnnExtractor* extractor, const VmafDnnPlane* reference, double* rows,
                            int* n_rows) {
  return guarded([&] {
    require(extractor != nullptr && reference != nullptr && rows != nullptr && n_rows != nullptr,
            "extractor, reference, rows or n_rows is NULL.");
    Extractor& open = extractor->extractor;
    give(open.skip(to_plane(*reference, open.format(), "reference")), rows, n_rows);
  });
}

int vmaf_dnn_extractor_flush(VmafDnnExtractor* extractor, double* rows, int* n_rows) {
  return guarded([&] {
    require(extractor != nullptr && rows != nullptr && n_rows != nullptr,
            "extractor, rows or n_rows is NULL.");
    give(extractor->extractor.flush(), rows, n_rows);
  });
}

void vmaf_dnn_extractor_close(VmafDnnExtractor* extractor) {
  guarded([&] { delete extractor; });
}

}  // extern "C"
