// SPDX-License-Identifier: BSD-3-Clause
#include "svm/faults.h"

#include <cmath>

#include "svm/shown.h"

namespace vmaf_dnn::svm {

void refuse(const std::string& what, const Json* value, const std::string& expected) {
  throw Malformed(what + " is " + shown(value) + ", expected " + expected);
}

double finite_number(const std::string& what, const Json& value) {
  if (const auto* integer = value.as<int64_t>()) return static_cast<double>(*integer);
  const auto* number = value.as<double>();
  if (number == nullptr || !std::isfinite(*number)) refuse(what, &value, "a finite number");
  return *number;
}

std::vector<double> finite_numbers(const std::string& what, const Json* value, size_t n_expected) {
  const auto* list = value == nullptr ? nullptr : value->as<Json::List>();
  if (list == nullptr || list->size() != n_expected)
    refuse(what, value, std::to_string(n_expected) + " finite numbers");
  std::vector<double> numbers;
  for (const Json& item : *list)
    numbers.push_back(finite_number(what + "[" + std::to_string(numbers.size()) + "]", item));
  return numbers;
}

}  // namespace vmaf_dnn::svm
