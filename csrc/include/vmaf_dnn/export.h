/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VMAF_DNN_EXPORT_H_
#define VMAF_DNN_EXPORT_H_

#if defined(__GNUC__)
#define VMAF_DNN_API __attribute__((visibility("default")))
#else
#define VMAF_DNN_API
#endif

#endif /* VMAF_DNN_EXPORT_H_ */
