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
using vmaf_dnn::features::Chroma;
using vmaf_dnn::features::Extractor;
using vmaf_dnn::features::FeatureRequest;
using vmaf_dnn::features::Format;
using vmaf_dnn::features::MotionRule;
using vmaf_dnn::features::Plane;
using vmaf_dnn::features::Planes;
using vmaf_dnn::features::Rows;

// No model asks for a tenth of it.
constexpr int kMaxFeatures = 1024;

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

Chroma chroma_of(const VmafDnnChroma& chroma) {
  switch (to_int(chroma)) {
    case VMAF_DNN_LUMA_ONLY:
      return Chroma::kNone;
    case VMAF_DNN_CHROMA_420:
      return Chroma::k420;
    case VMAF_DNN_CHROMA_422:
      return Chroma::k422;
    case VMAF_DNN_CHROMA_444:
      return Chroma::k444;
    default:
      throw Error(Code::kInvalidArgument,
                  "chroma is " + std::to_string(to_int(chroma)) + "; use a name of VmafDnnChroma.");
  }
}

std::vector<FeatureRequest> features_of(const VmafDnnExtractorConfig& config) {
  if (config.features == nullptr) {
    const auto limit = [](double given) { return given == 0 ? 100 : given; };
    require(config.n_features == 0, "n_features is set, but features is NULL.");
    return vmaf_dnn::features::canonical_six(limit(config.adm_enhn_gain_limit),
                                             limit(config.vif_enhn_gain_limit),
                                             motion_rule_of(config.motion_rule));
  }
  if (config.n_features < 1 || config.n_features > kMaxFeatures)
    throw Error(Code::kInvalidArgument, "n_features is " + std::to_string(config.n_features) +
                                            "; it must be 1 to " + std::to_string(kMaxFeatures) + ".");
  std::vector<FeatureRequest> requests;
  for (int i = 0; i < config.n_features; ++i) {
    require(config.features[i] != nullptr, "a name in features is NULL.");
    requests.push_back(vmaf_dnn::features::parse_feature(config.features[i]));
  }
  return requests;
}

Extractor make_extractor(const VmafDnnExtractorConfig& config) {
  return Extractor(Format{config.width, config.height, config.bit_depth, chroma_of(config.chroma)},
                   config.n_distorted == 0 ? 1 : config.n_distorted, features_of(config),
                   std::max(config.threads, 1));
}

Planes to_planes(const VmafDnnPlane* given, const Format& format, const std::string& name) {
  Planes planes{};
  for (int i = 0; i < format.n_planes(); ++i) {
    const Plane plane{given[i].samples, given[i].stride_bytes};
    check_memory(plane, format.of_plane(i), name);
    planes[static_cast<size_t>(i)] = plane;
  }
  return planes;
}

std::vector<Planes> to_frames(const VmafDnnPlane* planes, int n_frames, const Extractor& extractor) {
  if (n_frames != extractor.n_distorted())
    throw Error(Code::kInvalidArgument, "n_distorted is " + std::to_string(n_frames) +
                                            "; the extractor was opened for " +
                                            std::to_string(extractor.n_distorted()) + ".");
  std::vector<Planes> all;
  for (int i = 0; i < n_frames; ++i)
    all.push_back(to_planes(planes + i * extractor.format().n_planes(), extractor.format(), "distorted"));
  return all;
}

void give(const Rows& from, const Extractor& extractor, double* rows, int* n_rows) {
  std::copy(from.begin(), from.end(), rows);
  *n_rows = from.empty() ? 0 : extractor.n_distorted();
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

int vmaf_dnn_extractor_row_size(const VmafDnnExtractor* extractor, int* n_columns) {
  return guarded([&] {
    require(extractor != nullptr && n_columns != nullptr, "extractor or n_columns is NULL.");
    *n_columns = static_cast<int>(extractor->extractor.columns().size());
  });
}

int vmaf_dnn_extractor_feature_name(const VmafDnnExtractor* extractor, int column, const char** name) {
  return guarded([&] {
    require(extractor != nullptr && name != nullptr, "extractor or name is NULL.");
    const auto& columns = extractor->extractor.columns();
    if (column < 0 || static_cast<size_t>(column) >= columns.size())
      throw Error(Code::kInvalidArgument, "column is " + std::to_string(column) + "; it must be 0 to " +
                                              std::to_string(columns.size() - 1) + ".");
    *name = columns[static_cast<size_t>(column)].name.c_str();
  });
}

int vmaf_dnn_extractor_push(VmafDnnExtractor* extractor, const VmafDnnPlane* reference,
                            const VmafDnnPlane* distorted, int n_distorted, double* rows, int* n_rows) {
  return guarded([&] {
    require(extractor != nullptr && reference != nullptr && distorted != nullptr && rows != nullptr &&
                n_rows != nullptr,
            "extractor, reference, distorted, rows or n_rows is NULL.");
    Extractor& open = extractor->extractor;
    const Planes first = to_planes(reference, open.format(), "reference");
    give(open.push(first, to_frames(distorted, n_distorted, open).data()), open, rows, n_rows);
  });
}

int vmaf_dnn_extractor_skip(VmafDnnExtractor* extractor, const VmafDnnPlane* reference, double* rows,
                            int* n_rows) {
  return guarded([&] {
    require(extractor != nullptr && reference != nullptr && rows != nullptr && n_rows != nullptr,
            "extractor, reference, rows or n_rows is NULL.");
    Extractor& open = extractor->extractor;
    give(open.skip(to_planes(reference, open.format(), "reference")), open, rows, n_rows);
  });
}

int vmaf_dnn_extractor_flush(VmafDnnExtractor* extractor, double* rows, int* n_rows) {
  return guarded([&] {
    require(extractor != nullptr && rows != nullptr && n_rows != nullptr,
            "extractor, rows or n_rows is NULL.");
    give(extractor->extractor.flush(), extractor->extractor, rows, n_rows);
  });
}

void vmaf_dnn_extractor_close(VmafDnnExtractor* extractor) {
  guarded([&] { delete extractor; });
}

}  // extern "C"
