// SPDX-License-Identifier: BSD-3-Clause
// A registry and a sidecar from their bytes.
#include <string>

#include "fuzz.h"
#include "registry/registry.h"
#include "registry/sidecar.h"

using namespace vmaf_dnn;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const auto parse = [&] {
    return parse_json_object({"/models/file.json", std::string(fuzz::as_text(data, size))});
  };
  fuzz::refuses_or_returns([&] { parse_registry(parse()); });
  fuzz::refuses_or_returns([&] { parse_sidecar(parse()); });
  return 0;
}
