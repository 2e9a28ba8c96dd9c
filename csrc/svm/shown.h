// SPDX-License-Identifier: BSD-3-Clause
// What a file holds, for a sentence: on one line, in ASCII, cut if it is long. Spelt as Python spells it, as
// the sentences have been since a file was read there.
#pragma once

#include <string>
#include <string_view>

#include "base/json/value.h"

namespace vmaf_dnn::svm {

std::string shown(const Json* value);  // null: None
std::string shown(std::string_view text);
std::string shown(double number);

}  // namespace vmaf_dnn::svm
