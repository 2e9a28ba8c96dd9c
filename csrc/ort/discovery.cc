// SPDX-License-Identifier: BSD-3-Clause
#include "ort/discovery.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "base/own_folder.h"

namespace vmaf_dnn::ort {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSoname = "libonnxruntime.so.1";

// Newest first, should a folder hold several versions.
std::vector<std::string> libraries_in(const fs::path& capi_folder) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (fs::directory_iterator entry(capi_folder, ignored); entry != fs::directory_iterator();
       entry.increment(ignored))
    if (entry->path().filename().string().rfind("libonnxruntime.so", 0) == 0)
      found.push_back(entry->path().string());
  std::sort(found.begin(), found.end(), std::greater<>());
  return found;
}

}  // namespace

std::vector<Candidate> find_candidates(const std::vector<std::string>& search_path) {
  std::vector<Candidate> candidates;
  if (const char* named = std::getenv("VMAF_DNN_ORT_LIBRARY"); named != nullptr && *named != '\0')
    return {{named, "VMAF_DNN_ORT_LIBRARY"}};
  candidates.push_back({kSoname, "already in this process", true});

  std::vector<std::string> folders = search_path;
  folders.push_back(folder_of_this_library().parent_path().string());
  for (const std::string& folder : folders) {
    if (folder.empty()) continue;
    const fs::path capi = fs::path(folder) / "onnxruntime" / "capi";
    for (const std::string& library : libraries_in(capi))
      candidates.push_back({library, "onnxruntime wheel"});
  }
  candidates.push_back({kSoname, "system"});
  return candidates;
}

}  // namespace vmaf_dnn::ort
