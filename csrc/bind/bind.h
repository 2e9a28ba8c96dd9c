// SPDX-License-Identifier: BSD-3-Clause
// One register function per concept; module.cc lists them.
#pragma once

#include <pybind11/pybind11.h>

namespace vmaf_dnn {
class Error;
}

namespace vmaf_dnn::bind {

void set_python_error(const Error& error);

void register_admission(pybind11::module_& module);
void register_errors(pybind11::module_& module);
void register_extractor(pybind11::module_& module);
void register_floats(pybind11::module_& module);
void register_registry(pybind11::module_& module);
void register_runtime(pybind11::module_& module);
void register_session(pybind11::module_& module);
void register_svm(pybind11::module_& module);

}  // namespace vmaf_dnn::bind
