// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "ort/handles.h"

namespace vmaf_dnn::ort {

// Options for one run, which a watching thread ends when the run takes longer than its limit. ONNX Runtime
// looks between two nodes whether it should end.
class Deadline {
 public:
  // timeout_ms <= 0: no limit, no thread.
  Deadline(const Runtime& runtime, int timeout_ms);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  const OrtRunOptions* run_options() const { return options_.get(); }  // NULL without a limit

  // Stops watching; whether the run was told to end.
  bool finish();

 private:
  void watch(int timeout_ms);

  RunOptionsHandle options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_finished_ = false;
  bool has_passed_ = false;
  std::thread watcher_;
};

}  // namespace vmaf_dnn::ort
