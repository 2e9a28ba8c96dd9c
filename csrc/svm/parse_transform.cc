// SPDX-License-Identifier: BSD-3-Clause
#include "svm/parse_transform.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "svm/faults.h"
#include "svm/shown.h"

namespace vmaf_dnn::svm {
namespace {

constexpr const char* kCoefficients[] = {"p0", "p1", "p2"};
constexpr const char* kFields[] = {"p0", "p1", "p2", "knots", "out_lte_in", "out_gte_in", "enabled"};
constexpr size_t kMaxKnots = 10;  // libvmaf refuses more

std::string in_transform(const char* name) { return std::string(name) + " in its score_transform"; }

void refuse_unknown(const Json::Members& fields) {
  for (const auto& [name, value] : fields) {
    const auto is_it = [&field = name](const char* known) { return field == known; };
    if (std::none_of(std::begin(kFields), std::end(kFields), is_it))
      throw Malformed("its score_transform has the field " + shown(std::string_view(name)) + ", expected " +
                      join(kFields));
  }
}

// A coefficient may be null; where all are, or are left out, there is no polynomial.
std::vector<double> parse_coefficients(const Json& stated) {
  std::vector<double> coefficients;
  bool is_any = false;
  for (const char* name : kCoefficients) {
    const Json* const value = stated.find(name);
    const bool is_number = value != nullptr && value->as<std::nullptr_t>() == nullptr;
    coefficients.push_back(is_number ? finite_number(in_transform(name), *value) : 0);
    is_any = is_any || is_number;
  }
  return is_any ? coefficients : std::vector<double>();
}

std::vector<std::array<double, 2>> parse_knots(const Json& stated) {
  std::vector<std::array<double, 2>> knots;
  const Json* const value = stated.find("knots");
  if (value == nullptr) return knots;
  const std::string what = in_transform("knots");
  const auto* const pairs = value->as<Json::List>();
  if (pairs == nullptr || pairs->size() < 2 || pairs->size() > kMaxKnots)
    refuse(what, value, "2 to " + std::to_string(kMaxKnots) + " pairs of numbers");
  for (const Json& pair : *pairs) {
    const auto knot = finite_numbers(what + "[" + std::to_string(knots.size()) + "]", &pair, 2);
    knots.push_back({knot[0], knot[1]});
  }
  // libvmaf gives 0 for all scores beyond a pair that doesn't.
  for (size_t i = 1; i < knots.size(); ++i)
    if (!(knots[i - 1][0] < knots[i][0] && knots[i - 1][1] <= knots[i][1]))
      refuse(what, value, "x that rise and y that don't fall");
  return knots;
}

bool parse_bound(const Json& stated, const char* name) {
  const Json* const value = stated.find(name);
  if (value == nullptr) return false;
  const auto* const word = value->as<std::string>();
  if (word == nullptr || (*word != "true" && *word != "false"))
    refuse(in_transform(name), value, "the text \"true\" or \"false\"");
  return *word == "true";
}

bool parse_enabled(const Json& stated) {
  const Json* const value = stated.find("enabled");
  if (value == nullptr) return false;
  if (value->as<bool>() == nullptr) refuse(in_transform("enabled"), value, "true or false");
  return *value->as<bool>();
}

}  // namespace

std::optional<ScoreTransform> parse_transform(const Json& model, std::optional<bool> wanted) {
  const Json* const stated = model.find("score_transform");
  if (stated == nullptr) {
    if (wanted.value_or(false)) throw Malformed("it has no score_transform that could be enabled");
    return std::nullopt;
  }
  const auto* const fields = stated->as<Json::Members>();
  if (fields == nullptr) refuse("its score_transform", stated, "an object");
  refuse_unknown(*fields);
  const bool is_enabled = parse_enabled(*stated);
  ScoreTransform transform{parse_coefficients(*stated), parse_knots(*stated),
                           parse_bound(*stated, "out_lte_in"), parse_bound(*stated, "out_gte_in")};
  return wanted.value_or(is_enabled) ? std::optional(std::move(transform)) : std::nullopt;
}

}  // namespace vmaf_dnn::svm
