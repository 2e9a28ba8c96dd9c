// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.h"

namespace vmaf_dnn::bind {

// A mutex that a fork finds out about: what another thread held in the parent is never let go in the child.
class ProcessLock {
 public:
  // Throws Error{kInvalidArgument} in such a child.
  void lock() {
    const pid_t self = getpid();
    for (pid_t holder = 0; !holder_.compare_exchange_weak(holder, self, std::memory_order_acquire);
         holder = 0) {
      if (holder != 0 && holder != self)
        throw Error(
            Code::kInvalidArgument,
            "This object was at work in another thread when the process forked; make one in the child.");
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }
  void unlock() { holder_.store(0, std::memory_order_release); }

 private:
  std::atomic<pid_t> holder_{0};
};

}  // namespace vmaf_dnn::bind
