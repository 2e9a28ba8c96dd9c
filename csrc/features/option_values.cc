// SPDX-License-Identifier: BSD-3-Clause
#include "features/option_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace vmaf_dnn::features {
namespace {

std::optional<double> parse_number(const std::string& text) {
  double number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(const OptionRule& rule, const std::string& text, const std::string& expected) {
  throw Error(Code::kInvalidArgument,
              std::string(rule.name) + " is " + text + "; it must be " + expected + ".");
}

double parse_word(const OptionRule& rule, const std::string& text, const std::vector<std::string>& words) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) refuse(rule, text, "one of " + join(words));
  return static_cast<double>(found - words.begin());
}

void check_number(const OptionRule& rule, double number, const std::string& text) {
  const bool is_whole = rule.kind == OptionKind::kWhole;
  if (!(number >= rule.least && number <= rule.most) || (is_whole && number != std::floor(number)))
    refuse(rule, text,
           (is_whole ? "a whole number of " : "") + to_text(rule.least) + " to " + to_text(rule.most));
}

double parse(const OptionRule& rule, const std::string& text) {
  if (rule.kind == OptionKind::kWord) return parse_word(rule, text, rule.words);
  if (rule.kind == OptionKind::kSwitch) return parse_word(rule, text, {"false", "true"});
  const double number = parse_number(text).value_or(NAN);
  check_number(rule, number, text);
  return number;
}

}  // namespace

void OptionValues::set(const std::string& name, const std::string& text) {
  keep(rule(name), parse(rule(name), text));
}

void OptionValues::set(const std::string& name, double number) {
  check_number(rule(name), number, to_text(number));
  keep(rule(name), number);
}

void OptionValues::keep(const OptionRule& rule, double value) {
  if (!set_.insert(rule.name).second)
    throw Error(Code::kInvalidArgument, std::string(rule.name) + " is set twice; set it once.");
  if (value != rule.usual) unusual_[rule.name] = value;
}

double OptionValues::number(const std::string& name) const {
  const auto found = unusual_.find(name);
  return found == unusual_.end() ? rule(name).usual : found->second;
}

std::string OptionValues::suffix() const {
  std::string text;
  for (const auto& [name, value] : unusual_) {
    const OptionRule& known = rule(name);
    if (known.alias == nullptr) continue;
    text += std::string("_") + known.alias;
    if (known.kind == OptionKind::kWord) text += "_" + known.words[static_cast<size_t>(value)];
    if (known.kind == OptionKind::kNumber || known.kind == OptionKind::kWhole) text += "_" + to_text(value);
  }
  return text;
}

const OptionRule& OptionValues::rule(const std::string& name) const {
  const auto found = std::find_if(rules_->begin(), rules_->end(),
                                  [&](const OptionRule& known) { return known.name == name; });
  if (found != rules_->end()) return *found;
  throw Error(Code::kInvalidArgument, name + " is no option of this feature; it has " +
                                          join(*rules_, [](const OptionRule& known) { return known.name; }) +
                                          ".");
}

}  // namespace vmaf_dnn::features
