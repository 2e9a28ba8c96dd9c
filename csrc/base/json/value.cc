// SPDX-License-Identifier: BSD-3-Clause
#include "base/json/value.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/text.h"

namespace vmaf_dnn {
namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxValues = 1 << 20;  // each takes 40 bytes, whatever few bytes of text it is

bool comes_before(const std::pair<std::string, Json>& a, const std::pair<std::string, Json>& b) {
  return a.first < b.first;
}

// Called by the parser as it reads; see nlohmann::json_sax.
class Builder {
 public:
  bool null() { return put({}); }
  bool boolean(bool value) { return put(Json(value)); }
  bool number_integer(int64_t value) { return put(Json(value)); }
  bool number_unsigned(uint64_t value) {
    return put(value <= INT64_MAX ? Json(static_cast<int64_t>(value)) : Json(static_cast<double>(value)));
  }
  bool number_float(double value, const std::string&) { return put(Json(value)); }
  bool string(std::string& value) { return put(Json(std::move(value))); }
  bool binary(std::vector<uint8_t>&) { return false; }  // is no JSON
  bool start_array(std::size_t) { return open(Json(Json::List())); }
  bool start_object(std::size_t) { return open(Json(Json::Members())); }
  bool key(std::string& key) {
    open_.back().keys.push_back(std::move(key));
    return true;
  }
  bool end_array() { return close(); }
  bool end_object() {
    auto& members = *open_.back().value.as<Json::Members>();
    std::sort(members.begin(), members.end(), comes_before);
    for (std::size_t i = 1; i < members.size(); ++i)
      if (members[i - 1].first == members[i].first)
        throw std::invalid_argument("the key \"" + excerpt(members[i].first) +
                                    "\" stands twice in one object");
    return close();
  }
  bool parse_error(std::size_t, const std::string& token, const std::exception& error) {
    if (dynamic_cast<const nlohmann::json::out_of_range*>(&error) != nullptr)
      throw std::invalid_argument("it holds the number " + excerpt(token, 40) +
                                  ", which is too large for a double");
    throw JsonSyntaxError(excerpt(error.what(), 300));
  }

  Json::List take_root() { return std::move(root_); }  // one value

 private:
  struct Level {
    Json value;
    std::vector<std::string> keys;  // at most one, whose value is still to come
  };

  bool open(Json empty) {
    if (open_.size() == kMaxDepth)
      throw std::invalid_argument("it nests lists and objects deeper than " + std::to_string(kMaxDepth) +
                                  " levels");
    open_.push_back({std::move(empty), {}});
    return true;
  }

  bool close() {
    Json whole = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(whole));
  }

  bool put(Json value) {
    if (++n_values_ > kMaxValues)
      throw std::invalid_argument("it holds more than " + std::to_string(kMaxValues) + " values");
    if (open_.empty()) {
      root_.push_back(std::move(value));
    } else if (auto* list = open_.back().value.as<Json::List>()) {
      list->push_back(std::move(value));
    } else {
      Level& level = open_.back();
      level.value.as<Json::Members>()->emplace_back(std::move(level.keys.back()), std::move(value));
      level.keys.clear();
    }
    return true;
  }

  std::vector<Level> open_;
  Json::List root_;
  std::size_t n_values_ = 0;
};

}  // namespace

Json parse_json(std::string_view text) {
  // The parser would take it for the end.
  if (text.find('\0') != std::string_view::npos) throw JsonSyntaxError("it has a NUL byte");
  Builder builder;
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder.take_root().front());
}

const Json* Json::find(std::string_view key) const {
  const auto* members = as<Members>();
  if (members == nullptr) return nullptr;
  const auto found =
      std::lower_bound(members->begin(), members->end(), key,
                       [](const auto& member, std::string_view k) { return member.first < k; });
  return found != members->end() && found->first == key ? &found->second : nullptr;
}

const char* Json::type_name() const {
  static constexpr const char* kNames[] = {"null",   "boolean", "number", "number",
                                           "string", "array",   "object"};
  return kNames[value_.index()];
}

void Json::print(std::string& to, std::size_t most) const {
  if (to.size() > most) return;
  if (as<std::nullptr_t>() != nullptr) to += "null";
  if (const bool* flag = as<bool>()) to += *flag ? "true" : "false";
  if (const int64_t* integer = as<int64_t>()) to += std::to_string(*integer);
  if (const double* number = as<double>()) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.17g", *number);
    to += digits;
  }
  if (const std::string* text = as<std::string>()) to += "\"" + excerpt(*text, most) + "\"";
  if (const List* list = as<List>()) {
    to += "[";
    for (std::size_t i = 0; i < list->size() && to.size() <= most; ++i) {
      if (i != 0) to += ",";
      (*list)[i].print(to, most);
    }
    to += "]";
  }
  if (const Members* members = as<Members>()) {
    to += "{";
    for (std::size_t i = 0; i < members->size() && to.size() <= most; ++i) {
      to += (i == 0 ? "\"" : ",\"") + excerpt((*members)[i].first) + "\":";
      (*members)[i].second.print(to, most);
    }
    to += "}";
  }
}

// Cuts between UTF-8 sequences.
std::string excerpt(const std::string& text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) --end;
  std::string shown = text.substr(0, end);
  if (!is_text(shown))
    for (char& c : shown) c = c < 0x20 || c == 0x7f ? '?' : c;
  return end == text.size() ? shown : shown + "... (" + std::to_string(text.size()) + " bytes)";
}

}  // namespace vmaf_dnn
