// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/speed_chroma.h"

#include "features/speed_chroma/covariance.h"
#include "features/speed_chroma/decimate.h"
#include "features/speed_chroma/eigenvalues.h"
#include "features/speed_chroma/entropy.h"
#include "features/speed_chroma/prescale.h"
#include "features/speed_chroma/solve.h"

namespace vmaf_dnn::features {

PlaneAnalysis analyse(const Plane& plane, const SpeedChromaPlan& plan) {
  Image<float> centred = centre(plane, plan.chroma);
  if (plan.prescales()) centred = prescale(centred, plan);
  const Image<float> detail = subtract_local_mean(decimate(centred, plan), plan);
  const PatchMatrix matrix = covariance(detail, plan);
  const PatchVector values = eigenvalues(tridiagonalise(matrix));
  PlaneAnalysis result;
  result.variances.assign(static_cast<size_t>(plan.n_blocks()), 0);
  result.is_singular = true;
  if (is_regular(values)) {
    const Decomposition decomposition = decompose(matrix);
    if (is_regular(decomposition)) {
      result.variances = quadratic_forms(decomposition, gather_blocks(detail, plan));
      result.is_singular = false;
    }
  }
  result.entropies = entropies(values, result.variances, plan.sigma);
  return result;
}

}  // namespace vmaf_dnn::features
