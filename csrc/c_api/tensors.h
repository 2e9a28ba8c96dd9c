// SPDX-License-Identifier: BSD-3-Clause
// The tensors of a C program beside those of the model. Everything here throws Error{kInvalidArgument}.
#pragma once

#include <cstddef>
#include <vector>

#include "session.h"
#include "vmaf_dnn/vmaf_dnn.h"

namespace vmaf_dnn::c_api {

std::vector<TensorRef> to_tensors(const Session& session, const VmafDnnInput* inputs, std::size_t n_inputs);

// Whether every output of the model has its place.
void check_outputs(const Session& session, VmafDnnOutput* outputs, std::size_t n_outputs);

// Sets each `written`, and copies what fits. Throws Error{kNoSpace} if an output does not.
void copy_outputs(const Session& session, const std::vector<Tensor>& tensors, VmafDnnOutput* outputs,
                  std::size_t n_outputs);

}  // namespace vmaf_dnn::c_api
