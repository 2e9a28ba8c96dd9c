// SPDX-License-Identifier: BSD-3-Clause
// Between the float32 of our callers and the element types of a model.
#pragma once

#include <cstddef>
#include <vector>

namespace vmaf_dnn {

// float16, float32 or float64.
bool is_real(int element_type);

// Whether float32 is fed to this type: as it is, exactly (float64), or rounded (float16, which has to be
// wanted).
bool is_fed(int element_type, bool rounds_to_float16);

// The elements as the model takes them; for a type that is_fed, but not float32, which needs no copy.
std::vector<std::byte> encode(const float* values, std::size_t n_values, int element_type);

// Whether a type comes out as float32: each number to the nearest one, false and true as 0 and 1.
bool is_given(int element_type);

// For a type that is_given.
std::vector<float> decode(const void* elements, std::size_t n_elements, int element_type);

}  // namespace vmaf_dnn
