// One row of the logistic log-loss.
#pragma once

#include "kernels/logistic.hpp"

namespace ogive {

struct LogLoss {
  double loss, slope, curvature;
};

// At linear predictor eta, for an outcome y in [0, 1]:
//   loss = softplus(eta) - y eta,  slope = sigmoid(eta) - y,  curvature = sigmoid (1 - sigmoid)
// written with p and q = 1-p apart, so that neither cancels in its tail.
template <class I>
OGIVE_INLINE LogLoss log_loss(double eta, double y) {
  const auto s = sides<I>(eta);
  const double near = s.inverse, far = s.lifted_t() * near * down<double>;
  const bool positive = eta >= 0.0;
  const double p = positive ? near : far, q = positive ? far : near;
  const double linear = (positive ? 1.0 - y : -y) * eta;
  return {s.log_one_plus() + linear, (1.0 - y) * p - y * q, near * far};
}

}  // namespace ogive
