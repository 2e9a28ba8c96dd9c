// SPDX-License-Identifier: BSD-3-Clause
#include "c_api/guard.h"

#include <string>

#include "base/text.h"
#include "vmaf_dnn/vmaf_dnn.h"

namespace vmaf_dnn::c_api {
namespace {

thread_local std::string last_error;

}  // namespace

// Remembering a sentence takes memory, which may be what has run out. It quotes names as they were given, and
// ends up on terminals and in logs.
int fail(int errno_value, const char* sentence) noexcept {
  try {
    last_error = legible(sentence);
  } catch (...) {
    last_error.clear();
  }
  return -errno_value;
}

}  // namespace vmaf_dnn::c_api

extern "C" const char* vmaf_dnn_last_error(void) { return vmaf_dnn::c_api::last_error.c_str(); }
