/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * vmaf_dnn: VMAF scores from tiny neural fusion models.
 *
 * A program opens a session on a model, scores rows of features with it, and closes it:
 *
 *     VmafDnnSession *session;
 *     if (vmaf_dnn_session_open(&session, "vmaf_tiny_v2", NULL) < 0)
 *         return fprintf(stderr, "%s\n", vmaf_dnn_last_error());
 *     vmaf_dnn_session_run_features(session, rows, n_rows, scores);
 *     vmaf_dnn_session_close(session);
 *
 * Frames become rows of features by extractor.h; svm.h scores rows with libvmaf's own models.
 *
 * Every function that returns int returns 0 on success and a negative errno on failure; the text of
 * vmaf_dnn_last_error() then says what failed, what was given and what to do, on one line: control codes in
 * a name, and bytes that are not UTF-8, are spelt \xff. Output arguments are written on success only, unless
 * a function says otherwise. The library never prints and never aborts.
 *
 * Threads: a session never changes after it was opened; any number of threads may use one session at
 * the same time, until one of them closes it. vmaf_dnn_last_error() belongs to the calling thread. The first
 * open that loads ONNX Runtime sets the environment variable ORT_DISABLE_TELEMETRY, unless it is set; a
 * program whose other threads read the environment meanwhile should set it itself at the start.
 *
 * The calling thread: a call takes at most 64 KiB of its stack (ONNX Runtime, where that loads or runs the
 * model: what that takes), and pthread_cancel waits for the end of the call. Scores and features depend
 * neither on its rounding mode nor on the subnormals that it flushes or the exceptions that it traps; all
 * three are as before on return.
 */
#ifndef VMAF_DNN_VMAF_DNN_H_
#define VMAF_DNN_VMAF_DNN_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmaf_dnn/export.h"
#include "vmaf_dnn/extractor.h"
#include "vmaf_dnn/svm.h"

#define VMAF_DNN_VERSION_MAJOR 0
#define VMAF_DNN_VERSION_MINOR 1
#define VMAF_DNN_VERSION_PATCH 0

/* For #if: whether this header is of that version or a later one. */
#define VMAF_DNN_VERSION_AT_LEAST(major, minor, patch)                                          \
  (VMAF_DNN_VERSION_MAJOR * 1000000 + VMAF_DNN_VERSION_MINOR * 1000 + VMAF_DNN_VERSION_PATCH >= \
   (major) * 1000000 + (minor) * 1000 + (patch))

