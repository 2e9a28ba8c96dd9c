// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <string>

namespace vmaf_dnn {

// A count for an error, which may be beyond every integer.
inline std::string whole_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 1e15 ? "%.0f" : "%.3g", value);
  return text;
}

}  // namespace vmaf_dnn
