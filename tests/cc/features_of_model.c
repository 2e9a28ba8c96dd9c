/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints what the columns of a model's rows are, and opens an extractor of them. argv: model. */
#include <errno.h>

#include "check.h"

enum { kMost = 16 };

int main(int argc, char** argv) {
  VmafDnnExtractorConfig config = {0};
  VmafDnnSessionInfo info = {0};
  VmafDnnExtractor* extractor;
  VmafDnnSession* session;
  const char* features[kMost];
  int i;
  CHECK(argc == 2);
  CHECK(vmaf_dnn_session_open(&session, argv[1], NULL) == 0);
  info.struct_size = sizeof(info);
  CHECK(vmaf_dnn_session_info(session, &info) == 0 && info.n_features <= kMost);
  for (i = 0; i < info.n_features; i++) {
    CHECK(vmaf_dnn_session_feature(session, i, &features[i]) == 0);
    printf("%s\n", features[i]);
  }
  CHECK(vmaf_dnn_session_feature(session, info.n_features, &features[0]) == -EINVAL);
  printf("%s\n", vmaf_dnn_last_error());
  CHECK(vmaf_dnn_session_feature(session, -1, &features[0]) == -EINVAL);
  CHECK(vmaf_dnn_session_feature(NULL, 0, &features[0]) == -EINVAL);
  CHECK(vmaf_dnn_session_feature(session, 0, NULL) == -EINVAL);
  config.struct_size = sizeof(config);
  config.width = 400;
  config.height = 330;
  config.bit_depth = 8;
  config.chroma = VMAF_DNN_CHROMA_420;
  config.features = features;
  config.n_features = info.n_features;
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  vmaf_dnn_extractor_close(extractor);
  vmaf_dnn_session_close(session);
  return 0;
}
