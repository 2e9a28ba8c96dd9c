// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

namespace vmaf_dnn::bind {

// Runs `work` without the GIL. pybind11's guard takes the lock back in a destructor; when the interpreter is
// shutting down that ends the thread by unwinding, which must not start in a destructor.
template <typename Work>
void without_gil(Work&& work) {
  PyThreadState* const state = PyEval_SaveThread();
  try {
    work();
  } catch (...) {
    PyEval_RestoreThread(state);
    throw;
  }
  PyEval_RestoreThread(state);
}

}  // namespace vmaf_dnn::bind
