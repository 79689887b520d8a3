// The sigmoid and its nearest relatives as branch-free scalar functions that vectorise.
//
// With t = exp(-|x|) in (0, 1] nothing overflows or cancels:
//   sigmoid(x)  = 1/(1+t) for x >= 0, t/(1+t) for x < 0
//   softplus(x) = log(1+exp(x)) = max(x, 0) + log1p(t)
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/isa.hpp"

namespace ogive {

// exp(x) for x <= 0 (clamped at -746, where the result is 0 after rounding). NaN is kept.
//
// x = k ln2 + r, |r| <= ln2/2, with ln2 split so that k*hi is exact (Cody and Waite); exp(r) by its Taylor polynomial
// of degree 13 (remainder below 2^-58); 2^k in two factors so that subnormal results round once.
// Error below 1.5 units in the last place.
OGIVE_INLINE double exp_negative(double x) {
  constexpr double shifter = 0x1.8p52, log2e = 0x1.71547652b82fep+0;
  constexpr double ln2_hi = 0x1.62e42fee00000p-1, ln2_lo = 0x1.a39ef35793c76p-33;
  const double y = x < -746.0 ? -746.0 : x;
  const double shifted = y * log2e + shifter;
  const double k = shifted - shifter;
  const double r = (y - k * ln2_hi) - k * ln2_lo;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r * r + r + 1.0;
  // The low bits of `shifted` hold k in two's complement; 2046 makes it positive before it is halved.
  const std::uint64_t biased = std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(shifter) + 2046;
  const std::uint64_t half = biased >> 1;
  return p * std::bit_cast<double>(half << 52) * std::bit_cast<double>((biased - half) << 52);
}

// log(1+t) for 0 <= t <= 1. Above sqrt(2)-1 the argument is halved first; then log(1+u) = 2 atanh(u/(2+u)).
OGIVE_INLINE double log1p_unit(double t) {
  const bool high = t > 0x1.a827999fcef32p-2;
  const double u = high ? (t - 1.0) * 0.5 : t;
  const double z = u / (2.0 + u), q = z * z;
  double p = 1.0 / 23.0;
  p = p * q + 1.0 / 21.0;
  p = p * q + 1.0 / 19.0;
  p = p * q + 1.0 / 17.0;
  p = p * q + 1.0 / 15.0;
  p = p * q + 1.0 / 13.0;
  p = p * q + 1.0 / 11.0;
  p = p * q + 1.0 / 9.0;
  p = p * q + 1.0 / 7.0;
  p = p * q + 1.0 / 5.0;
  p = p * q + 1.0 / 3.0;
  const double small = 2.0 * z + 2.0 * z * (q * p);
  return high ? 0x1.62e42fefa39efp-1 + small : small;
}

OGIVE_INLINE double sigmoid(double x) {
  const double t = exp_negative(-std::fabs(x));
  return (x < 0.0 ? t : 1.0) / (1.0 + t);
}

OGIVE_INLINE double softplus(double x) {
  return (x > 0.0 ? x : 0.0) + log1p_unit(exp_negative(-std::fabs(x)));
}

OGIVE_INLINE double log_sigmoid(double x) { return -softplus(-x); }

// log(p/(1-p)); -inf at 0, inf at 1, NaN outside [0, 1]. Near 1/2, p/(1-p) = 1 + 2(p - 1/2)/(1-p), where the
// difference is exact, so that log1p keeps the relative accuracy that the logarithm of a number near 1 loses.
OGIVE_INLINE double logit(double p) {
  const double q = 1.0 - p;
  if (p > 0.3 && p < 0.65) return std::log1p(2.0 * (p - 0.5) / q);
  return std::log(p / q);
}

// One row of the logistic log-loss at linear predictor eta, for an outcome y in [0, 1].
//   loss = softplus(eta) - y eta,  slope = sigmoid(eta) - y,  curvature = sigmoid (1 - sigmoid)
// written with p and q = 1-p apart, so that neither cancels in its tail.
struct LogLoss {
  double loss, slope, curvature;
};

OGIVE_INLINE LogLoss log_loss(double eta, double y) {
  const double t = exp_negative(-std::fabs(eta));
  const double near = 1.0 / (1.0 + t), far = t * near;
  const bool positive = eta >= 0.0;
  const double p = positive ? near : far, q = positive ? far : near;
  const double linear = (positive ? 1.0 - y : -y) * eta;
  return {log1p_unit(t) + linear, (1.0 - y) * p - y * q, near * far};
}

}  // namespace ogive
