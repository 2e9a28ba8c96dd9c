/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens a model on CUDA; prints what was attached, by which engine, and why, or the errno and the sentence of
 * the refusal. argv: model device_index strict_device */
#include <string.h>

#include "check.h"

int main(int argc, char** argv) {
  VmafDnnOptions options = {0};
  VmafDnnSessionInfo info = {0};
  VmafDnnSession* session;
  int result;
  CHECK(argc == 4);
  options.struct_size = sizeof(options);
  options.config.device = VMAF_DNN_DEVICE_CUDA;
  options.config.device_index = atoi(argv[2]);
  options.strict_device = atoi(argv[3]);
  result = vmaf_dnn_session_open_with_options(&session, argv[1], &options);
  if (result < 0) return printf("%d %s\n", -result, vmaf_dnn_last_error()) < 0;
  info.struct_size = sizeof(info);
  CHECK(vmaf_dnn_session_info(session, &info) == 0);
  CHECK(strcmp(vmaf_dnn_session_attached_ep(session), info.device_attached) == 0);
  CHECK(strcmp(info.device_requested, "cuda") == 0);
  printf("%s by %s: %s\n", info.device_attached, info.engine, info.device_reason);
  vmaf_dnn_session_close(session);
  return 0;
}
