/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the errno and the sentence of each refusal of libvmaf's models. argv: a model's file over six
 * features, then files that are refused. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "check.h"

enum { kFeatures = 6 };

static int place;

static void print(int result) {
  CHECK(result < 0);
  printf("%s %s\n", strerror(-result), vmaf_dnn_last_error());
}

static void refuse_to_open(const char* path, const VmafDnnSvmOptions* options) {
  VmafDnnSvm* svm = (VmafDnnSvm*)&place;
  print(vmaf_dnn_svm_open(&svm, path, options));
  CHECK(svm == (VmafDnnSvm*)&place);
}

#define REFUSE_OPTION(member, value)       \
  do {                                     \
    VmafDnnSvmOptions options = {0};       \
    options.struct_size = sizeof(options); \
    options.n_overloads = 1;               \
    options.overloads = kFits;             \
    options.member = value;                \
    refuse_to_open(path, &options);        \
  } while (0)

static void refuse_options(const char* path) {
  static const char* const kFits[] = {"adm.adm_enhn_gain_limit=1"};
  static const char* const kNone[] = {NULL};
  static const char* const kNoValue[] = {"adm.adm_enhn_gain_limit"};
  static const char* const kOther[] = {"cambi.enc_bitdepth=8"};
  VmafDnnSvm* svm;
  REFUSE_OPTION(struct_size, 0);
  REFUSE_OPTION(name, "a b");
  REFUSE_OPTION(sha256, "00");
  REFUSE_OPTION(transform, (VmafDnnSvmTransform)3);
  REFUSE_OPTION(transform, VMAF_DNN_SVM_TRANSFORM_ON);
  REFUSE_OPTION(overloads, NULL);
  REFUSE_OPTION(overloads, kNone);
  REFUSE_OPTION(overloads, kNoValue);
  REFUSE_OPTION(overloads, kOther);
  REFUSE_OPTION(n_overloads, 1025);
  refuse_to_open(NULL, NULL);
  print(vmaf_dnn_svm_open(NULL, path, NULL));
  CHECK(vmaf_dnn_svm_open(&svm, path, NULL) == 0);
  vmaf_dnn_svm_close(svm);
  vmaf_dnn_svm_close(NULL);
}

static void refuse_calls(const char* path) {
  double row[kFeatures] = {1, 1, 1, 1, 1, 1}, score;
  VmafDnnSvm* svm;
  const char* text = "kept";
  int n = 7;
  CHECK(vmaf_dnn_svm_open(&svm, path, NULL) == 0);
  print(vmaf_dnn_svm_n_features(NULL, &n));
  print(vmaf_dnn_svm_n_scores(svm, NULL));
  print(vmaf_dnn_svm_feature(svm, kFeatures, &text));
  print(vmaf_dnn_svm_score_name(svm, -1, &text));
  print(vmaf_dnn_svm_feature(svm, 0, NULL));
  print(vmaf_dnn_svm_score_name(NULL, 0, &text));
  CHECK(n == 7 && strcmp(text, "kept") == 0);
  print(vmaf_dnn_svm_predict(NULL, row, 1, &score));
  print(vmaf_dnn_svm_predict(svm, NULL, 1, &score));
  print(vmaf_dnn_svm_predict(svm, row, (size_t)-1, &score));
  row[1] = NAN;
  print(vmaf_dnn_svm_predict(svm, row, 1, &score));
  CHECK(vmaf_dnn_svm_predict(svm, NULL, 0, NULL) == 0);
  vmaf_dnn_svm_close(svm);
}

int main(int argc, char** argv) {
  int i;
  CHECK(argc > 1);
  refuse_options(argv[1]);
  refuse_calls(argv[1]);
  for (i = 2; i < argc; i++) refuse_to_open(argv[i], NULL);
  return 0;
}
