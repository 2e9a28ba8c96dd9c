/* SPDX-License-Identifier: BSD-3-Clause */
/* A C program on the public API; prints what tests/c/test_api.py compares. argv[1]: a two-tensor model. */
#include <errno.h>
#include <string.h>

#include "check.h"

#if !VMAF_DNN_VERSION_AT_LEAST(0, 1, 0) || VMAF_DNN_VERSION_AT_LEAST(1000, 0, 0)
#error "VMAF_DNN_VERSION_AT_LEAST is wrong"
#endif

static const float kRows[2][6] = {{0.93f, 0.36f, 0.77f, 0.86f, 0.92f, 3.9f},
                                  {0.98f, 0.69f, 0.96f, 0.98f, 0.98f, 1.4f}};

static void refused(const char* sentence) {
  if (strcmp(vmaf_dnn_last_error(), sentence) != 0) {
    fprintf(stderr, "got:      %s\nexpected: %s\n", vmaf_dnn_last_error(), sentence);
    exit(1);
  }
}

static void refuse_planes(const VmafDnnSession* session) {
  uint8_t plane[4] = {1, 2, 3, 4};
  uint16_t words[4] = {1, 2, 3, 4};
  CHECK(vmaf_dnn_session_run_luma8(session, plane, 2, 2, 2, plane, 2) == -ENOTSUP);
  CHECK(vmaf_dnn_session_run_luma8(NULL, plane, 2, 2, 2, plane, 2) == -EINVAL);
  CHECK(vmaf_dnn_session_run_luma8(session, NULL, 2, 2, 2, plane, 2) == -EINVAL);
  CHECK(vmaf_dnn_session_run_luma8(session, plane, 2, 2, 2, NULL, 2) == -EINVAL);
  CHECK(strcmp(vmaf_dnn_last_error(), "the output plane has samples that are NULL; give its first sample.") ==
        0);
  CHECK(vmaf_dnn_session_run_luma8(session, plane, 1, 2, 2, plane, 2) == -EINVAL);
  CHECK(vmaf_dnn_session_run_luma8(session, plane, 2, 2, 2, plane, (size_t)-2) == -EINVAL);
  refused(
      "A stride is 18446744073709551614 bytes, but at most 281474976710655 are possible; give the bytes "
      "from one row to the next.");
  CHECK(vmaf_dnn_session_run_luma8(session, plane, 2, 0, 2, plane, 2) == -EINVAL);
  CHECK(strcmp(vmaf_dnn_last_error(), "width is 0; it must be 1 to 32768.") == 0);
  CHECK(vmaf_dnn_session_run_plane16(session, words, 4, 2, 2, 8, words, 4) == -EINVAL);
  CHECK(vmaf_dnn_session_run_plane16(session, words, 4, 2, 2, 10, words, 5) == -EINVAL);
  CHECK(vmaf_dnn_session_run_plane16(session, words, 4, 2, 2, 10, words, 4) == -ENOTSUP);
}

static void score_rows(void) {
  VmafDnnSession* session = NULL;
  VmafDnnOptions options = {0};
  VmafDnnSessionInfo info = {0};
  float scores[2];
  options.struct_size = sizeof(options);
  options.precision = "fp32";
  CHECK(vmaf_dnn_session_open_with_options(&session, "vmaf_tiny_v4", &options) == 0);
  CHECK(vmaf_dnn_session_run_features(session, &kRows[0][0], 2, scores) == 0);
  CHECK(vmaf_dnn_session_run_features(session, NULL, 0, NULL) == 0);
  CHECK(vmaf_dnn_session_run_features(session, NULL, 2, scores) == -EINVAL);
  CHECK(vmaf_dnn_session_run_features(session, &kRows[0][0], SIZE_MAX / 24 + 1, scores) == -EINVAL);
  refused(
      "n_rows is 768614336404564651, but memory holds at most 384307168202282325 rows of 6 features; "
      "give the number of rows.");
  info.struct_size = sizeof(info);
  CHECK(vmaf_dnn_session_info(session, &info) == 0);
  CHECK(info.n_features == 6 && info.opset == 17 && strlen(info.sha256) == 64);
  CHECK(strcmp(vmaf_dnn_session_attached_ep(session), "CPU") == 0);
  printf("%s %s %.9g %.9g\n", info.id, info.precision, scores[0], scores[1]);
  refuse_planes(session);
  vmaf_dnn_session_close(session);
}

/* As a program sees it that was built against a header with less or with more in the struct. */
static void info_of_other_versions(const VmafDnnSession* session) {
  struct {
    VmafDnnSessionInfo known;
    const char* unknown;
  } newer = {{0}, "?"};
  VmafDnnSessionInfo older = {0};
  newer.known.struct_size = sizeof(newer);
  CHECK(vmaf_dnn_session_info(session, &newer.known) == 0);
  CHECK(newer.unknown == NULL && newer.known.output_max == 100 && newer.known.struct_size == sizeof(newer));
  older.struct_size = offsetof(VmafDnnSessionInfo, kind);
  CHECK(vmaf_dnn_session_info(session, &older) == 0);
  CHECK(strcmp(older.id, newer.known.id) == 0 && older.kind == NULL && older.output_max == 0);
  older.struct_size = 0;
  CHECK(vmaf_dnn_session_info(session, &older) == -EINVAL);
}

