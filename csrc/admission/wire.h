// SPDX-License-Identifier: BSD-3-Clause
// A bounded reader of the protobuf wire format (https://protobuf.dev/programming-guides/encoding): it walks
// one message in place, allocates nothing, and throws Error{kMalformed} instead of reading past its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vmaf_dnn {

// One field of a message. Each reading throws Error{kMalformed} where the field is sent as another type than
// the schema gives it: another reader would skip such a field, and see another model.
class WireField {
 public:
  enum class Type { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  WireField(uint32_t number, Type type, uint64_t varint, std::string_view bytes)
      : number_(number), type_(type), varint_(varint), bytes_(bytes) {}

  uint32_t number() const { return number_; }
  std::string_view bytes() const;  // a string, a message, or packed numbers
  int64_t integer() const;
  float real() const;
  std::vector<int64_t> integers() const;  // one, or packed

 private:
  void require(Type type) const;

  uint32_t number_;
  Type type_;
  uint64_t varint_;
  std::string_view bytes_;
};

class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  // The next field, or nothing at the end of the message.
  std::optional<WireField> next();

 private:
  uint64_t read_varint();
  std::string_view read_bytes(uint64_t size);

  std::string_view rest_;
};

}  // namespace vmaf_dnn
