/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libvmaf's own models: support vector regressions in a JSON file, evaluated without libvmaf. vmaf_dnn.h
 * includes this header.
 *
 *     vmaf_dnn_svm_open(&svm, "vmaf_v0.6.1.json", NULL);
 *     for each i < vmaf_dnn_svm_n_features(): vmaf_dnn_svm_feature(svm, i, &features[i]);
 *     an extractor of those features turns frames into rows
 *     vmaf_dnn_svm_predict(svm, row, 1, scores);
 *     vmaf_dnn_svm_close(svm);
 *
 * A file may hold one regression, which gives one score, or a bootstrapped collection (vmaf_b_v0.6.3). That
 * gives its main score, each member's, and what the members say together: the score of their mean, their
 * standard deviation, and the ends of the interval that holds 95 of 100 of them.
 *
 * Errors are negative errno values, with their sentence in vmaf_dnn_last_error().
 *
 * Threads: a model never changes after it was opened; any number of threads may use one at the same time,
 * until one of them closes it.
 */
#ifndef VMAF_DNN_SVM_H_
#define VMAF_DNN_SVM_H_

#include <stddef.h>

#include "vmaf_dnn/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether the curve that a file may lay over its scores is applied. Values are never renumbered. */
typedef enum VmafDnnSvmTransform {
  VMAF_DNN_SVM_TRANSFORM_AS_STATED = 0, /* the file says whether */
  VMAF_DNN_SVM_TRANSFORM_ON = 1,        /* libvmaf's enable_transform; the file has to have one */
  VMAF_DNN_SVM_TRANSFORM_OFF = 2
} VmafDnnSvmTransform;

/* Set `struct_size` to sizeof(VmafDnnSvmOptions) and the rest to zero; later versions append members. */
typedef struct VmafDnnSvmOptions {
  size_t struct_size;
  const char* name;   /* of the score, which the names of a collection's scores begin with; NULL: "vmaf" */
  const char* sha256; /* what the file has to have, 64 lower-case hex digits; NULL: any */
  /* Options of the model's features, by libvmaf's extractor: "cambi.enc_bitdepth=8". */
  const char* const* overloads;
  size_t n_overloads; /* 0 if overloads is NULL */
  VmafDnnSvmTransform transform;
  int disable_clip; /* not 0: scores beyond the file's score_clip stay as they are */
} VmafDnnSvmOptions;

typedef struct VmafDnnSvm VmafDnnSvm;

/*
 * Opens a model file of libvmaf: JSON of at most 16 MiB, a nu-SVR with an RBF kernel or a bootstrapped
 * collection of them, over libvmaf's integer features. It is read once and strictly.
 *
 * svm:     out; to be closed by vmaf_dnn_svm_close(). Left alone on failure.
 * path:    in; not kept.
 * options: in, may be NULL; not kept.
 * Returns 0, -EINVAL (bad argument, an overload that no feature of the model takes), -ENOENT (no such file),
 * -E2BIG (too large), -EBADMSG (malformed, or another digest), -ENOTSUP (sound, but of a kind or over
 * features that only libvmaf computes), -EMFILE or -ENFILE (no descriptor is left), -ENOMEM.
 */
VMAF_DNN_API int vmaf_dnn_svm_open(VmafDnnSvm** svm, const char* path, const VmafDnnSvmOptions* options);

/* How many features a row has. n_features: out. Returns 0 or -EINVAL (NULL). */
VMAF_DNN_API int vmaf_dnn_svm_n_features(const VmafDnnSvm* svm, int* n_features);

/*
 * A feature with its options, as VmafDnnExtractorConfig.features takes it: "adm3=adm_csf_mode=2".
 *
 * feature: 0 to the number of features - 1.
 * text:    out; valid until the model is closed. Left alone on failure.
 * Returns 0 or -EINVAL (NULL, no such feature).
 */
VMAF_DNN_API int vmaf_dnn_svm_feature(const VmafDnnSvm* svm, int feature, const char** text);

/* How many scores a row gets: 1, or those of a collection. n_scores: out. Returns 0 or -EINVAL (NULL). */
VMAF_DNN_API int vmaf_dnn_svm_n_scores(const VmafDnnSvm* svm, int* n_scores);

/*
 * What libvmaf's logs call a score: "vmaf", then, of a collection, "vmaf_0001" and so on, "vmaf_bagging",
 * "vmaf_stddev", "vmaf_ci_p95_lo" and "vmaf_ci_p95_hi".
 *
 * score: 0 to the number of scores - 1.
 * name:  out; valid until the model is closed. Left alone on failure.
 * Returns 0 or -EINVAL (NULL, no such score).
 */
VMAF_DNN_API int vmaf_dnn_svm_score_name(const VmafDnnSvm* svm, int score, const char** name);

/*
 * Scores rows of features, as an extractor gives them. A row's scores do not depend on the rows around it.
 *
 * rows:   in, n_rows x n_features doubles, row-major, contiguous.
 * scores: out, n_rows x n_scores doubles, row-major; must not overlap rows. Some are written on -EIO.
 * Returns 0, -EINVAL (NULL where n_rows > 0, more rows than memory holds, a feature that is not finite),
 * -EIO (a score that is not finite: the model is not fit for the row), -ENOMEM.
 */
VMAF_DNN_API int vmaf_dnn_svm_predict(const VmafDnnSvm* svm, const double* rows, size_t n_rows,
                                      double* scores);

/* Closes a model and frees it. NULL is fine. No other thread may be using it. */
VMAF_DNN_API void vmaf_dnn_svm_close(VmafDnnSvm* svm);

#ifdef __cplusplus
}
#endif

#endif /* VMAF_DNN_SVM_H_ */
