// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "session.h"
#include "vmaf_dnn/vmaf_dnn.h"

struct VmafDnnSession {
  std::unique_ptr<vmaf_dnn::Session> session;
};
