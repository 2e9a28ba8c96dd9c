// SPDX-License-Identifier: BSD-3-Clause
// libsvm's text form of a trained nu-SVR with an RBF kernel: what "svm-train -s 4 -t 2" writes.
#pragma once

#include <cstddef>

#include "base/json/value.h"
#include "svm/support_vectors.h"

namespace vmaf_dnn::svm {

// More than a hundred times as many as any model of libvmaf has in all.
inline constexpr size_t kMaxVectors = size_t{1} << 19;

// From the "model" of a model_dict. Throws Malformed or NotComputed.
SupportVectors parse_libsvm_text(const Json& model, size_t n_features);

}  // namespace vmaf_dnn::svm
