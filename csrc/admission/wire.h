// SPDX-License-Identifier: BSD-3-Clause
// A bounded reader of the protobuf wire format (https://protobuf.dev/programming-guides/encoding): it walks
// one message in place, allocates nothing, and throws Error{kMalformed} instead of reading past its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vmaf_dnn {

struct WireField {
  uint32_t number;
  uint64_t varint;         // of wire type 0
  std::string_view bytes;  // of wire type 2: string, message, packed list; and of 1 and 5: the raw bytes
  bool is_varint;
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

// A repeated integer field, which a writer may send packed or one by one; appends what `field` carries.
void append_integers(const WireField& field, std::vector<int64_t>& out);

}  // namespace vmaf_dnn
