// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "error.h"

namespace vmaf_dnn::c_api {

// More than any of our structs will ever have: a larger size is a size that nobody set.
inline constexpr std::size_t kMaxStructBytes = 4096;

// The members of a size-prefixed struct that this library knows. A caller built against an older header has a
// shorter struct, and what it lacks stays zero, but `least_bytes` are needed; one built against a newer
// header may leave what we don't know zero, and nothing else.
template <typename Struct>
Struct known_part(const Struct& given, std::size_t least_bytes, const std::string& type) {
  const std::size_t size = given.struct_size;
  if (size < least_bytes || size > kMaxStructBytes)
    throw Error(Code::kInvalidArgument, "struct_size of the " + type + " is " + std::to_string(size) +
                                            "; set it to sizeof(" + type + ").");
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

}  // namespace vmaf_dnn::c_api
