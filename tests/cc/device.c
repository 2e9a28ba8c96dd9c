/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens a model on a device; prints what was asked for, what was attached, by which engine, and why, or the
 * errno and the sentence of the refusal. argv: model device (a number of VmafDnnDevice) device_index
 * strict_device */
#include <string.h>

#include "check.h"

int main(int argc, char** argv) {
  VmafDnnOptions options = {0};
  VmafDnnSessionInfo info = {0};
  VmafDnnSession* session;
  int result;
  CHECK(argc == 5);
  options.struct_size = sizeof(options);
  options.config.device = (VmafDnnDevice)atoi(argv[2]);
  options.config.device_index = atoi(argv[3]);
  options.strict_device = atoi(argv[4]);
  result = vmaf_dnn_session_open_with_options(&session, argv[1], &options);
  if (result < 0) return printf("%d %s\n", -result, vmaf_dnn_last_error()) < 0;
  info.struct_size = sizeof(info);
  CHECK(vmaf_dnn_session_info(session, &info) == 0);
  CHECK(strcmp(vmaf_dnn_session_attached_ep(session), info.device_attached) == 0);
  printf("%s, %s by %s: %s\n", info.device_requested, info.device_attached, info.engine, info.device_reason);
  vmaf_dnn_session_close(session);
  return 0;
}
