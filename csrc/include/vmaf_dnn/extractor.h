/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames in, feature rows out: the features of each distorted version of one reference, as libvmaf has them.
 * vmaf_dnn.h includes this header.
 *
 *     VmafDnnExtractorConfig config = {0};
 *     config.struct_size = sizeof(config);
 *     config.width = 1920, config.height = 1080, config.bit_depth = 8;
 *     vmaf_dnn_extractor_open(&extractor, &config);
 *     for each frame: vmaf_dnn_extractor_push(extractor, reference, &distorted, 1, row, &n_rows);
 *     vmaf_dnn_extractor_flush(extractor, row, &n_rows);
 *     vmaf_dnn_extractor_close(extractor);
 *
 * A row comes one frame late. motion2 of a frame is the smaller of its motion and the next frame's, so the
 * row of a frame is complete when the next frame is there: the first push of a clip gives no row, the push of
 * frame t gives the rows of frame t - 1, and the flush gives those of the last frame. A clip of n frames thus
 * gives n rows for each distorted version, in order.
 *
 * Errors are negative errno values, with their sentence in vmaf_dnn_last_error(). A refused call changes
 * nothing: the extractor goes on as if it had not been made.
 *
 * Threads: one thread at a time may use an extractor, not always the same one; several extractors are
 * independent of one another.
 */
#ifndef VMAF_DNN_EXTRACTOR_H_
#define VMAF_DNN_EXTRACTOR_H_

#include <stddef.h>

#include "vmaf_dnn/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* adm2, vif_scale0, vif_scale1, vif_scale2, vif_scale3, motion2: the order of a row. */
#define VMAF_DNN_ROW_SIZE 6

/* What libvmaf takes as motion; the two differ by about 0.001. Values are never renumbered. */
typedef enum VmafDnnMotionRule {
  VMAF_DNN_MOTION_LIBVMAF_3_2 = 0, /* since 3.2: the blur of the difference of two frames */
  VMAF_DNN_MOTION_LIBVMAF_3_1 = 1  /* up to 3.1: the difference of the two blurred frames */
} VmafDnnMotionRule;

/* The planes of a frame. Values are never renumbered. */
typedef enum VmafDnnChroma {
  VMAF_DNN_LUMA_ONLY = 0,  /* one plane a frame */
  VMAF_DNN_CHROMA_420 = 1, /* three: Y, U, V; chroma is half as wide and as high, odd sides rounded up */
  VMAF_DNN_CHROMA_422 = 2, /* three; half as wide */
  VMAF_DNN_CHROMA_444 = 3  /* three; as large as luma */
} VmafDnnChroma;

/* Set `struct_size` to sizeof(VmafDnnExtractorConfig), the format, and the rest to zero; later versions
 * append members. */
typedef struct VmafDnnExtractorConfig {
  size_t struct_size;
  int width;       /* 33 to 32768, of the luma plane */
  int height;      /* 33 to 32768 */
  int bit_depth;   /* 8: samples are bytes; 9 to 16: native uint16_t, the value in their low bits */
  int n_distorted; /* versions to compare with each reference; 0 means 1, at most 1024 */
  int threads;     /* inside one call; <= 0 means 1; the rows have the same bits for any number */
  VmafDnnMotionRule motion_rule;
  double adm_enhn_gain_limit; /* 1 to 100; 0 means 100, as libvmaf has it; 1 is the limit of "neg" models */
  double vif_enhn_gain_limit; /* the same */
  /* What the columns of a row are, in libvmaf's words, an option with its value after each '=' or ':', as in
   * "adm3=adm_csf_mode=2:adm_enhn_gain_limit=1"; NULL means the canonical six, which alone heed the three
   * members above. vmaf_dnn_extractor_feature_name() gives their names. */
  const char* const* features;
  int n_features;       /* 0 if features is NULL */
  VmafDnnChroma chroma; /* speed_chroma needs it */
} VmafDnnExtractorConfig;

