// What S-curves are made of: f(t; z) with a few parameters, of which the first are coefficients: f is linear in them.
//
// A shape gives f and its derivatives by every parameter at all points in one loop; `columns` gives those by the coefficients
// alone. t and y come standardised, about 1 in size, and so do the parameters: a place is a t, a rate is the logarithm of one by
// t, and nothing can overflow.
//
// The sigmoidal ones lead from a level on the left to one on the right,
//
//   f = left (1 - S(u)) + right S(u),   u = (t - centre) exp(log_rate),
//
// where S rises from 0 to 1.
#pragma once

#include "kernels/curves.hpp"
#include "kernels/particular_shapes.hpp"

namespace ogive {

// S, dS/du, and the derivative by the parameter of asymmetry, where there is one.
struct Rise {
  double s, slope, by_asymmetry;
};

template <class Function>
struct Plain {
  static constexpr int more = 0;
  template <class I>
  OGIVE_INLINE static Rise at(double u, double) {
    Two<double> both;
    if constexpr (requires { Function::template value_and_derivative_parts<I>(u); })
      both = Function::template value_and_derivative<I>(u, Function::template value_and_derivative_parts<I>(u));
    else
      both = Function::template value_and_derivative<I>(u);
    return {both.hi, both.lo, 0.0};
  }
};

// S = (1 + v exp(-u))^(-1/v) with v = exp(asymmetry): logistic at v = 1, and Gompertz as v -> 0. Its slope is steepest at u = 0
// whatever v is. With q = log(1 + v exp(-u)) / v,
//
//   S = exp(-q),   dS/du = S exp(-u) / (1 + v exp(-u)),   dS/dlog v = S (q - exp(-u) / (1 + v exp(-u))).
template <bool Mirrored>
struct Richards {
  static constexpr int more = 1;
  template <class I>
  OGIVE_INLINE static Rise at(double u, double asymmetry) {
    const double x = Mirrored ? u : -u;  // the mirrored curve is 1 - S(-u)
    const double v = bounded_exponential<I>(asymmetry), w = bounded_exponential<I>(x), vw = v * w;
    const double q = log_of_any<I>(add(1.0, vw)) / v, ratio = w / (1.0 + vw);
    const double s = bounded_exponential<I>(-q), by_asymmetry = s * (q - ratio);
    return {Mirrored ? 1.0 - s : s, s * ratio, Mirrored ? -by_asymmetry : by_asymmetry};
  }
};

// S = (1 - exp(-u))^N after the start u = 0, and 0 before: von Bertalanffy's law of length for N = 1, of weight for N = 3.
template <int N>
struct Bertalanffy {
  static constexpr int more = 0;
  static constexpr bool corner = N == 1;
  template <class I>
  OGIVE_INLINE static Rise at(double u, double) {
    const double left = bounded_exponential<I>(-u), length = -exp_minus_one<I>(-at_least(u, 0.0));
    double power = 1.0;
    for (int k = 1; k < N; ++k) power *= length;
    return {power * length, u > 0.0 ? N * power * left : 0.0, 0.0};
  }
};

// S = (1 - exp(-u))/(1 + r exp(-u)) after the start u = 0, and 0 before: Bass's share of those who will have adopted, where imitation
// is r times as strong as innovation; the parameter is log r.
struct Bass {
  static constexpr int more = 1;
  static constexpr bool corner = true;
  template <class I>
  OGIVE_INLINE static Rise at(double u, double log_ratio) {
    const double e = bounded_exponential<I>(-at_least(u, 0.0)), all = -exp_minus_one<I>(-at_least(u, 0.0));
    const double r = bounded_exponential<I>(log_ratio), inverse = 1.0 / (1.0 + r * e), s = all * inverse;
    return {s, u > 0.0 ? (1.0 + r) * e * inverse * inverse : 0.0, -s * r * e * inverse};
  }
};

template <class Curve>
struct Sigmoidal {
  // Where a curve has a corner, which of its optima a descent comes to depends on how it rounds.
  static constexpr bool corner = [] {
    if constexpr (requires { Curve::corner; }) return Curve::corner;
    return false;
  }();
  static constexpr int coefficients = 2, parameters = 4 + Curve::more;

  template <class I>
  OGIVE_INLINE static void columns(I, const double* __restrict__ t, int n, const double* z, double* __restrict__ J, int stride) {
    const double centre = z[2], rate = std::exp(z[3]), asymmetry = Curve::more ? z[parameters - 1] : 0.0;
    for (int i = 0; i < n; ++i) {
      const double s = Curve::template at<I>(bounded((t[i] - centre) * rate), asymmetry).s;
      J[i] = 1.0 - s, J[i + stride] = s;
    }
  }

  // J: one column of `stride` numbers a parameter.
  template <class I>
  OGIVE_INLINE static void model(I, const double* __restrict__ t, int n, const double* z, double* __restrict__ f,
                                 double* __restrict__ J, int stride) {
    const double left = z[0], right = z[1], centre = z[2], rate = std::exp(z[3]), span = right - left;
    const double asymmetry = Curve::more ? z[parameters - 1] : 0.0;
    for (int i = 0; i < n; ++i) {
      const double u = bounded((t[i] - centre) * rate);
      const Rise r = Curve::template at<I>(u, asymmetry);
      const double slope = span * r.slope;
      f[i] = I::fma(span, r.s, left);
      J[i] = 1.0 - r.s, J[i + stride] = r.s;
      J[i + 2 * stride] = -slope * rate, J[i + 3 * stride] = slope * u;
      if constexpr (Curve::more) J[i + 4 * stride] = span * r.by_asymmetry;
    }
  }

  OGIVE_INLINE static double bounded(double u) { return ogive::bounded(u); }
  template <class I>
  OGIVE_INLINE static Rise rise(double u, double asymmetry) { return Curve::template at<I>(u, asymmetry); }
};

// Call `f.template operator()<Shape>()` with the shape of a name; false where there is none.
template <class F>
bool with_shape(const char* name, F&& f) {
  const auto is = [&](const char* other) { return !std::strcmp(name, other); };
  if (is("logistic")) return f.template operator()<Sigmoidal<Plain<Sigmoid>>>(), true;
  if (is("gompertz")) return f.template operator()<Sigmoidal<Plain<Gompertz>>>(), true;
  if (is("cloglog")) return f.template operator()<Sigmoidal<Plain<CloglogInverse>>>(), true;
  if (is("normal")) return f.template operator()<Sigmoidal<Plain<NormalCdf>>>(), true;
  if (is("richards")) return f.template operator()<Sigmoidal<Richards<false>>>(), true;
  if (is("mirrored richards")) return f.template operator()<Sigmoidal<Richards<true>>>(), true;
  if (is("bertalanffy length")) return f.template operator()<Sigmoidal<Bertalanffy<1>>>(), true;
  if (is("bertalanffy weight")) return f.template operator()<Sigmoidal<Bertalanffy<3>>>(), true;
  if (is("bass")) return f.template operator()<Sigmoidal<Bass>>(), true;
  if (is("exponential")) return f.template operator()<Particular<ExponentialShape>>(), true;
  if (is("two logistics")) return f.template operator()<Particular<TwoLogistics>>(), true;
  if (is("melt")) return f.template operator()<Particular<Melt>>(), true;
  if (is("hormesis")) return f.template operator()<Particular<Hormesis>>(), true;
  if (is("baranyi")) return f.template operator()<Particular<Baranyi>>(), true;
  return false;
}

}  // namespace ogive
