/* SPDX-License-Identifier: BSD-3-Clause */
/* Feeds a model of a float32 input "a" and a float16 input "b" by names, in the other order; prints both
 * doubled. argv[1]: the model. */
#include "check.h"

int main(int argc, char** argv) {
  const float value = 0.1f;
  const int64_t shape = 1;
  const VmafDnnInput inputs[2] = {{"b", &value, &shape, 1}, {"a", &value, &shape, 1}};
  float twice_a, twice_b;
  VmafDnnOutput outputs[2] = {{"twice_b", &twice_b, 1, 0}, {"twice_a", &twice_a, 1, 0}};
  VmafDnnConfig config = {0};
  VmafDnnSession* session;
  CHECK(argc == 2);
  config.fp16_io = true;
  CHECK(vmaf_dnn_session_open(&session, argv[1], &config) == 0);
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == 0);
  printf("%.6g %.6g\n", twice_a, twice_b);
  vmaf_dnn_session_close(session);
  return 0;
}
