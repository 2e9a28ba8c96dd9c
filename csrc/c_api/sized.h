// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "base/error.h"

namespace vmaf_dnn::c_api {

// More than any of our structs will ever have: a larger size is a size that nobody set.
inline constexpr std::size_t kMaxStructBytes = 4096;

inline void check_struct_size(std::size_t size, std::size_t least_bytes, const std::string& type) {
  if (size < least_bytes || size > kMaxStructBytes)
    throw Error(Code::kInvalidArgument, "struct_size of the " + type + " is " + std::to_string(size) +
                                            "; set it to sizeof(" + type + ").");
}

// The members of a size-prefixed struct that this library knows. A caller built against an older header has a
// shorter struct, and what it lacks stays zero, but `least_bytes` are needed; one built against a newer
// header may leave what we don't know zero, and nothing else.
template <typename Struct>
Struct known_part(const Struct& given, std::size_t least_bytes, const std::string& type) {
  const std::size_t size = given.struct_size;
  check_struct_size(size, least_bytes, type);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&given);
  const auto is_set = [](unsigned char byte) { return byte != 0; };
  if (size > sizeof(Struct) && std::any_of(bytes + sizeof(Struct), bytes + size, is_set))
    throw Error(Code::kInvalidArgument, "The " + type +
                                            " sets a member that version " VMAF_DNN_VERSION
                                            " of the library does not know; install a newer one.");
  Struct known{};
  std::memcpy(&known, bytes, std::min(size, sizeof(Struct)));
  return known;
}

// Writes as much of `value` as the caller's struct has room for; members that only a newer header has are
// zero.
template <typename Struct>
void fill(Struct& out, Struct value, const std::string& type) {
  const std::size_t size = out.struct_size;
  check_struct_size(size, sizeof(size), type);
  value.struct_size = size;
  if (size > sizeof(Struct))
    std::memset(reinterpret_cast<unsigned char*>(&out) + sizeof(Struct), 0, size - sizeof(Struct));
  std::memcpy(&out, &value, std::min(size, sizeof(Struct)));
}

}  // namespace vmaf_dnn::c_api
