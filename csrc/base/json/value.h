// SPDX-License-Identifier: BSD-3-Clause
// A JSON value of our own around nlohmann's parser: its values allocate where they are destroyed, which ends
// the process when memory has run out.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vmaf_dnn {

class Json {
 public:
  using List = std::vector<Json>;
  using Members = std::vector<std::pair<std::string, Json>>;  // sorted by key
  // An integer that no int64_t holds is kept as its nearest double.
  using Value = std::variant<std::nullptr_t, bool, int64_t, double, std::string, List, Members>;

  Json(Value value = nullptr) : value_(std::move(value)) {}

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&value_);
  }
  template <typename T>
  T* as() {
    return std::get_if<T>(&value_);
  }

  const Json* find(std::string_view key) const;  // nullptr: it is no object, or has no such key
  const char* type_name() const;
  void print(std::string& to, std::size_t most) const;  // as JSON, but stops after `most` bytes or so

 private:
  Value value_;
};

// What a file says is repeated in an error, but not by the megabyte, nor with what would end the sentence.
std::string excerpt(const std::string& text, std::size_t most = 80);

// It is no JSON at all.
class JsonSyntaxError : public std::invalid_argument {
 public:
  using invalid_argument::invalid_argument;
};

// Throws std::invalid_argument: no JSON (JsonSyntaxError), nested deeper or of more values than any file of
// ours, or a key twice in an object; which of the two a writer meant can't be known.
Json parse_json(std::string_view text);

}  // namespace vmaf_dnn