#ifdef __cplusplus
extern "C" {
#endif

/* Where a model should run. Values are never renumbered. */
typedef enum VmafDnnDevice {
  VMAF_DNN_DEVICE_AUTO = 0,
  VMAF_DNN_DEVICE_CPU = 1,
  VMAF_DNN_DEVICE_CUDA = 2,
  VMAF_DNN_DEVICE_OPENVINO = 3,
  VMAF_DNN_DEVICE_ROCM = 4,
  VMAF_DNN_DEVICE_COREML = 5,
  VMAF_DNN_DEVICE_COREML_ANE = 6,
  VMAF_DNN_DEVICE_COREML_GPU = 7,
  VMAF_DNN_DEVICE_COREML_CPU = 8,
  VMAF_DNN_DEVICE_OPENVINO_NPU = 9,
  VMAF_DNN_DEVICE_OPENVINO_CPU = 10,
  VMAF_DNN_DEVICE_OPENVINO_GPU = 11
} VmafDnnDevice;

/* All zero is a good default: automatic device, one thread. */
typedef struct VmafDnnConfig {
  VmafDnnDevice device;
  int device_index; /* of several alike; CUDA only */
  int threads;      /* inside one call; <= 0 means 1, which is best for models this small */
  bool fp16_io;     /* round float32 to the float16 inputs of a model, which are refused otherwise */
} VmafDnnConfig;

/* What the published API has no place for. Set `struct_size` to sizeof(VmafDnnOptions) and the rest to
 * zero; later versions append members and read only as many bytes as the caller's struct has. */
typedef struct VmafDnnOptions {
  size_t struct_size;
  VmafDnnConfig config;
  const char* precision; /* "auto", "fp32" or "int8"; NULL means auto */
  const char* engine;    /* "auto", "fused" or "onnxruntime"; NULL means auto */
  const char* registry;  /* path of a registry.json; NULL means VMAF_DNN_REGISTRY, else the packaged one */
  int strict_device;     /* not 0: fail instead of attaching another device than the one asked for */
  int timeout_ms;        /* end a call into ONNX Runtime that takes longer (-ETIMEDOUT); <= 0: never.
                          * Looked at between two nodes of the graph: a call may return later than that. */
} VmafDnnOptions;

/* One input tensor, owned by the caller: float32, row-major, contiguous. A model that takes float64 gets the
 * same numbers; one that takes float16 the nearest ones, ties to even, if the session was opened with
 * fp16_io. */
typedef struct VmafDnnInput {
  const char* name; /* NULL: the input at this position */
  const float* data;
  const int64_t* shape;
  size_t rank;
} VmafDnnInput;

/* One output tensor, owned by the caller. Whatever numbers the model gives are converted to the nearest
 * float32, false and true to 0 and 1. `written` is set by the call to the number of elements that the model
 * gave, also when `capacity` is too small for them (-ENOSPC). */
typedef struct VmafDnnOutput {
  const char* name; /* NULL: the output at this position */
  float* data;
  size_t capacity; /* in elements */
  size_t written;  /* in elements */
} VmafDnnOutput;

/* What was opened and why. Set `struct_size` to sizeof(VmafDnnSessionInfo) before the call, which fills as
 * many bytes; later versions append members. Strings are never NULL and live as long as the session. */
typedef struct VmafDnnSessionInfo {
  size_t struct_size;
  const char* id;
  const char* kind;      /* "fr", "nr" or "filter" */
  const char* path;      /* of the bytes that run, links resolved */
  const char* sha256;    /* of those bytes */
  const char* pinned_by; /* the registry or sidecar that states this digest; "" if none does */
  const char* precision; /* "fp32" or "int8" */
  const char* redirect;  /* why this precision */
  const char* engine;
  const char* engine_reason;
  const char* isa; /* instruction set of the fused kernels; "" for ONNX Runtime */
  const char* device_requested;
  const char* device_attached;
  const char* device_reason;
  int opset;
  int n_features; /* width of a feature row; 0 if the model does not score feature rows */
  double output_min;
  double output_max;
} VmafDnnSessionInfo;

/* ONNX Runtime as this process sees it; `struct_size` as above. Strings are never NULL and live as long as
 * the process; they are empty where `available` is 0. */
typedef struct VmafDnnRuntimeInfo {
  size_t struct_size;
  const char* version;
  const char* library;
  int available;
} VmafDnnRuntimeInfo;

typedef struct VmafDnnSession VmafDnnSession;

/* 1 if a session can be served by any engine of this build, else 0. The fused engine is in every build and
 * needs nothing, so this is 1; models that it does not run need ONNX Runtime: see vmaf_dnn_runtime_info(). */
VMAF_DNN_API int vmaf_dnn_available(void);

/*
 * Looks for ONNX Runtime, loads it if it is there (VMAF_DNN_ORT_LIBRARY, the onnxruntime wheel beside
 * this library, the system), and says which.
 *
 * info: in and out.
 * Returns 0 also if there is none; -EINVAL if info is NULL or its struct_size is not set.
 */
VMAF_DNN_API int vmaf_dnn_runtime_info(VmafDnnRuntimeInfo* info);

/*
 * Opens a model: an id of the registry, or the path of an .onnx file (anything with a slash or that ending).
 * The file is read once, checked against the digest that its registry or sidecar pins, scanned, and run
 * from those very bytes. Where the registry says so, the int8 file takes the place of the fp32 one.
 *
 * session: out; to be closed by vmaf_dnn_session_close(). Left alone on failure.
 * model:   in; not kept.
 * config:  in, may be NULL; not kept.
 * Returns 0, -EINVAL (bad argument), -ENOENT (no such model, file or registry), -EACCES (outside
 * VMAF_TINY_MODEL_DIR), -EMFILE or -ENFILE (no descriptor is left), -E2BIG (over 50 MiB, or more parts than
 * are admitted), -EBADMSG (malformed model, registry or sidecar, or a digest that does not match), -EPERM
 * (operator, function, loop, size or external data that is not admitted, or no pinned digest where
 * VMAF_DNN_REQUIRE_DIGEST asks for one), -ENOSYS (no ONNX Runtime), -EIO (ONNX Runtime refused the model),
 * -ENOMEM.
 */
VMAF_DNN_API int vmaf_dnn_session_open(VmafDnnSession** session, const char* model,
                                       const VmafDnnConfig* config);

/* The same with every option. options: in, may be NULL. Adds -ENOTSUP: strict_device can't be met. */
VMAF_DNN_API int vmaf_dnn_session_open_with_options(VmafDnnSession** session, const char* model,
                                                    const VmafDnnOptions* options);

/* Closes a session and frees it. NULL is fine. No other thread may be using it. */
VMAF_DNN_API void vmaf_dnn_session_close(VmafDnnSession* session);

/*
 * What a column of the rows is, as VmafDnnExtractorConfig.features takes it: "adm2", or, where the model's
 * sidecar states options, "adm3=adm_csf_mode=2:adm_min_val=0.5".
 *
 * session: in.
 * column:  0 to n_features - 1.
 * feature: out; valid until the session is closed. Left alone on failure.
 * Returns 0, -EINVAL (NULL, no such column), -ENOTSUP (the model states no features).
 */
VMAF_DNN_API int vmaf_dnn_session_feature(const VmafDnnSession* session, int column, const char** feature);

/*
 * Scores rows of features as they were measured: for the canonical-6 models adm2, vif_scale0, vif_scale1,
 * vif_scale2, vif_scale3, motion2, as libvmaf logs them. A row's score does not depend on the rows around it.
 *
 * rows:   in, n_rows x n_features float32, row-major, contiguous.
 * scores: out, n_rows float32, as the graph gives them (not clipped), but where the model's sidecar states a
 *         curve over them; must not overlap rows.
 * Returns 0, -EINVAL (NULL where n_rows > 0, more rows than memory holds), -ENOTSUP (not a feature model),
 * -EIO (ONNX Runtime failed), -ETIMEDOUT.
 */
VMAF_DNN_API int vmaf_dnn_session_run_features(const VmafDnnSession* session, const float* rows,
                                               size_t n_rows, float* scores);

/*
 * Runs any model. Every input and every output of the model must be bound once, by name or by position.
 *
 * inputs:  in.
 * outputs: in and out; `written` of each is set also on -ENOSPC.
 * Returns 0, -EINVAL (unknown or missing name, wrong count, rank or size), -ENOSPC (an output does not fit;
 * the others are still written), -ENOTSUP (a tensor of a type that is not converted), -ETIMEDOUT, -EIO.
 */
VMAF_DNN_API int vmaf_dnn_session_run(const VmafDnnSession* session, const VmafDnnInput* inputs,
                                      size_t n_inputs, VmafDnnOutput* outputs, size_t n_outputs);

/*
 * Runs a filter from one 8-bit plane to another: a model with one input [1, 1, H, W] (H, W and the batch may
 * be open) and one output of as many elements. A sample s goes in as s / 255; an output v comes out as v x
 * 255, rounded to the nearest integer, halves up, and clipped to 0 to 255, NaN to 0. A plane of more than 512
 * samples a side is run in tiles, where the graph tells how far it looks around each: memory stays bounded,
 * and the samples are those of the whole at once.
 *
 * in, out:               the top left samples; the two may be the same plane.
 * in_stride, out_stride: bytes from one row to the next.
 * Returns 0, -EINVAL (NULL, a size that is not 1 to 32768, a stride shorter than a row), -ERANGE (the model
 * takes another size), -ENOTSUP (the model is no such filter), or as vmaf_dnn_session_run().
 */
VMAF_DNN_API int vmaf_dnn_session_run_luma8(const VmafDnnSession* session, const uint8_t* in,
                                            size_t in_stride, int width, int height, uint8_t* out,
                                            size_t out_stride);

/* The same for 9 to 16 bits (bpc) in native words of 16 bits, with 2^bpc - 1 in the place of 255. Strides are
 * in bytes too. Adds -EINVAL: bpc, a sample that needs more bits, words that are not aligned. */
VMAF_DNN_API int vmaf_dnn_session_run_plane16(const VmafDnnSession* session, const uint16_t* in,
                                              size_t in_stride, int width, int height, int bpc, uint16_t* out,
                                              size_t out_stride);

/* The execution provider that serves the session: "CPU", "CUDA", "OpenVINO:GPU", "OpenVINO:CPU",
 * "OpenVINO:NPU", "ROCm", "CoreML", "CoreML:ANE", "CoreML:GPU" or "CoreML:CPU"; vmaf_dnn_session_info() says
 * why. It lives as long as the session. NULL for NULL. */
VMAF_DNN_API const char* vmaf_dnn_session_attached_ep(const VmafDnnSession* session);

/* info: in and out. Returns 0, -EINVAL (NULL, or struct_size is not set). */
VMAF_DNN_API int vmaf_dnn_session_info(const VmafDnnSession* session, VmafDnnSessionInfo* info);

/* The sentence that explains the last failure on this thread; "" if there was none. Valid until the next
 * failing call on this thread. */
VMAF_DNN_API const char* vmaf_dnn_last_error(void);

/* "major.minor.patch" of the library that is loaded, which may be newer than this header. */
VMAF_DNN_API const char* vmaf_dnn_version(void);

#ifdef __cplusplus
}
#endif

#endif /* VMAF_DNN_VMAF_DNN_H_ */
