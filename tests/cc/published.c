/* SPDX-License-Identifier: BSD-3-Clause */
/* A program as one would write it for the published session API, of which it knows nothing but the header.
 * argv: a model of two inputs and two outputs, a filter of planes. */
#include <errno.h>
#include <libvmaf/dnn.h>
#include <stdio.h>
#include <string.h>

static int run_by_name(const char* path) {
  const float a[6] = {1, 2, 3, 4, 5, 6};
  const float b[6] = {10, 20, 30, 40, 50, 60};
  const int64_t shape[2] = {2, 3};
  float sum[6], difference[6];
  VmafDnnConfig cfg = {.device = VMAF_DNN_DEVICE_CPU, .device_index = 0, .threads = 1, .fp16_io = false};
  VmafDnnInput in[2] = {
      {.name = "b", .data = b, .shape = shape, .rank = 2},
      {.name = "a", .data = a, .shape = shape, .rank = 2},
  };
  VmafDnnOutput out[2] = {
      {.name = NULL, .data = sum, .capacity = 6},
      {.name = NULL, .data = difference, .capacity = 5},
  };
  VmafDnnSession* sess = NULL;
  int err = vmaf_dnn_session_open(&sess, path, &cfg);

  if (err) return err;
  err = vmaf_dnn_session_run(sess, in, 2, out, 2);
  if (err != -ENOSPC || out[1].written != 6) return -1;
  out[1].capacity = 6;
  err = vmaf_dnn_session_run(sess, in, 2, out, 2);
  printf("%s %g %g\n", vmaf_dnn_session_attached_ep(sess), sum[5], difference[5]);
  vmaf_dnn_session_close(sess);
  return err;
}

static int filter_planes(const char* path) {
  uint8_t luma[4 * 16], filtered[4 * 16];
  uint16_t wide[4 * 8], wide_filtered[4 * 8];
  VmafDnnSession* sess = NULL;
  int err = vmaf_dnn_session_open(&sess, path, NULL);

  if (err) return err;
  memset(luma, 200, sizeof(luma));
  memset(wide, 3, sizeof(wide));
  err = vmaf_dnn_session_run_luma8(sess, luma, 16, 8, 4, filtered, 16);
  if (!err) err = vmaf_dnn_session_run_plane16(sess, wide, 16, 8, 4, 10, wide_filtered, 16);
  printf("%d %d\n", filtered[17], wide_filtered[9]);
  vmaf_dnn_session_close(sess);
  vmaf_dnn_session_close(NULL);
  return err;
}

int main(int argc, char** argv) {
  int err;

  if (argc != 3 || !vmaf_dnn_available()) return 1;
  err = run_by_name(argv[1]);
  if (!err) err = filter_planes(argv[2]);
  if (err) fprintf(stderr, "%s\n", strerror(-err));
  return err != 0;
}
