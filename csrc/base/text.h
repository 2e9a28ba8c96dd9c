// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace vmaf_dnn {

// Whether the bytes are UTF-8 (RFC 3629, section 4) without control characters. Names end up in errors, on
// terminals, in C strings and in Python strings.
bool is_text(std::string_view bytes);

// The same with every byte that is not text spelt \xff.
std::string legible(std::string_view bytes);

// The text of each item, with `separator` between them.
template <typename List, typename ToText>
std::string join(const List& list, ToText text_of, const char* separator = ", ") {
  std::string joined;
  for (const auto& item : list) joined.append(joined.empty() ? "" : separator).append(text_of(item));
  return joined;
}

template <typename List>
std::string join(const List& list) {
  return join(list, [](const auto& item) { return std::string_view(item); });
}

// A number as printf's "%g" has it in the C locale: six significant digits, no zeros at the end.
std::string to_text(double number);

}  // namespace vmaf_dnn
