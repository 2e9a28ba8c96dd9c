// SPDX-License-Identifier: BSD-3-Clause
// Strict reading of our JSON files: every field is asked for by name and type, and what is wrong is
// said with the file, the field and the cure.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmaf_dnn {

// Parses a JSON object of at most 1 MiB. Duplicate keys are refused. Throws Error{kRegistryInvalid}.
nlohmann::json read_json_object(const std::filesystem::path& path);

class JsonFields {
 public:
  // `where` is the file, with the entry where there are several.
  JsonFields(const nlohmann::json& object, std::string where);

  bool has(const char* name) const;
  std::string string(const char* name) const;
  std::optional<std::string> optional_string(const char* name) const;
  std::optional<std::string> optional_digest(const char* name) const;
  std::optional<std::int64_t> optional_integer(const char* name) const;
  bool optional_bool(const char* name) const;
  std::vector<std::string> optional_strings(const char* name) const;
  std::vector<double> optional_numbers(const char* name) const;
  std::string word(const char* name, std::string_view fallback,
                   std::initializer_list<std::string_view> allowed) const;
  void refuse_unknown(std::initializer_list<std::string_view> known) const;

  [[noreturn]] void fail(const std::string& complaint) const;

 private:
  const nlohmann::json* find(const char* name, const char* type,
                             bool (*is_type)(const nlohmann::json&)) const;

  const nlohmann::json& object_;
  std::string where_;
};

}  // namespace vmaf_dnn
