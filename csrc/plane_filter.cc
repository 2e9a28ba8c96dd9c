// SPDX-License-Identifier: BSD-3-Clause
#include "plane_filter.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace vmaf_dnn {
namespace {

using features::Format;
using features::Plane;

// What a tile writes is as wide and high. 512 bounds what a network of 16 channels holds to some 50 MB, and
// its margins cost little.
constexpr int kTileSide = 512;

float peak_of(const Format& format) { return static_cast<float>((1 << format.bit_depth) - 1); }

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

// Of a plane.
struct Region {
  int left, top, right, bottom;

  int width() const { return right - left; }
  int height() const { return bottom - top; }
  std::size_t n_samples() const {
    return static_cast<std::size_t>(width()) * static_cast<std::size_t>(height());
  }
};

Region whole(const Format& format) { return {0, 0, format.width, format.height}; }

// A region and what around it has a part in it, up to the edges of the picture, where the model sees them.
Region with_margin(const Region& region, int margin, const Format& format) {
  return {std::max(region.left - margin, 0), std::max(region.top - margin, 0),
          std::min(region.right + margin, format.width), std::min(region.bottom + margin, format.height)};
}

template <typename Sample>
std::vector<float> normalise(const Plane& plane, const Region& region, float peak) {
  std::vector<float> values;
  values.reserve(region.n_samples());
  for (int y = region.top; y < region.bottom; ++y) {
    const auto* row = static_cast<const Sample*>(plane.row(y));
    for (int x = region.left; x < region.right; ++x) values.push_back(static_cast<float>(row[x]) / peak);
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

// Writes `region` of the plane from the values of `read`, which holds it.
template <typename Sample>
void denormalise(const std::vector<float>& values, const Region& read, const Region& region, float peak,
                 const MutablePlane& plane) {
  for (int y = region.top; y < region.bottom; ++y) {
    auto* row = reinterpret_cast<Sample*>(static_cast<char*>(plane.samples) + plane.stride_bytes * y);
    const auto first = static_cast<std::size_t>(y - read.top) * static_cast<std::size_t>(read.width()) +
                       static_cast<std::size_t>(region.left - read.left);
    const float* value = values.data() + first;
    for (int x = region.left; x < region.right; ++x) row[x] = quantise<Sample>(*value++, peak);
  }
}

template <typename Sample>
void filter_region(const Session& session, const Format& format, const Plane& in, const Region& read,
                   const Region& region, const MutablePlane& out) {
  const float peak = peak_of(format);
  const std::vector<float> values = normalise<Sample>(in, read, peak);
  const TensorRef input{session.inputs()[0].name, values.data(), {1, 1, read.height(), read.width()}};
  const Tensor output = std::move(session.run({input})[0]);
  if (output.data.size() != read.n_samples())
    throw Error(Code::kUnsupported, "The model " + session.info().id + " gives " + describe(output.shape) +
                                        " for a plane of " + size_of(format) +
                                        "; use a filter that keeps the size, or run it with named tensors.");
  denormalise<Sample>(output.data, read, region, peak, out);
}

// Whether the model runs on parts of a plane as it does on all of it.
bool takes_tiles(const Session& session) {
  const std::vector<int64_t>& shape = session.inputs()[0].shape;
  return session.plane_reach() && (shape.empty() || (shape[2] == kDynamic && shape[3] == kDynamic));
}

std::pair<const char*, const char*> memory_of(const void* samples, ptrdiff_t stride, const Format& format) {
  const auto* first = static_cast<const char*>(samples);
  const char* last = first + stride * (format.height - 1);
  return {std::min(first, last), std::max(first, last) + format.width * format.sample_bytes()};
}

bool overlap(const Plane& in, const MutablePlane& out, const Format& format) {
  const auto read = memory_of(in.samples, in.stride_bytes, format);
  const auto written = memory_of(out.samples, out.stride_bytes, format);
  return std::less<>()(read.first, written.second) && std::less<>()(written.first, read.second);
}

template <typename Sample>
void filter(const Session& session, const Format& format, const Plane& in, const MutablePlane& out) {
  const bool is_small = format.width <= kTileSide && format.height <= kTileSide;
  if (is_small || !takes_tiles(session))
    return filter_region<Sample>(session, format, in, whole(format), whole(format), out);
  features::Frame copy;  // of what is read again after its place was written
  Plane source = in;
  if (overlap(in, out, format)) {
    copy.assign(in, format);
    source = copy.plane();
  }
  for (int top = 0; top < format.height; top += kTileSide) {
    for (int left = 0; left < format.width; left += kTileSide) {
      const Region tile{left, top, std::min(left + kTileSide, format.width),
                        std::min(top + kTileSide, format.height)};
      const Region read = with_margin(tile, *session.plane_reach(), format);
      filter_region<Sample>(session, format, source, read, tile, out);
    }
  }
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
