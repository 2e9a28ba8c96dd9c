// SPDX-License-Identifier: BSD-3-Clause
// Work for which ONNX Runtime takes locks of the whole process: loading it, opening and closing sessions. A
// thread that holds one does not come along into a forked child, which would wait for ever. So a fork waits
// until no thread is at such work; if that takes too long, the child knows, and does none.
#pragma once

namespace vmaf_dnn::ort {

class AtWork {
 public:
  AtWork() noexcept;  // waits while another thread forks
  ~AtWork();
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

  bool is_possible() const noexcept;
  void check() const;  // throws Error{kRuntimeFailure} where it is not possible
};

}  // namespace vmaf_dnn::ort
