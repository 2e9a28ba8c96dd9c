// SPDX-License-Identifier: BSD-3-Clause
// The wall between C++ and C. Each extern "C" function that can fail runs its body inside `guarded`, which no
// exception passes, no cancellation interrupts, and no floating-point state of the caller enters.
#pragma once

#include <cstring>
#include <exception>
#include <new>

#include "base/error.h"
#include "base/floats.h"
#include "c_api/uncancelled.h"

namespace vmaf_dnn::c_api {

// Keeps the sentence for vmaf_dnn_last_error() of this thread; returns -errno_value.
int fail(int errno_value, const char* sentence) noexcept;

template <typename Body>
int guarded(Body&& body) noexcept {
  const Uncancelled uncancelled;
  const DefaultFloats floats;
  try {
    body();
    return 0;
  } catch (const Error& error) {
    return fail(error.row().errno_value, error.what());
  } catch (const std::bad_alloc&) {
    return fail(ENOMEM, "Out of memory; close what is not needed.");
  } catch (const std::exception& error) {
    return fail(EIO, error.what());
  } catch (...) {
    return fail(EIO, "An exception of unknown type was thrown.");
  }
}

inline void require(bool holds, const char* sentence) {
  if (!holds) throw Error(Code::kInvalidArgument, sentence);
}

// C may store any int in an enum; C++ must not load one that is not a value of it.
template <typename Enum>
int to_int(const Enum& value) {
  static_assert(sizeof(Enum) == sizeof(int));
  int number = 0;
  std::memcpy(&number, &value, sizeof(number));
  return number;
}

}  // namespace vmaf_dnn::c_api
