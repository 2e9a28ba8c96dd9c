// SPDX-License-Identifier: BSD-3-Clause
#include "base/json/fields.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace vmaf_dnn {
namespace {

constexpr std::size_t kMaxPrinted = 80;

bool is_string(const Json& value) { return value.as<std::string>() != nullptr; }
bool is_integer(const Json& value) { return value.as<int64_t>() != nullptr; }
bool is_object(const Json& value) { return value.as<Json::Members>() != nullptr; }
bool is_number(const Json& value) { return is_integer(value) || value.as<double>() != nullptr; }
bool is_bool(const Json& value) { return value.as<bool>() != nullptr; }

double number_of(const Json& value) {
  const auto* integer = value.as<int64_t>();
  return integer != nullptr ? static_cast<double>(*integer) : *value.as<double>();
}

template <bool (*is_item)(const Json&)>
bool is_list_of(const Json& value) {
  const auto* list = value.as<Json::List>();
  return list != nullptr && std::all_of(list->begin(), list->end(), is_item);
}

bool is_range(const Json& value) {
  if (!is_list_of<is_number>(value)) return false;
  const Json::List& list = *value.as<Json::List>();
  return list.size() == 2 && number_of(list[0]) <= number_of(list[1]);
}

}  // namespace

JsonFile parse_json_object(FileContent content) {
  const std::string name = content.path.string();
  try {
    JsonFile file{std::move(content.path), parse_json(content.bytes)};
    if (file.object.as<Json::Members>() == nullptr)
      throw std::invalid_argument(std::string("it holds a JSON ") + file.object.type_name());
    return file;
  } catch (const std::invalid_argument& error) {
    throw Error(Code::kRegistryInvalid,
                name + " is not the JSON object it should be: " + error.what() + "; correct the file.");
  }
}

JsonFile read_json_object(const std::filesystem::path& path, const std::string& noun) {
  return parse_json_object(read_file(path, kMaxJsonBytes, noun, Code::kRegistryInvalid));
}

JsonFields::JsonFields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (object.as<Json::Members>() == nullptr)
    fail(std::string("should be a JSON object, but is a JSON ") + object.type_name());
}

void JsonFields::fail(const std::string& complaint) const {
  throw Error(Code::kRegistryInvalid, where_ + " " + complaint + "; correct the file.");
}

const Json* JsonFields::find(const char* name, const char* type, bool (*is_type)(const Json&)) const {
  const Json* found = object_.find(name);
  if (found == nullptr || is_type(*found)) return found;
  std::string value;
  found->print(value, kMaxPrinted);
  fail(std::string("has \"") + name + "\": " + value + ", where " + type + " is expected");
}

bool JsonFields::has(const char* name) const { return object_.find(name) != nullptr; }

std::string JsonFields::string(const char* name) const {
  const auto value = optional_string(name);
  if (!value) fail(std::string("lacks the required \"") + name + "\"");
  return *value;
}

std::optional<std::string> JsonFields::optional_string(const char* name) const {
  const Json* value = find(name, "a string", is_string);
  return value ? std::optional(*value->as<std::string>()) : std::nullopt;
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
  return value ? std::optional(*value->as<int64_t>()) : std::nullopt;
}

std::optional<double> JsonFields::optional_number(const char* name) const {
  const Json* value = find(name, "a number", is_number);
  return value ? std::optional(number_of(*value)) : std::nullopt;
}

bool JsonFields::optional_bool(const char* name) const {
  const Json* value = find(name, "true or false", is_bool);
  return value != nullptr && *value->as<bool>();
}

std::vector<std::string> JsonFields::optional_strings(const char* name) const {
  std::vector<std::string> strings;
  if (const Json* value = find(name, "a list of strings", is_list_of<is_string>))
    for (const Json& item : *value->as<Json::List>()) strings.push_back(*item.as<std::string>());
  return strings;
}

std::vector<double> JsonFields::optional_numbers(const char* name) const {
  std::vector<double> numbers;
  if (const Json* value = find(name, "a list of numbers", is_list_of<is_number>))
    for (const Json& item : *value->as<Json::List>()) numbers.push_back(number_of(item));
  return numbers;
}

std::vector<std::array<double, 2>> JsonFields::optional_ranges(const char* name) const {
  std::vector<std::array<double, 2>> ranges;
  if (const Json* value = find(name, "a list of [lowest, highest]", is_list_of<is_range>))
    for (const Json& item : *value->as<Json::List>()) {
      const Json::List& pair = *item.as<Json::List>();
      ranges.push_back({number_of(pair[0]), number_of(pair[1])});
    }
  return ranges;
}

std::optional<JsonFields> JsonFields::optional_object(const char* name) const {
  const Json* value = find(name, "an object", is_object);
  const char* const comma = where_.empty() || where_.back() == ',' ? " " : ", ";
  return value ? std::optional(JsonFields(*value, where_ + comma + name + ",")) : std::nullopt;
}

std::string JsonFields::word(const char* name, std::string_view fallback,
                             std::initializer_list<std::string_view> allowed) const {
  const std::string value = optional_string(name).value_or(std::string(fallback));
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  fail(std::string("has \"") + name + "\": \"" + excerpt(value) + "\", where one of " + join(allowed) +
       " is expected");
}

void JsonFields::refuse_unknown(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : *object_.as<Json::Members>())
    if (std::find(known.begin(), known.end(), key) == known.end())
      fail("has the unknown field \"" + excerpt(key) + "\"");
}

}  // namespace vmaf_dnn
