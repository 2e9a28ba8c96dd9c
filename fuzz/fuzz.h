// SPDX-License-Identifier: BSD-3-Clause
// What every target demands of a refusal: an Error, and one sentence in it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace vmaf_dnn::fuzz {

inline void check_sentence(const Error& error) {
  const std::string_view sentence = error.what();
  if (sentence.size() < 20 || sentence.back() != '.' || !is_text(sentence)) std::abort();
}

template <typename Body>
void refuses_or_returns(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    check_sentence(error);
  }
}

inline std::string_view as_text(const uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace vmaf_dnn::fuzz
