// SPDX-License-Identifier: BSD-3-Clause
#include "registry/precision.h"

#include <utility>

#include "base/error.h"
#include "registry/paths.h"

namespace vmaf_dnn {
namespace {

namespace fs = std::filesystem;

std::string quoted_mode(const ModelSpec& spec) {
  return spec.stated_by.filename().string() + " says quant_mode=" + spec.quant_mode;
}

Redirect fp32_redirect(const ModelSpec& spec, std::string reason) {
  const fs::path file = is_int8_file(spec.file) ? fp32_file(spec.file) : spec.file;
  return {file, spec.fp32_pin, Precision::kFp32, std::move(reason)};
}

Redirect int8_redirect(const ModelSpec& spec, std::string reason) {
  const fs::path file = is_int8_file(spec.file) ? spec.file : int8_file(spec.file);
  return {file, spec.int8_pin, Precision::kInt8, std::move(reason)};
}

}  // namespace

Precision parse_precision(const std::string& word) {
  if (word == "auto") return Precision::kAuto;
  if (word == "fp32") return Precision::kFp32;
  if (word == "int8") return Precision::kInt8;
  throw Error(Code::kInvalidArgument, "The precision \"" + word + "\" is not known; use auto, fp32 or int8.");
}

Redirect decide_precision(const ModelSpec& spec, Precision wanted) {
  if (wanted == Precision::kFp32) return fp32_redirect(spec, "fp32 was asked for");
  const fs::path int8 = int8_file(spec.file);
  const bool exists = is_present(int8);
  if (wanted == Precision::kInt8) {
    if (exists) return int8_redirect(spec, "int8 was asked for");
    throw Error(Code::kModelNotFound, "precision=int8 was asked for, but there is no " + int8.string() +
                                          "; use precision=auto or fp32, or quantise the model.");
  }
  if (is_int8_file(spec.file)) return int8_redirect(spec, "the int8 file itself was named");
  if (spec.stated_by.empty()) return fp32_redirect(spec, "auto: no registry or sidecar asks for int8");
  if (spec.quant_mode == "fp32") return fp32_redirect(spec, "auto: " + quoted_mode(spec));
  if (exists) return int8_redirect(spec, "auto: " + quoted_mode(spec));
  Redirect redirect = fp32_redirect(
      spec, "auto: " + quoted_mode(spec) + ", but " + int8.string() + " is missing, so fp32 runs");
  redirect.fell_back = true;
  return redirect;
}

}  // namespace vmaf_dnn
