// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pthread.h>

namespace vmaf_dnn::c_api {

// While one lives, pthread_cancel waits: it ends a thread by unwinding, which may not pass a C function.
class Uncancelled {
 public:
  Uncancelled() noexcept { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~Uncancelled() { pthread_setcancelstate(before_, &before_); }
  Uncancelled(const Uncancelled&) = delete;
  Uncancelled& operator=(const Uncancelled&) = delete;

 private:
  int before_;
};

}  // namespace vmaf_dnn::c_api
