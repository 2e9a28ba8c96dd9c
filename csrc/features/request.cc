// SPDX-License-Identifier: BSD-3-Clause
#include "features/request.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace vmaf_dnn::features {
namespace {

constexpr OptionKind kNumber = OptionKind::kNumber, kWhole = OptionKind::kWhole,
                     kSwitch = OptionKind::kSwitch, kWord = OptionKind::kWord;

struct MeasureRules {
  Measure measure;
  std::string prefix;  // of names in logs
  std::vector<std::string> outputs;
  OptionRules options;
};

const std::vector<MeasureRules>& all_rules() {
  static const std::vector<std::string> kEotfs = {"bt1886", "pq"};
  static const std::vector<MeasureRules> kRules = {
      {Measure::kAdm,
       "integer_",
       {"adm2", "aim", "adm3", "adm_scale0", "adm_scale1", "adm_scale2", "adm_scale3"},
       {{"adm_csf_diag_scale", "scfd", kNumber, 1, 0, 50},
        {"adm_csf_mode", "csf", kWhole, 0, 0, 3},
        {"adm_csf_scale", "scf", kNumber, 1, 0, 50},
        {"adm_dlm_weight", "dlmw", kNumber, 0.5, 0, 1},
        {"adm_enhn_gain_limit", "egl", kNumber, 100, 1, 100},
        {"adm_min_val", "min", kNumber, 0, 0, 1},
        {"adm_noise_weight", "nw", kNumber, 0.03125, 0, 1500},
        {"adm_norm_view_dist", "nvd", kNumber, 3, 0.75, 24},
        {"adm_ref_display_height", "rdh", kWhole, 1080, 1, 4320},
        {"adm_skip_scale0", "ssz", kSwitch, 0, 0, 1}}},
      {Measure::kVif,
       "integer_",
       {"vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3"},
       {{"vif_enhn_gain_limit", "egl", kNumber, 100, 1, 100}}},
      {Measure::kMotion,
       "integer_",
       {"motion2", "motion3"},
       {{"motion_blend_factor", "mbf", kNumber, 1, 0, 1},
        {"motion_blend_offset", "mbo", kNumber, 40, 0, 1000},
        {"motion_five_frame_window", "mffw", kSwitch, 0, 0, 1},
        {"motion_force_zero", "force_0", kSwitch, 0, 0, 1},
        {"motion_fps_weight", "mfw", kNumber, 1, 0, 5},
        {"motion_max_val", "mmxv", kNumber, 10000, 0, 10000},
        {"motion_moving_average", "mma", kSwitch, 0, 0, 1},
        {"motion_rule", nullptr, kWord, 0, 0, 0, {"v3.2", "v3.1"}}}},
      {Measure::kCambi,
       "",
       {"cambi"},
       {{"cambi_eotf", "ceot", kWord, 0, 0, 0, kEotfs},
        {"cambi_high_res_speedup", "hrs", kWhole, 0, 0, 2160},
        {"cambi_max_val", "cmxv", kNumber, 1000, 0, 1000},
        {"cambi_topk", "ctpk", kNumber, 0.6, 0.0001, 1},
        {"cambi_vis_lum_threshold", "vlt", kNumber, 0, 0, 300},
        {"enc_bitdepth", "encbd", kWhole, 0, 6, 16},
        {"enc_height", "ench", kWhole, 0, 150, 7680},
        {"enc_width", "encw", kWhole, 0, 180, 7680},
        {"eotf", "eotf", kWord, 0, 0, 0, kEotfs},
        {"max_log_contrast", "mlc", kWhole, 2, 0, 5},
        {"topk", "topk", kNumber, 0.6, 0.0001, 1},
        {"tvi_threshold", "tvit", kNumber, 0.019, 0.0001, 1},
        {"window_size", "ws", kWhole, 65, 15, 127}}},
      {Measure::kSpeedChroma,
       "",
       {"speed_chroma_u", "speed_chroma_v", "speed_chroma_uv"},
       {{"speed_kernelscale", "ks", kNumber, 1, 0.1, 4},
        {"speed_max_val", "mxv", kNumber, 1000, 0, 1000},
        {"speed_nn_floor", "nnf", kNumber, 0, 0, 1},
        {"speed_prescale", "ps", kNumber, 1, 0.1, 4},
        {"speed_prescale_method", "psm", kWord, 0, 0, 0, {"nearest", "bilinear", "bicubic", "lanczos4"}},
        {"speed_sigma_nn", "snn", kNumber, 0.29, 0.1, 2},
        {"speed_weight_var_mode", "wvm", kWhole, 0, 0, 6}}},
  };
  return kRules;
}

FeatureRequest usual_feature(const std::string& name) {
  for (const MeasureRules& rules : all_rules()) {
    const auto found = std::find(rules.outputs.begin(), rules.outputs.end(), name);
    if (found != rules.outputs.end())
      return {rules.measure, static_cast<size_t>(found - rules.outputs.begin()), OptionValues(rules.options),
              rules.prefix + name};
  }
  throw Error(Code::kInvalidArgument,
              "there is no feature " + name + "; there are " +
                  join(all_rules(), [](const MeasureRules& rules) { return join(rules.outputs); }) + ".");
}

void set_option(OptionValues& options, const std::string& word, const std::string& text) {
  const size_t equals = word.find('=');
  if (equals == std::string::npos)
    throw Error(Code::kInvalidArgument, "the feature " + text + " states " + word +
                                            " without a value; write FEATURE=OPTION=VALUE:OPTION=VALUE.");
  options.set(word.substr(0, equals), word.substr(equals + 1));
}

}  // namespace

FeatureRequest parse_feature(const std::string& text) {
  if (!is_text(text))
    throw Error(Code::kInvalidArgument,
                "the feature " + legible(text) + " is not text; write FEATURE=OPTION=VALUE:OPTION=VALUE.");
  const size_t equals = text.find('=');
  FeatureRequest request = usual_feature(text.substr(0, equals));
  for (size_t start = equals; start < text.size();) {
    const size_t end = std::min(text.find(':', start + 1), text.size());
    set_option(request.options, text.substr(start + 1, end - start - 1), text);
    start = end;
  }
  request.name += request.options.suffix();
  return request;
}

std::vector<FeatureRequest> canonical_six(double adm_enhn_gain_limit, double vif_enhn_gain_limit,
                                          MotionRule motion_rule) {
  const auto limited = [](const char* feature, const char* option, double limit) {
    FeatureRequest request = usual_feature(feature);
    request.options.set(option, limit);
    request.name += request.options.suffix();
    return request;
  };
  std::vector<FeatureRequest> six = {limited("adm2", "adm_enhn_gain_limit", adm_enhn_gain_limit)};
  for (const char* vif : {"vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3"})
    six.push_back(limited(vif, "vif_enhn_gain_limit", vif_enhn_gain_limit));
  six.push_back(
      parse_feature(motion_rule == MotionRule::kLibvmaf31 ? "motion2=motion_rule=v3.1" : "motion2"));
  return six;
}

}  // namespace vmaf_dnn::features
