// SPDX-License-Identifier: BSD-3-Clause
// Strict reading of our JSON files: every field is asked for by name and type, and what is wrong is
// said with the file, the field and the cure.
#pragma once

#include <array>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/json/value.h"

namespace vmaf_dnn {

struct JsonFile {
  std::filesystem::path path;  // links resolved
  Json object;
};

// Throws Error{kRegistryInvalid} unless it is one JSON object, without a key that stands twice in an object
// and without nesting that no file of ours has.
JsonFile parse_json_object(FileContent content);

constexpr std::size_t kMaxJsonBytes = 1 << 20;

// Parses a file of at most that many bytes; `noun` names it in errors. Throws Error: kModelNotFound,
// kTooLarge, kRegistryInvalid.
JsonFile read_json_object(const std::filesystem::path& path, const std::string& noun);

class JsonFields {
 public:
  // `where` is the file, with the entry where there are several.
  JsonFields(const Json& object, std::string where);

  const std::string& where() const { return where_; }
  bool has(const char* name) const;
  std::string string(const char* name) const;
  std::optional<std::string> optional_string(const char* name) const;
  std::optional<std::string> optional_digest(const char* name) const;
  std::optional<std::int64_t> optional_integer(const char* name) const;
  std::optional<double> optional_number(const char* name) const;
  bool optional_bool(const char* name) const;
  std::vector<std::string> optional_strings(const char* name) const;
  std::vector<double> optional_numbers(const char* name) const;
  std::vector<std::array<double, 2>> optional_ranges(const char* name) const;  // [[lowest, highest], ...]
  std::optional<JsonFields> optional_object(const char* name) const;
  std::string word(const char* name, std::string_view fallback,
                   std::initializer_list<std::string_view> allowed) const;
  void refuse_unknown(std::initializer_list<std::string_view> known) const;

  [[noreturn]] void fail(const std::string& complaint) const;

 private:
  const Json* find(const char* name, const char* type, bool (*is_type)(const Json&)) const;

  const Json& object_;
  std::string where_;
};

}  // namespace vmaf_dnn
