// SPDX-License-Identifier: BSD-3-Clause
#include "registry/json_fields.h"

#include <algorithm>

#include "error.h"
#include "file.h"
#include "text.h"

namespace vmaf_dnn {
namespace {

constexpr std::size_t kMaxJsonBytes = 1 << 20;
constexpr int kMaxDepth = 16;

// Before parsing: what the parser takes without recursion, printing a value in an error does not; and a NUL
// would end the text for it.
void check_text(std::string_view text) {
  int depth = 0;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') throw std::invalid_argument("it has a NUL byte, at byte " + std::to_string(i));
    if (is_quoted && c == '\\') ++i;
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kMaxDepth)
      throw std::invalid_argument("it nests lists and objects deeper than " + std::to_string(kMaxDepth) +
                                  " levels, at byte " + std::to_string(i));
  }
}

bool is_string(const Json& value) { return value.is_string(); }
bool is_integer(const Json& value) {
  return value.is_number_integer() &&
         (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
}
bool is_number(const Json& value) { return value.is_number(); }
bool is_bool(const Json& value) { return value.is_boolean(); }

template <bool (*is_item)(const Json&)>
bool is_list_of(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), is_item);
}

bool is_range(const Json& value) {
  return is_list_of<is_number>(value) && value.size() == 2 && value[0] <= value[1];
}

}  // namespace

// Cuts between UTF-8 sequences.
std::string excerpt(const std::string& text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) --end;
  std::string shown = text.substr(0, end);
  if (!is_text(shown))
    for (char& c : shown) c = c < 0x20 || c == 0x7f ? '?' : c;
  return end == text.size() ? shown : shown + "... (" + std::to_string(text.size()) + " bytes)";
}

JsonFile parse_json_object(FileContent content) {
  const std::string name = content.path.string();
  try {
    check_text(content.bytes);
    JsonFile file{std::move(content.path), Json::parse(content.bytes)};
    if (!file.object.is_object())
      throw std::invalid_argument(std::string("it holds a JSON ") + file.object.type_name());
    return file;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(Code::kRegistryInvalid, name + " is not the JSON object it should be: " +
                                            excerpt(error.what(), 300) + "; correct the file.");
  }
}

JsonFile read_json_object(const std::filesystem::path& path, const std::string& noun) {
  return parse_json_object(read_file(path, kMaxJsonBytes, noun, Code::kRegistryInvalid));
}

JsonFields::JsonFields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.is_object()) fail(std::string("should be a JSON object, but is a JSON ") + object.type_name());
}

void JsonFields::fail(const std::string& complaint) const {
  throw Error(Code::kRegistryInvalid, where_ + " " + complaint + "; correct the file.");
}

const Json* JsonFields::find(const char* name, const char* type, bool (*is_type)(const Json&)) const {
  const auto found = object_.find(name);
  if (found == object_.end()) return nullptr;
  if (!is_type(*found))
    fail(std::string("has \"") + name + "\": " + excerpt(found->dump()) + ", where " + type + " is expected");
  return &*found;
}

bool JsonFields::has(const char* name) const { return object_.contains(name); }

std::string JsonFields::string(const char* name) const {
  const auto value = optional_string(name);
  if (!value) fail(std::string("lacks the required \"") + name + "\"");
  return *value;
}

std::optional<std::string> JsonFields::optional_string(const char* name) const {
  const Json* value = find(name, "a string", is_string);
  return value ? std::optional(value->get<std::string>()) : std::nullopt;
}

std::optional<std::string> JsonFields::optional_digest(const char* name) const {
  const auto value = optional_string(name);
  if (value && (value->size() != 64 || value->find_first_not_of("0123456789abcdef") != std::string::npos))
    fail(std::string("has \"") + name + "\": \"" + excerpt(*value) +
         "\", where 64 lower-case hex digits are expected");
  return value;
}

std::optional<std::int64_t> JsonFields::optional_integer(const char* name) const {
  const Json* value = find(name, "an integer", is_integer);
  return value ? std::optional(value->get<std::int64_t>()) : std::nullopt;
}

bool JsonFields::optional_bool(const char* name) const {
  const Json* value = find(name, "true or false", is_bool);
  return value != nullptr && value->get<bool>();
}

std::vector<std::string> JsonFields::optional_strings(const char* name) const {
  const Json* value = find(name, "a list of strings", is_list_of<is_string>);
  return value ? value->get<std::vector<std::string>>() : std::vector<std::string>();
}

std::vector<double> JsonFields::optional_numbers(const char* name) const {
  const Json* value = find(name, "a list of numbers", is_list_of<is_number>);
  return value ? value->get<std::vector<double>>() : std::vector<double>();
}

std::vector<std::array<double, 2>> JsonFields::optional_ranges(const char* name) const {
  const Json* value = find(name, "a list of [lowest, highest]", is_list_of<is_range>);
  return value ? value->get<std::vector<std::array<double, 2>>>() : std::vector<std::array<double, 2>>();
}

std::string JsonFields::word(const char* name, std::string_view fallback,
                             std::initializer_list<std::string_view> allowed) const {
  const std::string value = optional_string(name).value_or(std::string(fallback));
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  std::string words;
  for (const std::string_view word : allowed) words += (words.empty() ? "" : ", ") + std::string(word);
  fail(std::string("has \"") + name + "\": \"" + excerpt(value) + "\", where one of " + words +
       " is expected");
}

void JsonFields::refuse_unknown(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : object_.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      fail("has the unknown field \"" + excerpt(key) + "\"");
}

}  // namespace vmaf_dnn
