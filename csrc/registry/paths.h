// SPDX-License-Identifier: BSD-3-Clause
// How the files of one model are named after each other: base.onnx, base.int8.onnx, base.json.
#pragma once

#include <filesystem>
#include <string>

namespace vmaf_dnn {

// Unlike std::filesystem::exists, false also for what can't be looked at (a name too long, say).
bool is_present(const std::filesystem::path& file);
bool is_path(const std::string& model);                 // else a registry id
bool is_model_file(const std::filesystem::path& file);  // by its ending
bool is_int8_file(const std::filesystem::path& model_file);
std::filesystem::path fp32_file(const std::filesystem::path& model_file);
std::filesystem::path int8_file(const std::filesystem::path& model_file);
std::filesystem::path sidecar_file(const std::filesystem::path& model_file);

}  // namespace vmaf_dnn
