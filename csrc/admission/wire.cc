// SPDX-License-Identifier: BSD-3-Clause
#include "admission/wire.h"

#include <string>

#include "error.h"

namespace vmaf_dnn {
namespace {

[[noreturn]] void fail(const std::string& complaint) {
  throw Error(Code::kMalformed,
              "The model file is not a well-formed ONNX file: " + complaint + "; export it again.");
}

uint64_t take_varint(std::string_view& rest) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest.empty()) fail("it ends inside a number");
    const auto byte = static_cast<uint8_t>(rest.front());
    rest.remove_prefix(1);
    value |= uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  fail("a number is longer than ten bytes");
}

}  // namespace

uint64_t WireReader::read_varint() { return take_varint(rest_); }

std::string_view WireReader::read_bytes(uint64_t size) {
  if (size > rest_.size())
    fail("a field claims " + std::to_string(size) + " bytes where " + std::to_string(rest_.size()) +
         " are left");
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::optional<WireField> WireReader::next() {
  if (rest_.empty()) return std::nullopt;
  const uint64_t key = read_varint();
  const uint64_t number = key >> 3;
  if (number == 0 || number > 0x1fffffff) fail("it has a field numbered " + std::to_string(number));
  WireField field{static_cast<uint32_t>(number), 0, {}, false};
  switch (key & 7) {
    case 0:
      field.is_varint = true;
      field.varint = read_varint();
      return field;
    case 1:
      field.bytes = read_bytes(8);
      return field;
    case 2:
      field.bytes = read_bytes(read_varint());
      return field;
    case 5:
      field.bytes = read_bytes(4);
      return field;
    default:
      fail("field " + std::to_string(number) + " has the unknown wire type " + std::to_string(key & 7));
  }
}

void append_integers(const WireField& field, std::vector<int64_t>& out) {
  if (field.is_varint) out.push_back(static_cast<int64_t>(field.varint));
  for (std::string_view packed = field.bytes; !packed.empty();)
    out.push_back(static_cast<int64_t>(take_varint(packed)));
}

}  // namespace vmaf_dnn
