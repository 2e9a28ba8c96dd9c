/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the sentence of each refusal of the extractor, which must go on as if nothing had been asked. */
#include <errno.h>
#include <string.h>

#include "check.h"

enum { kSide = 64, kDepth = 10 };

static uint16_t samples[kSide * kSide];
static const VmafDnnPlane kPlane = {samples, kSide * 2};

static void print(int result) {
  CHECK(result == -EINVAL);
  printf("%s\n", vmaf_dnn_last_error());
}

static VmafDnnExtractorConfig good_config(void) {
  VmafDnnExtractorConfig config = {0};
  config.struct_size = sizeof(config);
  config.width = config.height = kSide;
  config.bit_depth = kDepth;
  return config;
}

static void refuse_to_open(VmafDnnExtractorConfig config) {
  VmafDnnExtractor* extractor = (VmafDnnExtractor*)&samples;
  print(vmaf_dnn_extractor_open(&extractor, &config));
  CHECK(extractor == (VmafDnnExtractor*)&samples);
}

#define REFUSE_TO_OPEN(member, value)              \
  do {                                             \
    VmafDnnExtractorConfig config = good_config(); \
    config.member = value;                         \
    refuse_to_open(config);                        \
  } while (0)

static void refuse_configs(void) {
  VmafDnnExtractor* extractor;
  struct {
    VmafDnnExtractorConfig known;
    int unknown;
  } newer = {{0}, 1};
  REFUSE_TO_OPEN(struct_size, 0);
  REFUSE_TO_OPEN(struct_size, offsetof(VmafDnnExtractorConfig, bit_depth));
  REFUSE_TO_OPEN(struct_size, (size_t)-1);
  REFUSE_TO_OPEN(width, 32);
  REFUSE_TO_OPEN(height, 32769);
  REFUSE_TO_OPEN(bit_depth, 17);
  REFUSE_TO_OPEN(n_distorted, -1);
  REFUSE_TO_OPEN(n_distorted, 1025);
  REFUSE_TO_OPEN(adm_enhn_gain_limit, 0.5);
  REFUSE_TO_OPEN(vif_enhn_gain_limit, 101);
  REFUSE_TO_OPEN(motion_rule, (VmafDnnMotionRule)7);
  newer.known = good_config();
  newer.known.struct_size = sizeof(newer);
  print(vmaf_dnn_extractor_open(&extractor, &newer.known));
  newer.unknown = 0;
  CHECK(vmaf_dnn_extractor_open(&extractor, &newer.known) == 0);
  vmaf_dnn_extractor_close(extractor);
  print(vmaf_dnn_extractor_open(NULL, &newer.known));
  print(vmaf_dnn_extractor_open(&extractor, NULL));
  vmaf_dnn_extractor_close(NULL);
}

static void refuse_features(void) {
  static const char* const kNone[] = {NULL};
  static const char* const kWrong[] = {"adm3=adm_min_val=3"};
  VmafDnnExtractorConfig config = good_config();
  VmafDnnExtractor* extractor;
  const char* name = "kept";
  int n_columns;
  REFUSE_TO_OPEN(chroma, (VmafDnnChroma)4);
  REFUSE_TO_OPEN(n_features, 1);
  REFUSE_TO_OPEN(features, kNone);
  config.n_features = 1;
  config.features = kNone;
  refuse_to_open(config);
  config.features = kWrong;
  refuse_to_open(config);
  config = good_config();
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  print(vmaf_dnn_extractor_feature_name(extractor, VMAF_DNN_ROW_SIZE, &name));
  print(vmaf_dnn_extractor_feature_name(extractor, -1, &name));
  print(vmaf_dnn_extractor_feature_name(extractor, 0, NULL));
  print(vmaf_dnn_extractor_row_size(NULL, &n_columns));
  CHECK(strcmp(name, "kept") == 0);
  vmaf_dnn_extractor_close(extractor);
}

static int push(VmafDnnExtractor* extractor, VmafDnnPlane reference, VmafDnnPlane distorted) {
  double row[VMAF_DNN_ROW_SIZE];
  int n_rows = -1;
  const int result = vmaf_dnn_extractor_push(extractor, &reference, &distorted, 1, row, &n_rows);
  CHECK(result == 0 || n_rows == -1);
  return result == 0 ? n_rows : result;
}

static VmafDnnPlane plane(const void* first, ptrdiff_t stride_bytes) {
  VmafDnnPlane made;
  made.samples = first;
  made.stride_bytes = stride_bytes;
  return made;
}

static void refuse_frames(VmafDnnExtractor* extractor) {
  double row[VMAF_DNN_ROW_SIZE];
  int n_rows = -1;
  VmafDnnPlane far;
  print(vmaf_dnn_extractor_push(NULL, &kPlane, &kPlane, 1, row, &n_rows));
  print(vmaf_dnn_extractor_push(extractor, NULL, &kPlane, 1, row, &n_rows));
  print(vmaf_dnn_extractor_push(extractor, &kPlane, NULL, 1, row, &n_rows));
  print(vmaf_dnn_extractor_push(extractor, &kPlane, &kPlane, 1, NULL, &n_rows));
  print(vmaf_dnn_extractor_push(extractor, &kPlane, &kPlane, 1, row, NULL));
  print(vmaf_dnn_extractor_push(extractor, &kPlane, &kPlane, 2, row, &n_rows));
  CHECK(n_rows == -1);
  print(push(extractor, plane(NULL, kSide * 2), kPlane));
  print(push(extractor, kPlane, plane(samples, kSide * 2 - 2)));
  print(push(extractor, kPlane, plane(samples, 2 - kSide * 2)));
  print(push(extractor, kPlane, plane(samples, PTRDIFF_MAX - 1)));
  print(push(extractor, plane(samples, PTRDIFF_MIN), kPlane));
  far = plane(samples, PTRDIFF_MAX / 32768 + 1);
  print(vmaf_dnn_extractor_skip(extractor, &far, row, &n_rows));
  CHECK(n_rows == -1);
  print(push(extractor, kPlane, plane((char*)samples + 1, kSide * 2)));
  print(push(extractor, plane(samples, kSide * 2 + 1), kPlane));
  samples[kSide * 3 + 2] = 1 << kDepth;
  print(push(extractor, kPlane, kPlane));
  samples[kSide * 3 + 2] = 0;
  print(vmaf_dnn_extractor_flush(NULL, row, &n_rows));
  print(vmaf_dnn_extractor_flush(extractor, NULL, &n_rows));
  print(vmaf_dnn_extractor_flush(extractor, row, NULL));
  print(vmaf_dnn_extractor_skip(extractor, NULL, row, &n_rows));
}

int main(void) {
  VmafDnnExtractorConfig config = good_config();
  VmafDnnExtractor* extractor;
  double row[VMAF_DNN_ROW_SIZE];
  int n_rows = -1;
  refuse_configs();
  refuse_features();
  config.struct_size = offsetof(VmafDnnExtractorConfig, n_distorted); /* as a first header might have it */
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  refuse_frames(extractor);
  CHECK(push(extractor, kPlane, kPlane) == 0);
  refuse_frames(extractor);
  CHECK(push(extractor, kPlane, kPlane) == 1);
  refuse_frames(extractor);
  CHECK(vmaf_dnn_extractor_flush(extractor, row, &n_rows) == 0 && n_rows == 1);
  CHECK(row[0] == 1 && row[VMAF_DNN_ROW_SIZE - 1] == 0);
  vmaf_dnn_extractor_close(extractor);
  return 0;
}
