// SPDX-License-Identifier: BSD-3-Clause
#include "plane_filter.h"

#include <string>
#include <vector>

#include "base/error.h"

namespace vmaf_dnn {
namespace {

using features::Format;
using features::Plane;

float peak_of(const Format& format) { return static_cast<float>((1 << format.bit_depth) - 1); }

std::size_t n_samples(const Format& format) {
  return static_cast<std::size_t>(format.width) * static_cast<std::size_t>(format.height);
}

std::string size_of(const Format& format) {
  return std::to_string(format.width) + "x" + std::to_string(format.height);
}

bool may_be(int64_t size, int64_t wanted) { return size == kDynamic || size == wanted; }

void check_model(const Session& session, const Format& format) {
  const std::vector<ValueView>& inputs = session.inputs();
  const std::vector<int64_t>& shape = inputs[0].shape;
  const bool takes_a_plane =
      shape.empty() ? !inputs[0].has_shape : shape.size() == 4 && may_be(shape[0], 1) && may_be(shape[1], 1);
  if (inputs.size() != 1 || session.outputs().size() != 1 || !takes_a_plane)
    throw Error(Code::kUnsupported,
                "The model " + session.info().id + " has " + std::to_string(inputs.size()) +
                    " input(s), the first " + describe(inputs[0]) + ", and " +
                    std::to_string(session.outputs().size()) +
                    " output(s), so it is no filter from one plane [1, 1, H, W] to another; run it "
                    "with named tensors.");
  if (!shape.empty() && (!may_be(shape[2], format.height) || !may_be(shape[3], format.width)))
    throw Error(Code::kOutOfRange, "The plane is " + size_of(format) + ", but the model " +
                                       session.info().id + " takes " + describe(inputs[0]) +
                                       "; give a plane of that size.");
}

template <typename Sample>
std::vector<float> normalise(const Plane& plane, const Format& format) {
  std::vector<float> values;
  values.reserve(n_samples(format));
  const float peak = peak_of(format);
  for (int y = 0; y < format.height; ++y) {
    const auto* row =
        reinterpret_cast<const Sample*>(static_cast<const char*>(plane.samples) + plane.stride_bytes * y);
    for (int x = 0; x < format.width; ++x) values.push_back(static_cast<float>(row[x]) / peak);
  }
  return values;
}

// NaN fails both comparisons.
template <typename Sample>
Sample quantise(float value, float peak) {
  const float scaled = value * peak;
  if (!(scaled > 0)) return 0;
  return static_cast<Sample>(scaled < peak ? static_cast<double>(scaled) + 0.5 : peak);
}

template <typename Sample>
void denormalise(const std::vector<float>& values, const MutablePlane& plane, const Format& format) {
  const float peak = peak_of(format);
  const float* value = values.data();
  for (int y = 0; y < format.height; ++y) {
    auto* row = reinterpret_cast<Sample*>(static_cast<char*>(plane.samples) + plane.stride_bytes * y);
    for (int x = 0; x < format.width; ++x) row[x] = quantise<Sample>(*value++, peak);
  }
}

template <typename Sample>
void filter(const Session& session, const Format& format, const Plane& in, const MutablePlane& out) {
  const std::vector<float> values = normalise<Sample>(in, format);
  const TensorRef input{session.inputs()[0].name, values.data(), {1, 1, format.height, format.width}};
  const Tensor output = std::move(session.run({input})[0]);
  if (output.data.size() != n_samples(format))
    throw Error(Code::kUnsupported, "The model " + session.info().id + " gives " + describe(output.shape) +
                                        " for a plane of " + size_of(format) +
                                        "; use a filter that keeps the size, or run it with named tensors.");
  denormalise<Sample>(output.data, out, format);
}

}  // namespace

void filter_plane(const Session& session, const Format& format, const Plane& in, const MutablePlane& out) {
  check_model(session, format);
  check_samples({in}, format, "input");
  if (format.bit_depth == 8)
    filter<uint8_t>(session, format, in, out);
  else
    filter<uint16_t>(session, format, in, out);
}

}  // namespace vmaf_dnn
