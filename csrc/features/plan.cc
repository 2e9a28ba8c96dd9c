// SPDX-License-Identifier: BSD-3-Clause
#include "features/plan.h"

#include <algorithm>

#include "base/error.h"

namespace vmaf_dnn::features {
namespace {

AdmOptions adm_options(const OptionValues& values) {
  AdmOptions options;
  options.enhn_gain_limit = values.number("adm_enhn_gain_limit");
  options.norm_view_dist = values.number("adm_norm_view_dist");
  options.ref_display_height = values.whole("adm_ref_display_height");
  options.csf_mode = values.choice<CsfMode>("adm_csf_mode");
  options.csf_scale = values.number("adm_csf_scale");
  options.csf_diag_scale = values.number("adm_csf_diag_scale");
  options.noise_weight = values.number("adm_noise_weight");
  options.dlm_weight = values.number("adm_dlm_weight");
  options.min_val = values.number("adm_min_val");
  options.skip_scale0 = values.is_on("adm_skip_scale0");
  return options;
}

MotionOptions motion_options(const OptionValues& values) {
  MotionOptions options;
  options.rule = values.is_on("motion_rule") ? MotionRule::kLibvmaf31 : MotionRule::kLibvmaf32;
  options.five_frame_window = values.is_on("motion_five_frame_window");
  options.moving_average = values.is_on("motion_moving_average");
  options.force_zero = values.is_on("motion_force_zero");
  options.max_val = values.number("motion_max_val");
  options.fps_weight = values.number("motion_fps_weight");
  options.blend_factor = values.number("motion_blend_factor");
  options.blend_offset = values.number("motion_blend_offset");
  return options;
}

// Of two spellings of an option, one wins where it is not as usual.
CambiOptions cambi_options(const OptionValues& values) {
  const auto either = [&](const char* first, const char* second) {
    const double usual = CambiOptions().topk;
    return values.number(first) != usual ? values.number(first) : values.number(second);
  };
  CambiOptions options;
  options.enc_width = values.whole("enc_width");
  options.enc_height = values.whole("enc_height");
  options.enc_bitdepth = values.whole("enc_bitdepth");
  options.window_size = values.whole("window_size");
  options.topk = either("topk", "cambi_topk");
  options.tvi_threshold = values.number("tvi_threshold");
  options.vis_lum_threshold = values.number("cambi_vis_lum_threshold");
  options.max_log_contrast = values.whole("max_log_contrast");
  options.eotf = values.choice<Eotf>(values.is_on("cambi_eotf") ? "cambi_eotf" : "eotf");
  options.high_res_speedup = values.whole("cambi_high_res_speedup");
  options.max_val = values.number("cambi_max_val");
  return options;
}

SpeedChromaOptions speed_chroma_options(const OptionValues& values) {
  SpeedChromaOptions options;
  options.kernelscale = values.number("speed_kernelscale");
  options.max_val = values.number("speed_max_val");
  options.nn_floor = values.number("speed_nn_floor");
  options.prescale = values.number("speed_prescale");
  options.prescale_method = values.choice<PrescaleMethod>("speed_prescale_method");
  options.sigma_nn = values.number("speed_sigma_nn");
  options.weight_var_mode = values.whole("speed_weight_var_mode");
  return options;
}

// The distinct options of one measure, in the order of their first request.
struct Distinct {
  Measure measure;
  OptionValues options;
};

size_t index_of(const FeatureRequest& request, std::vector<Distinct>& all) {
  size_t i = 0;
  for (const Distinct& known : all) {
    if (known.measure != request.measure) continue;
    if (known.options == request.options) return i;
    ++i;
  }
  all.push_back({request.measure, request.options});
  return i;
}

bool needs_additive(const std::vector<FeatureRequest>& requests, const OptionValues& options) {
  return std::any_of(requests.begin(), requests.end(), [&](const FeatureRequest& request) {
    return request.measure == Measure::kAdm && request.options == options &&
           (request.output == kAim || request.output == kAdm3);
  });
}

}  // namespace

FeaturePlan::FeaturePlan(const std::vector<FeatureRequest>& requests) {
  if (requests.empty()) throw Error(Code::kInvalidArgument, "no feature is asked for; name one, as adm2.");
  std::vector<Distinct> all;
  for (const FeatureRequest& request : requests) {
    const auto is_this = [&](const Column& column) { return column.name == request.name; };
    if (std::any_of(columns.begin(), columns.end(), is_this))
      throw Error(Code::kInvalidArgument,
                  "the feature " + request.name + " is asked for twice; ask for it once.");
    columns.push_back({request.measure, request.output, index_of(request, all), request.name});
  }
  for (const auto& [measure, options] : all) switch (measure) {
      case Measure::kAdm:
        adm.emplace_back(adm_options(options), needs_additive(requests, options));
        break;
      case Measure::kVif:
        vif.push_back({options.number("vif_enhn_gain_limit")});
        break;
      case Measure::kMotion:
        motion.push_back(motion_options(options));
        break;
      case Measure::kCambi:
        cambi.push_back(cambi_options(options));
        break;
      case Measure::kSpeedChroma:
        speed_chroma.push_back(speed_chroma_options(options));
        break;
    }
}

}  // namespace vmaf_dnn::features
