// SPDX-License-Identifier: BSD-3-Clause
#include "registry/paths.h"

namespace vmaf_dnn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFp32Suffix = ".onnx";
constexpr const char* kInt8Suffix = ".int8.onnx";

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

fs::path with_suffix(const fs::path& model_file, const char* suffix) {
  std::string text = model_file.string();
  for (const std::string old : {kInt8Suffix, kFp32Suffix})
    if (ends_with(text, old)) return text.substr(0, text.size() - old.size()) + suffix;
  return text + suffix;
}

}  // namespace

bool is_present(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

bool is_path(const std::string& model) {
  return model.find('/') != std::string::npos || is_model_file(model);
}

bool is_model_file(const fs::path& file) { return ends_with(file.string(), kFp32Suffix); }

bool is_int8_file(const fs::path& model_file) { return ends_with(model_file.string(), kInt8Suffix); }

fs::path fp32_file(const fs::path& model_file) { return with_suffix(model_file, kFp32Suffix); }

fs::path int8_file(const fs::path& model_file) { return with_suffix(model_file, kInt8Suffix); }

fs::path sidecar_file(const fs::path& model_file) { return with_suffix(model_file, ".json"); }

}  // namespace vmaf_dnn
