// The normal distribution: its density phi, its distribution function Phi and the inverse of that.
//
// For z >= 0, Phi(-z) = exp(-z^2/2) G(z), where G falls slowly from 1/2 as 1/z: (1 + z) G(z) is a polynomial in
// (z - 4)/(z + 4) (Shepherd and Laframboise 1981). So phi(z)/Phi(-z) = 1/(sqrt(2 pi) G(z)) needs no exponential.
#pragma once

#include "kernels/logistic.hpp"

namespace ogive {

template <class T>
inline constexpr T root_two_pi = T(0x1.40d931ff62706p+1);
template <class T>
inline constexpr T one_by_root_two_pi = T(0x1.9884533d43651p-2);

// exp(-z^2/2) 2^lift for 0 <= z <= far.
template <class I, class T>
OGIVE_INLINE Exponential<T> lifted_bell(T z) {
  const auto square = product<I>(z, z);
  return moved<I>(exponential<I, lift<T>>(T(-0.5) * square.hi), T(-0.5) * square.lo);
}

// G(z) for 0 <= z <= far.
template <class I, class T>
OGIVE_INLINE T tail_ratio(T z) {
  using C = TailConstants<T>;
  const auto below = add(T(1), z);
  const T ratio = polynomial<I, C>((z - C::centre) / (z + C::centre)) / below.hi;
  // What 1 + z lost, to a tenth: the polynomial is between 0.38 and 0.5, so that 1/below is about 2.25 ratio.
  return I::fma(T(-2.25) * below.lo * ratio, ratio, ratio);
}

// z = |x| cut at far, phi(z) sqrt(2 pi) 2^lift, and G(z).
template <class I, class T>
struct NormalTail {
  T z;
  Exponential<T> bell;
  T ratio;

  OGIVE_INLINE explicit NormalTail(T x)
      : z(at_most(std::fabs(x), TailConstants<T>::far)), bell(lifted_bell<I>(z)), ratio(tail_ratio<I>(z)) {}

  // c exp(-z^2/2)
  OGIVE_INLINE T times(T c) const { return I::fma(c, bell.e, c) * bell.scale * down<T>; }
  OGIVE_INLINE T density() const { return times(one_by_root_two_pi<T>); }
  OGIVE_INLINE T cdf(T x) const {
    const T small = times(ratio);
    return x > T(0) ? T(1) - small : small;
  }
};

template <class I, class T>
OGIVE_INLINE T normal_cdf(T x) { return NormalTail<I, T>(x).cdf(x); }

// -Phi^-1(p) for 0 < p <= 1/2. With r = 1/2 - p and s = sqrt(-log(p)) it is near sqrt(2 pi) r in the middle, near
// sqrt(2) s outside; the rest is a quotient of polynomials.
template <class I>
OGIVE_INLINE Two<double> normal_depth(double p) {
  using M = QuantileMiddle<double>;
  using N = QuantileTail<double>;
  using F = QuantileFar<double>;
  constexpr double root_two = 0x1.6a09e667f3bcdp+0, root_two_low = -0x1.bdd3413b26456p-54, main_low = -0x1.a6a0d6f814637p-53;
  const double r = 0.5 - p, u = M::end - r * r;
  const double s = std::sqrt(-log_of_any<I>(Two<double>{p, 0.0})), v = s - N::start, w = s - F::start;
  const bool middle = r < 0.425, near = s < 5;
  const double top = middle ? polynomial<I, M>(u) : near ? polynomial<I, N>(v) : polynomial<I, F>(w);
  const double bottom =
      middle ? polynomial<I, M::Below>(u) : near ? polynomial<I, N::Below>(v) : polynomial<I, F::Below>(w);
  const double rest = top / bottom, x = middle ? r : s;
  const auto main = product<I>(x, middle ? root_two_pi<double> : root_two);
  const double low = middle ? r * I::fma(r * r, rest, main_low) : I::fma(s, root_two_low, rest);
  return add_smaller(main.hi, main.lo + low);
}

// Phi^-1(p); -inf at 0, inf at 1, NaN outside [0, 1].
template <class I>
OGIVE_INLINE double normal_quantile(double p) {
  const bool left = p < 0.5;
  const double m = left ? p : 1.0 - p;
  const double z = m > 0.0 ? normal_depth<I>(m).hi : m == 0.0 ? infinity<double> : not_a_number<double>;
  return left ? -z : z;
}

// z = -Phi^-1(m) and the density phi(z), lifted, for m = min(p, 1 - p) > 0. phi is m over the ratio M(z) = Phi(-z)/phi(z),
// which varies slowly, M' = z M - 1, and is sqrt(2 pi) g/(1 + z) with g the polynomial.
struct NormalPoint {
  double m;
  Two<double> z, density;
};

template <class I>
OGIVE_INLINE NormalPoint normal_point(double p) {
  using C = TailConstants<double>;
  constexpr Two<double> root{root_two_pi<double>, -0x1.a6a0d6f814637p-53};
  const double m = p < 0.5 ? p : 1.0 - p;
  const auto z = normal_depth<I>(m > 0.0 ? m : 0.5);
  const auto below = add(1.0, z.hi);
  const double q = (z.hi - C::centre) / (z.hi + C::centre);
  auto top = times<I>(root, horner_step<I>(C::poly[0], q, Two<double>{polynomial<I, C, 1>(q), 0.0}));
  top.lo += z.lo * I::fma(z.hi, top.hi, -below.hi);
  const auto density = divide<I>(times<I>(Two<double>{m * (1.0 / down<double>), 0.0}, below), top);
  return {m, z, density};
}

}  // namespace ogive