/* One plane of a frame, owned by the caller. */
typedef struct VmafDnnPlane {
  const void* samples;    /* the first sample of the top row */
  ptrdiff_t stride_bytes; /* from one row to the next; negative if the rows lie bottom up */
} VmafDnnPlane;

typedef struct VmafDnnExtractor VmafDnnExtractor;

/*
 * Opens an extractor.
 *
 * extractor: out; to be closed by vmaf_dnn_extractor_close(). Left alone on failure.
 * config:    in; not kept.
 * Returns 0, -EINVAL (NULL, or a member out of its range), -ENOMEM.
 */
VMAF_DNN_API int vmaf_dnn_extractor_open(VmafDnnExtractor** extractor, const VmafDnnExtractorConfig* config);

/*
 * How many columns a row has: VMAF_DNN_ROW_SIZE, or as many as features were asked for.
 *
 * extractor: in.
 * n_columns: out. Left alone on failure.
 * Returns 0 or -EINVAL (NULL).
 */
VMAF_DNN_API int vmaf_dnn_extractor_row_size(const VmafDnnExtractor* extractor, int* n_columns);

/*
 * What libvmaf's logs call a column: "integer_adm2", "integer_vif_scale0_egl_1".
 *
 * extractor: in.
 * column:    0 to the number of columns - 1.
 * name:      out; valid until the extractor is closed. Left alone on failure.
 * Returns 0 or -EINVAL (NULL, no such column).
 */
VMAF_DNN_API int vmaf_dnn_extractor_feature_name(const VmafDnnExtractor* extractor, int column,
                                                 const char** name);

/*
 * Takes the next frame, and gives the rows of the frame before it; of the one before that, with a feature
 * over motion_five_frame_window.
 *
 * reference:   in, one plane, or three with chroma; read during the call only.
 * distorted:   in, the planes of n_distorted frames, in the same order for each frame; read during the call
 *              only.
 * n_distorted: the number that the extractor was opened with.
 * rows:        out, n_distorted rows of doubles, row-major, one for each distorted frame; left alone if there
 *              are none.
 * n_rows:      out, 0 for the first frame of a clip, else n_distorted. Left alone on failure.
 * Returns 0, -EINVAL (NULL, another number of planes, a stride shorter than a row or beyond memory, 16-bit
 * samples that are not aligned, a sample that needs more than bit_depth bits), -ENOMEM.
 */
VMAF_DNN_API int vmaf_dnn_extractor_push(VmafDnnExtractor* extractor, const VmafDnnPlane* reference,
                                         const VmafDnnPlane* distorted, int n_distorted, double* rows,
                                         int* n_rows);

/*
 * Takes a frame that is not to be scored: it gets no rows, but counts for its neighbours' motion, as
 * libvmaf's subsampling has it. Gives the rows of the frame before it, none if that was skipped, too.
 *
 * Arguments and return codes as for a push.
 */
VMAF_DNN_API int vmaf_dnn_extractor_skip(VmafDnnExtractor* extractor, const VmafDnnPlane* reference,
                                         double* rows, int* n_rows);

/*
 * Ends the clip, and gives the rows of its last frame. The next push begins a new clip. With a feature over
 * motion_five_frame_window two frames are left: call it until it gives none.
 *
 * rows:   out, as for a push.
 * n_rows: out, n_distorted, or 0 if no frame is left. Left alone on failure.
 * Returns 0 or -EINVAL (NULL).
 */
VMAF_DNN_API int vmaf_dnn_extractor_flush(VmafDnnExtractor* extractor, double* rows, int* n_rows);

/* Closes an extractor and frees it. NULL is fine. Rows that were not flushed are lost. */
VMAF_DNN_API void vmaf_dnn_extractor_close(VmafDnnExtractor* extractor);

#ifdef __cplusplus
}
#endif

#endif /* VMAF_DNN_EXTRACTOR_H_ */
