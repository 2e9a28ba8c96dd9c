// SPDX-License-Identifier: BSD-3-Clause
// libvmaf's options of a feature: their names, what they may be, and what they add to the feature's name in
// logs.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace vmaf_dnn::features {

enum class OptionKind { kNumber, kWhole, kSwitch, kWord };

struct OptionRule {
  const char* name;
  const char* alias;  // in logs; null for an option that is no part of a name
  OptionKind kind;
  double usual, least, most;            // of numbers
  std::vector<std::string> words = {};  // that it may be, the usual one first
};

// Sorted by name, as names in logs are made.
using OptionRules = std::vector<OptionRule>;

class OptionValues {
 public:
  // All as usual. `rules` have to outlive it.
  explicit OptionValues(const OptionRules& rules) : rules_(&rules) {}

  // Throws Error{kInvalidArgument} for an option that there is not, or a value that it can't have.
  void set(const std::string& name, const std::string& text);
  void set(const std::string& name, double number);

  double number(const std::string& name) const;
  int whole(const std::string& name) const { return static_cast<int>(number(name)); }
  bool is_on(const std::string& name) const { return number(name) != 0; }
  // Which of its words, or of the numbers that stand for some.
  template <typename Choice>
  Choice choice(const std::string& name) const {
    return static_cast<Choice>(number(name));
  }

  // What is added to a name: "_egl_1"; nothing where all is as usual.
  std::string suffix() const;

  bool operator==(const OptionValues& other) const {
    return rules_ == other.rules_ && unusual_ == other.unusual_;
  }

 private:
  const OptionRule& rule(const std::string& name) const;
  void keep(const OptionRule& rule, double value);

  const OptionRules* rules_;
  std::map<std::string, double> unusual_;
  std::set<std::string> set_;
};

}  // namespace vmaf_dnn::features
