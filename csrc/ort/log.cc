// SPDX-License-Identifier: BSD-3-Clause
#include "ort/log.h"

#include <utility>

namespace vmaf_dnn::ort {
namespace {

// A sentence can't use more; a graph of thousands of nodes may log a line for each.
constexpr std::size_t kMostBytes = 1000;

thread_local std::string kept;

}  // namespace

void keep_log(void*, int, const char*, const char*, const char*, const char* message) {
  try {
    if (message == nullptr || kept.size() > kMostBytes) return;
    if (!kept.empty()) kept += "; ";
    kept.append(message, std::string(message).find_last_not_of(" \n") + 1);
  } catch (...) {
    // No memory for a log line: the error itself matters more.
  }
}

std::string take_log() { return std::exchange(kept, {}); }

}  // namespace vmaf_dnn::ort
