// SPDX-License-Identifier: BSD-3-Clause
#include "svm/feature_list.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/error.h"
#include "base/json/value.h"
#include "base/text.h"
#include "features/plan.h"
#include "features/request.h"
#include "svm/faults.h"
#include "svm/shown.h"

namespace vmaf_dnn::svm {
namespace {

struct KnownFeature {
  const char* name;
  const char* in_files;
  const char* extractor;  // what libvmaf calls the measure that gives it
};

constexpr KnownFeature kKnown[] = {
    {"adm2", "VMAF_integer_feature_adm2_score", "adm"},
    {"vif_scale0", "VMAF_integer_feature_vif_scale0_score", "vif"},
    {"vif_scale1", "VMAF_integer_feature_vif_scale1_score", "vif"},
    {"vif_scale2", "VMAF_integer_feature_vif_scale2_score", "vif"},
    {"vif_scale3", "VMAF_integer_feature_vif_scale3_score", "vif"},
    {"motion2", "VMAF_integer_feature_motion2_score", "motion"},
    {"aim", "VMAF_integer_feature_aim_score", "adm"},
    {"adm3", "VMAF_integer_feature_adm3_score", "adm"},
    {"adm_scale0", "VMAF_integer_feature_adm_scale0_score", "adm"},
    {"adm_scale1", "VMAF_integer_feature_adm_scale1_score", "adm"},
    {"adm_scale2", "VMAF_integer_feature_adm_scale2_score", "adm"},
    {"adm_scale3", "VMAF_integer_feature_adm_scale3_score", "adm"},
    {"motion3", "VMAF_integer_feature_motion3_score", "motion"},
    {"cambi", "Cambi_feature_cambi_score", "cambi"},
    {"speed_chroma_u", "Speed_chroma_feature_speed_chroma_u_score", "speed_chroma"},
    {"speed_chroma_v", "Speed_chroma_feature_speed_chroma_v_score", "speed_chroma"},
    {"speed_chroma_uv", "Speed_chroma_feature_speed_chroma_uv_score", "speed_chroma"},
};

using Options = std::map<std::string, std::string>;

bool is_floating(std::string_view name) {
  constexpr std::string_view kStart = "VMAF_feature_", kEnd = "_score";
  return name.size() >= kStart.size() + kEnd.size() && name.substr(0, kStart.size()) == kStart &&
         name.substr(name.size() - kEnd.size()) == kEnd;
}

const KnownFeature& known_feature(const Json& stated) {
  const auto* const name = stated.as<std::string>();
  if (name == nullptr) refuse("a name in its feature_names", &stated, "a text");
  for (const KnownFeature& known : kKnown)
    if (*name == known.in_files) return known;
  if (is_floating(*name))
    throw NotComputed("it is over " + shown(&stated) +
                      ", a floating-point feature, and only libvmaf's integer features (as "
                      "VMAF_integer_feature_adm2_score) are computed");
  throw NotComputed("it is over " + shown(&stated) + ", and only " +
                    join(kKnown, [](const KnownFeature& known) { return known.name; }) + " are computed");
}

std::vector<KnownFeature> parse_names(const Json& model) {
  const Json* const stated = model.find("feature_names");
  const auto* const names = stated == nullptr ? nullptr : stated->as<Json::List>();
  if (names == nullptr || names->empty()) refuse("its feature_names", stated, "a list of names");
  std::vector<KnownFeature> features;
  bool is_repeated = false;
  for (const Json& name : *names) {
    const KnownFeature& known = known_feature(name);
    const auto is_it = [&](const KnownFeature& other) { return other.name == known.name; };
    is_repeated = is_repeated || std::any_of(features.begin(), features.end(), is_it);
    if (features.size() <= std::size(kKnown)) features.push_back(known);
  }
  if (is_repeated)
    throw Malformed("its feature_names repeat a name: " +
                    join(features, [](const KnownFeature& known) { return known.name; }));
  return features;
}

// The value of an option, written as libvmaf does before it reads it.
std::string text_of(const std::string& what, const Json& value) {
  if (const bool* flag = value.as<bool>()) return *flag ? "true" : "false";
  if (const auto* word = value.as<std::string>()) {
    if (word->find_first_of(":=") != std::string::npos) refuse(what, &value, "a word");
    return *word;
  }
  return to_text(static_cast<float>(finite_number(what, value)));
}

Options own_options(const KnownFeature& feature, const Json& stated) {
  Options options;
  for (const auto& [name, value] : *stated.as<Json::Members>())
    options[name] = text_of(std::string("its feature_opts_dicts for ") + feature.name + ", " +
                                shown(std::string_view(name)) + ",",
                            value);
  return options;
}

// The kind of extractor that "cambi.enc_bitdepth" is of, and the option.
std::pair<std::string, std::string> parts_of(const std::string& key) {
  const size_t dot = std::min(key.find('.'), key.size());
  return {key.substr(0, dot), key.substr(std::min(dot + 1, key.size()))};
}

std::string assigned(const std::pair<const std::string, std::string>& option) {
  return option.first + "=" + option.second;
}

Feature to_feature(const KnownFeature& known, const Options& options) {
  const std::string words = join(options, assigned, ":");
  return {known.name, words, known.name + (words.empty() ? "" : "=" + words)};
}

// Why a feature can't be computed; empty if it can.
std::string fault_of(const Feature& feature) {
  try {
    features::FeaturePlan({features::parse_feature(feature.request)});
    return "";
  } catch (const Error& error) {
    std::string fault = error.what();
    if (!fault.empty() && fault.back() == '.') fault.pop_back();
    return excerpt(fault, 400);
  }
}

void check(const KnownFeature& known, const Options& own, const Options& set, const Feature& feature) {
  const std::string fault = fault_of(feature);
  if (fault.empty()) return;
  if (set.empty() || !fault_of(to_feature(known, own)).empty())
    throw NotComputed(std::string("its feature_opts_dicts for ") + known.name + " can't be followed, " +
                      fault);
  throw Error(Code::kInvalidArgument, std::string("What is set of ") + known.extractor + " (" +
                                          legible(join(set, assigned, ", ")) +
                                          ") can't be followed: " + fault + ".");
}

void check_are_taken(const Overloads& overloads, const std::vector<KnownFeature>& features) {
  for (const auto& [key, value] : overloads) {
    const std::string kind = parts_of(key).first;
    const auto is_of_kind = [&](const KnownFeature& known) { return known.extractor == kind; };
    if (std::none_of(features.begin(), features.end(), is_of_kind))
      throw Error(Code::kInvalidArgument, legible(key) +
                                              " is set, but the model has no feature of that kind; leave it "
                                              "out.");
  }
}

}  // namespace

std::vector<Feature> parse_features(const Json& model, const Overloads& overloads) {
  const std::vector<KnownFeature> known = parse_names(model);
  const Json* const stated = model.find("feature_opts_dicts");
  const auto* const list = stated == nullptr ? nullptr : stated->as<Json::List>();
  if (stated != nullptr && (list == nullptr || list->size() != known.size()))
    refuse("its feature_opts_dicts", stated, std::to_string(known.size()) + " objects, one a feature");
  for (size_t i = 0; list != nullptr && i < list->size(); ++i)
    if ((*list)[i].as<Json::Members>() == nullptr)
      refuse("an entry of its feature_opts_dicts", &(*list)[i], "an object");
  check_are_taken(overloads, known);
  std::vector<Feature> features;
  for (size_t i = 0; i < known.size(); ++i) {
    const Options own = list == nullptr ? Options() : own_options(known[i], (*list)[i]);
    Options set;
    for (const auto& [key, value] : overloads)
      if (const auto [kind, option] = parts_of(key); kind == known[i].extractor) set[option] = value;
    Options options = set;
    options.insert(own.begin(), own.end());  // what is set comes first
    features.push_back(to_feature(known[i], options));
    check(known[i], own, set, features.back());
  }
  return features;
}

}  // namespace vmaf_dnn::svm
