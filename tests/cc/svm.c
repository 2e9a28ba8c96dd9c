/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the features of a model of libvmaf, the names of its scores, and the scores of rows. argv: the
 * model's file, a file of rows (native doubles), then "clip" or "no_clip", a transform (0, 1, 2), a name, and
 * overloads. */
#include <string.h>

#include "check.h"

enum { kMostRows = 1000, kMostValues = 1 << 16 };

static double rows[kMostValues], scores[kMostValues];

static VmafDnnSvm* open_model(int argc, char** argv) {
  VmafDnnSvmOptions options = {0};
  VmafDnnSvm* svm;
  options.struct_size = sizeof(options);
  options.disable_clip = strcmp(argv[3], "no_clip") == 0;
  options.transform = (VmafDnnSvmTransform)atoi(argv[4]);
  options.name = argv[5];
  options.overloads = argc > 6 ? (const char* const*)(argv + 6) : NULL;
  options.n_overloads = (size_t)(argc - 6);
  CHECK(vmaf_dnn_svm_open(&svm, argv[1], &options) == 0);
  return svm;
}

static size_t read_rows(const char* path, int n_features) {
  FILE* file = fopen(path, "rb");
  size_t n_rows;
  CHECK(file != NULL);
  n_rows = fread(rows, sizeof(double) * (size_t)n_features, kMostRows, file);
  fclose(file);
  return n_rows;
}

int main(int argc, char** argv) {
  VmafDnnSvm* svm;
  const char* text;
  int i, n_features, n_scores;
  size_t row, n_rows;
  CHECK(argc > 5);
  svm = open_model(argc, argv);
  CHECK(vmaf_dnn_svm_n_features(svm, &n_features) == 0 && n_features * kMostRows < kMostValues);
  CHECK(vmaf_dnn_svm_n_scores(svm, &n_scores) == 0 && n_scores * kMostRows < kMostValues);
  for (i = 0; i < n_features; i++) {
    CHECK(vmaf_dnn_svm_feature(svm, i, &text) == 0);
    printf("%s\n", text);
  }
  for (i = 0; i < n_scores; i++) {
    CHECK(vmaf_dnn_svm_score_name(svm, i, &text) == 0);
    printf("%s\n", text);
  }
  n_rows = read_rows(argv[2], n_features);
  CHECK(vmaf_dnn_svm_predict(svm, rows, n_rows, scores) == 0);
  for (row = 0; row < n_rows; row++)
    for (i = 0; i < n_scores; i++)
      printf("%.17g%c", scores[row * (size_t)n_scores + (size_t)i], i + 1 == n_scores ? '\n' : ' ');
  vmaf_dnn_svm_close(svm);
  return 0;
}
