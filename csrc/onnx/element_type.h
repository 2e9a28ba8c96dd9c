// SPDX-License-Identifier: BSD-3-Clause
// TensorProto.DataType: what the elements of a tensor are.
#pragma once

#include <cstddef>
#include <iterator>

namespace vmaf_dnn {

inline constexpr int kElementFloat = 1;
inline constexpr int kElementUint8 = 2;
inline constexpr int kElementInt8 = 3;
inline constexpr int kElementUint16 = 4;
inline constexpr int kElementInt16 = 5;
inline constexpr int kElementInt32 = 6;
inline constexpr int kElementInt64 = 7;
inline constexpr int kElementString = 8;
inline constexpr int kElementBool = 9;
inline constexpr int kElementFloat16 = 10;
inline constexpr int kElementDouble = 11;
inline constexpr int kElementUint32 = 12;
inline constexpr int kElementUint64 = 13;
inline constexpr int kElementBfloat16 = 16;

struct ElementType {
  const char* name;
  std::size_t n_bytes;  // 0: no constant of an admitted model has such elements
};

// In the order of their numbers.
// clang-format off
inline constexpr ElementType kElementTypes[] = {
    {"undefined",  0},
    {"float32",    4},
    {"uint8",      1},
    {"int8",       1},
    {"uint16",     2},
    {"int16",      2},
    {"int32",      4},
    {"int64",      8},
    {"string",     0},
    {"bool",       1},
    {"float16",    2},
    {"float64",    8},
    {"uint32",     4},
    {"uint64",     8},
    {"complex64",  0},
    {"complex128", 0},
    {"bfloat16",   0},
};
// clang-format on

inline constexpr ElementType element_type(int number) {
  const auto index = static_cast<std::size_t>(number);
  return index < std::size(kElementTypes) ? kElementTypes[index] : ElementType{"of an unknown type", 0};
}

}  // namespace vmaf_dnn
