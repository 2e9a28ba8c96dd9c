// SPDX-License-Identifier: BSD-3-Clause
// A bounded reader of the protobuf wire format (https://protobuf.dev/programming-guides/encoding): it walks
// one message in place, allocates nothing, and throws Error{kMalformed} instead of reading past its end.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace vmaf_dnn {

// One field of a message. Each reading throws Error{kMalformed} where the field is sent as another type than
// the schema gives it: another reader would skip such a field, and see another model.
class WireField {
 public:
  enum class Type { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  WireField(uint32_t number, Type type, uint64_t varint, std::string_view bytes)
      : number_(number), type_(type), varint_(varint), bytes_(bytes) {}

  uint32_t number() const { return number_; }
  bool is_bytes() const { return type_ == Type::kBytes; }
  std::string_view bytes() const;  // a string, a message, or packed numbers
  int64_t integer() const;
  float real() const;

 private:
  friend class WireIntegers;
  void require(Type type) const;

  uint32_t number_;
  Type type_;
  uint64_t varint_;
  std::string_view bytes_;
};

// The integers of a field: one, or packed.
class WireIntegers {
 public:
  explicit WireIntegers(const WireField& field);
  std::optional<int64_t> next();

 private:
  std::optional<int64_t> single_;
  std::string_view packed_;
};

// A set of field numbers below 64.
constexpr uint64_t fields(std::initializer_list<uint32_t> numbers) {
  uint64_t set = 0;
  for (const uint32_t number : numbers) set |= uint64_t{1} << number;
  return set;
}

class WireReader {
 public:
  // A field of `singular` that stands twice is refused: readers differ in whether they merge the two or keep
  // the last.
  WireReader(std::string_view message, uint64_t singular) : rest_(message), singular_(singular) {}

  // The next field, or nothing at the end of the message.
  std::optional<WireField> next();

 private:
  uint64_t read_varint();
  std::string_view read_bytes(uint64_t size);
  void note(uint32_t number);

  std::string_view rest_;
  uint64_t singular_;
  uint64_t seen_ = 0;
  uint32_t twice_ = 0;  // told by the next call, since a wrong type of the second one says more
};

}  // namespace vmaf_dnn
