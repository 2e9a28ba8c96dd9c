// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace vmaf_dnn::ort {

struct Candidate {
  std::string library;  // a path, or a soname for the system's own search
  std::string origin;   // who named it, for the error that lists every place tried
  bool only_if_loaded = false;
};

// Where libonnxruntime may be, best first: `VMAF_DNN_ORT_LIBRARY`, an image that the process already
// holds, the onnxruntime wheel in one of `search_path` (Python's sys.path) or beside this library, the
// system's soname. The wheel is found by its files: importing it would load a second, static runtime.
std::vector<Candidate> find_candidates(const std::vector<std::string>& search_path);

}  // namespace vmaf_dnn::ort
