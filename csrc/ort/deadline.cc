// SPDX-License-Identifier: BSD-3-Clause
#include "ort/deadline.h"

#include <chrono>

namespace vmaf_dnn::ort {

Deadline::Deadline(const Runtime& runtime, int timeout_ms) {
  if (timeout_ms <= 0) return;
  OrtRunOptions* options = nullptr;
  runtime.check(runtime.api->CreateRunOptions(&options), "make run options");
  options_ = RunOptionsHandle(options, {&runtime});
  watcher_ = std::thread([this, timeout_ms] { watch(timeout_ms); });
}

Deadline::~Deadline() { finish(); }

bool Deadline::finish() {
  if (!watcher_.joinable()) return has_passed_;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_finished_ = true;
  }
  changed_.notify_one();
  watcher_.join();
  return has_passed_;
}

void Deadline::watch(int timeout_ms) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto is_finished = [this] { return is_finished_; };
  if (changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), is_finished)) return;
  has_passed_ = true;
  const Runtime& runtime = *options_.get_deleter().runtime;
  if (OrtStatus* status = runtime.api->RunOptionsSetTerminate(options_.get()); status != nullptr)
    runtime.api->ReleaseStatus(status);
}

}  // namespace vmaf_dnn::ort
