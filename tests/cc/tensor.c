/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs a model of one input and one output on raw float32, or prints the errno and the sentence of its
 * refusal. argv: model fp16_io timeout_ms capacity input output dimensions... */
#include <string.h>

#include "check.h"

enum { kMaxRank = 9 };

static int refused(int result) {
  printf("%d %s\n", -result, vmaf_dnn_last_error());
  return 0;
}

static float* read_values(const char* path, size_t n) {
  FILE* file = fopen(path, "rb");
  float* values = (float*)malloc(n * sizeof(float));
  CHECK(file != NULL && values != NULL && fread(values, sizeof(float), n, file) == n);
  fclose(file);
  return values;
}

int main(int argc, char** argv) {
  VmafDnnOptions options = {0};
  VmafDnnSession* session;
  VmafDnnInput input = {0};
  VmafDnnOutput output = {0};
  int64_t shape[kMaxRank];
  size_t n = 1;
  float* values;
  FILE* file;
  int i, result;
  CHECK(argc > 7 && argc <= 7 + kMaxRank);
  options.struct_size = sizeof(options);
  options.config.fp16_io = atoi(argv[2]) != 0;
  options.timeout_ms = atoi(argv[3]);
  if ((result = vmaf_dnn_session_open_with_options(&session, argv[1], &options)) < 0) return refused(result);
  for (i = 0; i < argc - 7; i++) n *= (size_t)(shape[i] = atoi(argv[7 + i]));
  input.data = values = read_values(argv[5], n);
  input.shape = shape;
  input.rank = (size_t)argc - 7;
  output.capacity = (size_t)atoi(argv[4]);
  output.data = (float*)malloc(output.capacity * sizeof(float));
  result = vmaf_dnn_session_run(session, &input, 1, &output, 1);
  vmaf_dnn_session_close(session);
  if (result == 0) {
    CHECK((file = fopen(argv[6], "wb")) != NULL);
    CHECK(fwrite(output.data, sizeof(float), output.written, file) == output.written && fclose(file) == 0);
  }
  free(output.data);
  free(values);
  return result < 0 ? refused(result) : printf("%d\n", (int)output.written) < 0;
}
