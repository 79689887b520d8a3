// The arctangent and the tangent in quarter turns: (2/pi) atan(pi x/2) and its inverse.
#pragma once

#include <cmath>

#include "kernels/coefficients.hpp"
#include "kernels/real.hpp"

namespace ogive {

inline constexpr double half_pi = 0x1.921fb54442d18p+0;
inline constexpr double two_by_pi = 0x1.45f306dc9c883p-1;
inline constexpr double two_by_pi_square = 0x1.9f02f6222c720p-2;
inline constexpr Two<double> half_pi_square = {0x1.3bd3cc9be45dep+1, 0x1.692b71366cc04p-53};

// (2/pi) atan(pi x/2), from atan(1/y) = pi/2 - atan(y).
template <class I>
OGIVE_INLINE double quarter_arctan(double x) {
  const double a = std::fabs(x);
  const bool outside = a > two_by_pi;
  const double v = outside ? two_by_pi_square / a : a;
  const double p = polynomial<I, ArctanConstants<double>>(v * v) * v;
  return std::copysign(outside ? 1.0 - p : p, x);
}

// Its slope, 1/(1 + (pi x/2)^2).
template <class I>
OGIVE_INLINE double quarter_arctan_slope(double x) {
  constexpr double far = 0x1p500;
  const double a = std::fabs(x), v = two_by_pi / a, near = a > far ? far : a;
  const auto square = product<I>(near, near);
  const auto g = product<I>(square.hi, half_pi_square.hi);
  auto w = add(1.0, g.hi);
  w.lo += g.lo + (square.hi * half_pi_square.lo + square.lo * half_pi_square.hi);
  const auto d = divide<I>(Two<double>{1.0, 0.0}, w);
  return a > far ? v * v : d.hi + d.lo;
}

// (2/pi) tan(pi y/2) for |y| <= 1.
template <class I>
OGIVE_INLINE double quarter_tangent(double y) {
  const double a = std::fabs(y), b = 1.0 - a;
  const bool outside = a > 0.5;
  const double v = outside ? b : a;
  const double p = polynomial<I, TangentConstants<double>>(v * v) * v;
  const double t = outside ? two_by_pi_square / p : p;
  return b >= 0.0 ? std::copysign(t, y) : not_a_number<double>;
}

// cos(pi y/2)^2 for |y| <= 1.
template <class I>
OGIVE_INLINE double quarter_cosine_square(double y) {
  const double a = std::fabs(y), b = 1.0 - a;
  const bool outside = a > 0.5;
  const double v = outside ? b : a;
  const double p = polynomial<I, SineSquareConstants<double>>(v * v) * (v * v);
  return b >= 0.0 ? (outside ? p : 1.0 - p) : not_a_number<double>;
}

}  // namespace ogive