static void follow_the_registry(void) {
  VmafDnnSession* session = NULL;
  VmafDnnSessionInfo info = {0};
  CHECK(vmaf_dnn_session_open(&session, "vmaf_tiny_v4", NULL) == 0);
  info.struct_size = sizeof(info);
  CHECK(vmaf_dnn_session_info(session, &info) == 0);
  printf("%s\n", info.redirect);
  info_of_other_versions(session);
  vmaf_dnn_session_close(session);
}

static void run_named_tensors(const char* path) {
  VmafDnnSession* session = NULL;
  const float a[3] = {1, 2, 3};
  const float b[3] = {10, 20, 30};
  const int64_t shape[2] = {1, 3};
  const int64_t negative[2] = {-1, 3};
  const int64_t huge[2] = {(int64_t)1 << 61, 3};
  VmafDnnInput inputs[2] = {{"b", b, shape, 2}, {"a", a, shape, 2}};
  float sum[3];
  float difference[3];
  VmafDnnOutput outputs[2] = {{"difference", difference, 3, 0}, {"sum", sum, 3, 0}};
  CHECK(vmaf_dnn_session_open(&session, path, NULL) == 0);
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == 0);
  CHECK(sum[2] == 33 && difference[2] == -27 && outputs[0].written == 3);
  outputs[0].capacity = 2;
  sum[2] = 0;
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == -ENOSPC);
  CHECK(outputs[0].written == 3 && sum[2] == 33);
  outputs[0].data = NULL;
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == -EINVAL);
  outputs[0].capacity = 0;
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == -ENOSPC);
  CHECK(outputs[0].written == 3);
  inputs[0].shape = negative;
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == -EINVAL);
  inputs[0].shape = huge;
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == -EINVAL);
  inputs[0].shape = shape;
  inputs[0].rank = SIZE_MAX; /* of which nothing is read */
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == -EINVAL);
  refused("The input \"b\" has rank 18446744073709551615; the model takes 2.");
  inputs[0].rank = 2;
  inputs[0].name = "a";
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 2) == -EINVAL);
  CHECK(vmaf_dnn_session_run(session, inputs, 1, outputs, 2) == -EINVAL);
  refused("n_inputs is 1, but the model has 2 inputs; bind each once.");
  CHECK(vmaf_dnn_session_run(session, inputs, 2, outputs, 3) == -EINVAL);
  refused("n_outputs is 3, but the model has 2 outputs; bind each once.");
  CHECK(vmaf_dnn_session_run_features(session, a, 1, sum) == -ENOTSUP);
  vmaf_dnn_session_close(session);
}

static void refuse(void) {
  VmafDnnSession* session = (VmafDnnSession*)&kRows;
  VmafDnnOptions options = {0};
  VmafDnnConfig config = {0};
  char name[4098] = {0};
  CHECK(vmaf_dnn_session_open(&session, "no_such_model", NULL) == -ENOENT);
  CHECK(strstr(vmaf_dnn_last_error(), "no_such_model") != NULL);
  CHECK(session == (VmafDnnSession*)&kRows);
  CHECK(vmaf_dnn_session_open(&session, "./\033[2J\n\xff\xc3\xa9.onnx", NULL) == -ENOENT);
  refused(
      "There is no model file ./\\x1b[2J\\x0a\\xff\xc3\xa9.onnx; give an existing .onnx file, or a registry "
      "id without slash and ending.");
  memset(name, 'x', sizeof(name) - 1);
  CHECK(vmaf_dnn_session_open(&session, name, NULL) == -EINVAL);
  refused("The name of a model or registry has 4097 bytes; give one of at most 4096.");
  CHECK(vmaf_dnn_session_open(NULL, "vmaf_tiny_v2", NULL) == -EINVAL);
  CHECK(vmaf_dnn_session_open(&session, NULL, NULL) == -EINVAL);
  CHECK(vmaf_dnn_session_open_with_options(&session, "vmaf_tiny_v2", &options) == -EINVAL);
  config.device = (VmafDnnDevice)99;
  CHECK(vmaf_dnn_session_open(&session, "vmaf_tiny_v2", &config) == -EINVAL);
  CHECK(strstr(vmaf_dnn_last_error(), "not a value of VmafDnnDevice") != NULL);
  CHECK(vmaf_dnn_session_info(NULL, NULL) == -EINVAL);
  CHECK(vmaf_dnn_runtime_info(NULL) == -EINVAL);
  CHECK(vmaf_dnn_session_attached_ep(NULL) == NULL);
  vmaf_dnn_session_close(NULL);
}

int main(int argc, char** argv) {
  VmafDnnRuntimeInfo runtime = {0};
  char version[32];
  CHECK(argc == 2);
  CHECK(strcmp(vmaf_dnn_last_error(), "") == 0);
  snprintf(version, sizeof(version), "%d.%d.%d", VMAF_DNN_VERSION_MAJOR, VMAF_DNN_VERSION_MINOR,
           VMAF_DNN_VERSION_PATCH);
  CHECK(strcmp(version, vmaf_dnn_version()) == 0);
  CHECK(vmaf_dnn_available() == 1);
  CHECK(vmaf_dnn_runtime_info(&runtime) == -EINVAL);
  runtime.struct_size = sizeof(runtime);
  CHECK(vmaf_dnn_runtime_info(&runtime) == 0 && runtime.available);
  printf("%s %s\n", vmaf_dnn_version(), runtime.version);
  score_rows();
  follow_the_registry();
  run_named_tensors(argv[1]);
  refuse();
  return 0;
}
