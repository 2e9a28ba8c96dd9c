// SPDX-License-Identifier: BSD-3-Clause
// What can be wrong with a model file of libvmaf; the words complete "the file is refused: ...", without its
// path.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json/value.h"

namespace vmaf_dnn::svm {

// The file breaks its format, or contradicts itself.
class Malformed : public std::runtime_error {
 public:
  using runtime_error::runtime_error;
};

// The file is sound, and asks for what only libvmaf computes.
class NotComputed : public std::runtime_error {
 public:
  using runtime_error::runtime_error;
};

// Throws Malformed for the part of the file named `what`, which holds `value`; null: the file lacks it.
[[noreturn]] void refuse(const std::string& what, const Json* value, const std::string& expected);

// Throw Malformed for anything else.
double finite_number(const std::string& what, const Json& value);
std::vector<double> finite_numbers(const std::string& what, const Json* value, size_t n_expected);

}  // namespace vmaf_dnn::svm
