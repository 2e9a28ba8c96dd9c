/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens each model that it is given; every one must be refused by a sentence. For the sanitizers.
 * argv: pairs of a model (an id or a path) and a registry (may be empty). */
#include <stdio.h>
#include <string.h>
#include <vmaf_dnn/vmaf_dnn.h>

int main(int argc, char** argv) {
  int i, n_opened = 0;
  for (i = 1; i + 1 < argc; i += 2) {
    VmafDnnSession* session = NULL;
    VmafDnnOptions options = {0};
    options.struct_size = sizeof(options);
    options.registry = argv[i + 1][0] == '\0' ? NULL : argv[i + 1];
    if (vmaf_dnn_session_open_with_options(&session, argv[i], &options) == 0) {
      fprintf(stderr, "%s opens\n", argv[i]);
      n_opened++;
    } else if (strlen(vmaf_dnn_last_error()) < 20) {
      fprintf(stderr, "%s is refused without a sentence\n", argv[i]);
      n_opened++;
    }
    vmaf_dnn_session_close(session);
  }
  printf("%d refused\n", (argc - 1) / 2 - n_opened);
  return n_opened;
}
