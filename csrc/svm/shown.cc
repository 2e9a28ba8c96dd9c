// SPDX-License-Identifier: BSD-3-Clause
#include "svm/shown.h"

#include <charconv>
#include <cmath>

namespace vmaf_dnn::svm {
namespace {

constexpr size_t kMostShown = 80;

struct Character {
  char32_t code;
  size_t n_bytes;
};

// The first of UTF-8 text, which JSON is; a byte that is none stands for itself.
Character first_of(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t n_bytes = byte(0) < 0xc0 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (n_bytes == 1 || text.size() < n_bytes) return {byte(0), 1};
  char32_t code = byte(0) & (0xffU >> (n_bytes + 1));
  for (size_t i = 1; i < n_bytes; ++i) code = code << 6U | (byte(i) & 0x3fU);
  return {code, n_bytes};
}

std::string escaped(char32_t code) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const unsigned n_digits = code < 0x100 ? 2 : code < 0x10000 ? 4 : 8;
  std::string text = n_digits == 2 ? "\\x" : n_digits == 4 ? "\\u" : "\\U";
  for (unsigned i = n_digits; i-- > 0;) text += kDigits[code >> 4 * i & 15U];
  return text;
}

std::string spelt(char32_t code, char quote) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (code < 0x20 || code >= 0x7f) return escaped(code);
  const char plain = static_cast<char>(code);
  return plain == '\\' || plain == quote ? std::string{'\\', plain} : std::string{plain};
}

void append(std::string& to, std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  to += quote;
  while (!text.empty() && to.size() <= kMostShown) {
    const Character character = first_of(text);
    to += spelt(character.code, quote);
    text.remove_prefix(character.n_bytes);
  }
  to += quote;
}

std::string to_python(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char digits[40];
  const double size = std::abs(number);
  const bool is_fixed = size == 0 || (size >= 1e-4 && size < 1e16);
  const auto format = is_fixed ? std::chars_format::fixed : std::chars_format::scientific;
  std::string text(digits, std::to_chars(digits, digits + sizeof(digits), number, format).ptr);
  return is_fixed && text.find('.') == std::string::npos ? text + ".0" : text;
}

void append(std::string& to, const Json& value);

void append_items(std::string& to, const Json::List& list) {
  to += "[";
  for (size_t i = 0; i < list.size() && to.size() <= kMostShown; ++i) {
    if (i != 0) to += ", ";
    append(to, list[i]);
  }
  to += "]";
}

void append_members(std::string& to, const Json::Members& members) {
  to += "{";
  for (size_t i = 0; i < members.size() && to.size() <= kMostShown; ++i) {
    if (i != 0) to += ", ";
    append(to, std::string_view(members[i].first));
    to += ": ";
    append(to, members[i].second);
  }
  to += "}";
}

void append(std::string& to, const Json& value) {
  if (value.as<std::nullptr_t>() != nullptr) to += "None";
  if (const bool* flag = value.as<bool>()) to += *flag ? "True" : "False";
  if (const int64_t* integer = value.as<int64_t>()) to += std::to_string(*integer);
  if (const double* number = value.as<double>()) to += to_python(*number);
  if (const std::string* text = value.as<std::string>()) append(to, std::string_view(*text));
  if (const Json::List* list = value.as<Json::List>()) append_items(to, *list);
  if (const Json::Members* members = value.as<Json::Members>()) append_members(to, *members);
}

std::string cut(const std::string& text) {
  return text.size() <= kMostShown ? text : text.substr(0, kMostShown) + "...";
}

}  // namespace

std::string shown(const Json* value) {
  if (value == nullptr) return "None";
  std::string text;
  append(text, *value);
  return cut(text);
}

std::string shown(std::string_view text) {
  std::string spelt_out;
  append(spelt_out, text);
  return cut(spelt_out);
}

std::string shown(double number) { return to_python(number); }

}  // namespace vmaf_dnn::svm
