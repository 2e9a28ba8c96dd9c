// SPDX-License-Identifier: BSD-3-Clause
#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace vmaf_dnn {
namespace {

// Length of the sequence that starts `text`, or 0 if none does.
std::size_t sequence_length(std::string_view text) {
  struct Lead {
    unsigned char first, last;             // of the leading byte
    unsigned char second_min, second_max;  // of the byte after it
    std::size_t length;
  };
  // clang-format off
  static constexpr Lead kLeads[] = {
      {0x20, 0x7e, 0x00, 0xff, 1},
      {0xc2, 0xc2, 0xa0, 0xbf, 2},
      {0xc3, 0xdf, 0x80, 0xbf, 2},
      {0xe0, 0xe0, 0xa0, 0xbf, 3},
      {0xe1, 0xec, 0x80, 0xbf, 3},
      {0xed, 0xed, 0x80, 0x9f, 3},
      {0xee, 0xef, 0x80, 0xbf, 3},
      {0xf0, 0xf0, 0x90, 0xbf, 4},
      {0xf1, 0xf3, 0x80, 0xbf, 4},
      {0xf4, 0xf4, 0x80, 0x8f, 4},
  };
  // clang-format on
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (const Lead& lead : kLeads) {
    if (byte(0) < lead.first || byte(0) > lead.last || text.size() < lead.length) continue;
    if (lead.length > 1 && (byte(1) < lead.second_min || byte(1) > lead.second_max)) return 0;
    for (std::size_t i = 2; i < lead.length; ++i)
      if ((byte(i) & 0xc0U) != 0x80) return 0;
    return lead.length;
  }
  return 0;
}

}  // namespace

bool is_text(std::string_view bytes) {
  const auto is_plain = [](char byte) { return byte >= 0x20 && byte < 0x7f; };
  if (std::all_of(bytes.begin(), bytes.end(), is_plain)) return true;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string legible(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    const auto byte = static_cast<unsigned char>(bytes[0]);
    if (length == 0)
      text.append("\\x").append({kDigits[byte >> 4U], kDigits[byte & 15U]});
    else
      text.append(bytes.substr(0, length));
    bytes.remove_prefix(std::max(length, std::size_t{1}));
  }
  return text;
}

std::string to_text(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof(text), number, std::chars_format::general, 6).ptr};
}

}  // namespace vmaf_dnn
