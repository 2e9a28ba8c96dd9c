// SPDX-License-Identifier: BSD-3-Clause
#include "engine/elements.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/float16.h"
#include "onnx/element_type.h"

namespace vmaf_dnn {
namespace {

template <typename To, typename Convert>
std::vector<std::byte> encode_as(const float* values, std::size_t n_values, Convert convert) {
  std::vector<std::byte> bytes(n_values * sizeof(To));
  for (std::size_t i = 0; i < n_values; ++i) {
    const To element = convert(values[i]);
    std::memcpy(bytes.data() + i * sizeof(To), &element, sizeof(To));
  }
  return bytes;
}

template <typename From, typename Convert>
std::vector<float> decode_by(const void* elements, std::size_t n_elements, Convert convert) {
  const auto* first = static_cast<const From*>(elements);
  std::vector<float> values(n_elements);
  std::transform(first, first + n_elements, values.begin(), convert);
  return values;
}

template <typename From>
std::vector<float> decode_as(const void* elements, std::size_t n_elements) {
  return decode_by<From>(elements, n_elements, [](From element) { return static_cast<float>(element); });
}

using Decoder = std::vector<float> (*)(const void*, std::size_t);

Decoder decoder_of(int element_type) {
  switch (element_type) {
    case kElementFloat:
      return decode_as<float>;
    case kElementUint8:
    case kElementBool:
      return decode_as<uint8_t>;
    case kElementInt8:
      return decode_as<int8_t>;
    case kElementUint16:
      return decode_as<uint16_t>;
    case kElementInt16:
      return decode_as<int16_t>;
    case kElementInt32:
      return decode_as<int32_t>;
    case kElementInt64:
      return decode_as<int64_t>;
    case kElementFloat16:
      return [](const void* all, std::size_t n) { return decode_by<uint16_t>(all, n, from_float16); };
    case kElementDouble:
      return decode_as<double>;
    case kElementUint32:
      return decode_as<uint32_t>;
    case kElementUint64:
      return decode_as<uint64_t>;
    case kElementBfloat16:
      return [](const void* all, std::size_t n) { return decode_by<uint16_t>(all, n, from_bfloat16); };
    default:
      return nullptr;
  }
}

}  // namespace

bool is_real(int element_type) {
  return element_type == kElementFloat || element_type == kElementDouble || element_type == kElementFloat16;
}

bool is_fed(int element_type, bool rounds_to_float16) {
  return is_real(element_type) && (rounds_to_float16 || element_type != kElementFloat16);
}

std::vector<std::byte> encode(const float* values, std::size_t n_values, int element_type) {
  return element_type == kElementFloat16
             ? encode_as<uint16_t>(values, n_values, to_float16)
             : encode_as<double>(values, n_values, [](float value) { return double{value}; });
}

bool is_given(int element_type) { return decoder_of(element_type) != nullptr; }

std::vector<float> decode(const void* elements, std::size_t n_elements, int element_type) {
  return decoder_of(element_type)(elements, n_elements);
}

}  // namespace vmaf_dnn
