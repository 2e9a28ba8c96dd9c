// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>
#include <unistd.h>

namespace vmaf_dnn::bind {

// Takes the GIL back. While the interpreter shuts down, CPython before 3.14 ends a thread that asks for it by
// unwinding its stack, and handles on that stack would let go of objects without the GIL. Such a thread stays
// here until the process ends, as it does from 3.14 on.
inline void retake_gil(PyThreadState* state) {
  try {
    PyEval_RestoreThread(state);
  } catch (...) {
    for (;;) pause();
  }
}

// Runs `work` without the GIL.
template <typename Work>
void without_gil(Work&& work) {
  PyThreadState* const state = PyEval_SaveThread();
  try {
    work();
  } catch (...) {
    retake_gil(state);
    throw;
  }
  retake_gil(state);
}

}  // namespace vmaf_dnn::bind
