// SPDX-License-Identifier: BSD-3-Clause
#include "onnx/wire.h"

#include <cstring>
#include <string>

#include "base/error.h"

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
  using Type = WireField::Type;
  if (twice_ != 0) fail("field " + std::to_string(twice_) + " stands twice in one message");
  if (rest_.empty()) return std::nullopt;
  const uint64_t key = read_varint();
  const uint64_t number = key >> 3;
  if (number == 0 || number > 0x1fffffff) fail("it has a field numbered " + std::to_string(number));
  const auto id = static_cast<uint32_t>(number);
  note(id);
  switch (key & 7) {
    case 0:
      return WireField(id, Type::kVarint, read_varint(), {});
    case 1:
      return WireField(id, Type::kFixed64, 0, read_bytes(8));
    case 2:
      return WireField(id, Type::kBytes, 0, read_bytes(read_varint()));
    case 5:
      return WireField(id, Type::kFixed32, 0, read_bytes(4));
    default:
      fail("field " + std::to_string(number) + " has the unknown wire type " + std::to_string(key & 7));
  }
}

void WireReader::note(uint32_t number) {
  if (number >= 64) return;
  const uint64_t bit = uint64_t{1} << number;
  if ((seen_ & singular_ & bit) != 0) twice_ = number;
  seen_ |= bit;
}

void WireField::require(Type type) const {
  if (type_ != type)
    fail("field " + std::to_string(number_) + " has wire type " + std::to_string(static_cast<int>(type_)) +
         ", not " + std::to_string(static_cast<int>(type)));
}

std::string_view WireField::bytes() const {
  require(Type::kBytes);
  return bytes_;
}

int64_t WireField::integer() const {
  require(Type::kVarint);
  return static_cast<int64_t>(varint_);
}

float WireField::real() const {
  require(Type::kFixed32);
  float value = 0;
  std::memcpy(&value, bytes_.data(), sizeof(value));
  return value;
}

WireIntegers::WireIntegers(const WireField& field) {
  if (field.type_ == WireField::Type::kVarint)
    single_ = field.integer();
  else
    packed_ = field.bytes();
}

std::optional<int64_t> WireIntegers::next() {
  if (single_) {
    const auto value = single_;
    single_.reset();
    return value;
  }
  if (packed_.empty()) return std::nullopt;
  return static_cast<int64_t>(take_varint(packed_));
}

}  // namespace vmaf_dnn
