// S-curves beside the logistic one, and links: pieces of straight lines, arctangent, algebraic, normal, log-log.
#pragma once

#include "kernels/atan.hpp"
#include "kernels/normal.hpp"

namespace ogive {

// (x + 3)/6, cut at 0 and 1.
struct HardSigmoid {
  static constexpr const char* name = "hard_sigmoid";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) {
    const T s = (x + T(3)) / T(6);
    return at_most(at_least(s, T(0)), T(1));
  }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) {
    const T a = std::fabs(x);
    return a < T(3) ? T(1) / T(6) : a >= T(3) ? T(0) : x;
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return y > T(0) && y < T(1) ? T(1) / T(6) : y == y ? T(0) : y; }
};

// x/(1 + |x|)
struct Softsign {
  static constexpr const char* name = "softsign";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) {
    const T a = at_most(std::fabs(x), T(0x1p100));
    return std::copysign(a / (T(1) + a), x);
  }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) {
    const T d = T(1) / (T(1) + std::fabs(x));
    return d * d;
  }
  // It jumps at 0, where it is given as 0, as odd functions are.
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    constexpr T far = sizeof(T) == 8 ? T(0x1p1000) : T(0x1p100f);
    const auto q = divide<I>(Two<T>{T(1), T(0)}, add(T(1), at_most(std::fabs(x), far)));
    const T d = q.hi + q.lo;
    return x == T(0) ? T(0) : std::copysign(T(2) * d * d * d, -x);
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) {
    const T d = T(1) - std::fabs(y);
    return d * d;
  }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) {
    const T d = T(1) - std::fabs(y);
    return d >= T(0) ? y / d : not_a_number<T>;
  }
};

// (2/pi) atan(pi x/2)
struct ArctanSigmoid {
  static constexpr const char* name = "arctan_sigmoid";
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return quarter_arctan<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return quarter_arctan_slope<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    const T d = quarter_arctan_slope<I>(x), z = std::copysign(at_most(std::fabs(x), T(0x1p500)), x);
    return T(-2) * half_pi_square.hi * (z * d) * d;
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return quarter_cosine_square<I>(y); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return quarter_tangent<I>(y); }
};

// x/sqrt(1 + x^2)
struct AlgebraicSigmoid {
  static constexpr const char* name = "algebraic_sigmoid";
  static constexpr bool native_float = true;
  // w = 1 + x^2, its root, and the part of w that rounding cut off, relative to w; for |x| up to far, where the slope is
  // about to become subnormal.
  template <class T>
  static constexpr T far = sizeof(T) == 8 ? T(0x1p340) : T(0x1p42f);
  template <class T>
  struct Work {
    T w, root, rest;
  };
  template <class I, class T>
  OGIVE_INLINE static Work<T> work(T a) {
    const auto square = product<I>(a, a);
    const auto w = add(T(1), square.hi);
    return {w.hi, std::sqrt(w.hi), (w.lo + square.lo) / w.hi};
  }
  template <class I, class T>
  OGIVE_INLINE static T value(T x) {
    const T a = at_most(std::fabs(x), far<T>);
    return std::copysign(a / std::sqrt(I::fma(a, a, T(1))), x);
  }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) {
    const T a = std::fabs(x), v = T(1) / a;
    const auto k = work<I>(at_most(a, far<T>));
    const T d = T(1) / (k.w * k.root);
    return a > far<T> ? v * v * v : I::fma(T(-1.5) * k.rest, d, d);
  }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    const T a = at_most(std::fabs(x), far<T>);
    const auto square = product<I>(a, a);
    auto w = add(T(1), square.hi);
    w.lo += square.lo;
    const T root = std::sqrt(w.hi), error = product_error<I>(root, root, w.hi);  // root^2 is w.hi + error
    const Two<T> root_two{root, (w.lo - error) / (root + root)};
    return -std::copysign(whole(divide<I>(divide<I>(product<I>(T(3), a), w), times<I>(w, root_two))), x);
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) {
    const T u = (T(1) - y) * (T(1) + y);
    return u * std::sqrt(u);
  }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return y / std::sqrt((T(1) - y) * (T(1) + y)); }
};

// Phi, the normal ogive.
struct NormalCdf {
  static constexpr const char* name = "normal_cdf";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return normal_cdf<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return NormalTail<I, T>(x).density(); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    const NormalTail<I, T> tail(x);
    return -std::copysign(tail.times(tail.z * one_by_root_two_pi<T>), x);
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T p) {
    const auto n = normal_point<I>(double(p));
    return T(n.m > 0.0 ? whole(n.density) * down<double> : n.m == 0.0 ? 0.0 : not_a_number<double>);
  }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T p) { return T(normal_quantile<I>(double(p))); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const NormalTail<I, T> tail(x);
    return {tail.cdf(x), tail.density()};
  }
};

// Its inverse: slope 1/phi.
struct NormalQuantile {
  static constexpr const char* name = "normal_quantile";
  template <class I, class T>
  OGIVE_INLINE static T value(T p) { return normal_quantile<I>(p); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T p) {
    const auto n = normal_point<I>(p);
    const auto slope = divide<I>(Two<T>{T(1), T(0)}, n.density);
    return n.m > T(0) ? whole(slope) * (T(1) / down<T>) : n.m == T(0) ? infinity<T> : not_a_number<T>;
  }
  // z/phi^2
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T p) {
    const auto n = normal_point<I>(p);
    const auto slope = divide<I>(Two<T>{T(1) / down<T>, T(0)}, n.density), once = times<I>(n.z, slope);
    const T bend = once.hi * slope.hi;
    const T size = corrected(bend, bend + I::fma(once.lo, slope.hi, once.hi * slope.lo));
    return n.m >= T(0) ? std::copysign(n.m > T(0) ? size : infinity<T>, p - T(0.5)) : not_a_number<T>;
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T x) {
    constexpr int drop = 2;  // exp(x^2/2) goes up to the largest number
    const T z = at_most(std::fabs(x), T(37.69));
    const auto square = product<I>(z, z);
    const auto u = moved<I>(exponential<I, -drop>(T(0.5) * square.hi), T(0.5) * square.lo);
    return I::fma(u.scale, u.e, u.scale) * root_two_pi<T> * T(1 << drop);
  }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T x) { return normal_cdf<I>(x); }
};

// u = exp(x) in two parts, and exp(-u); both times 2^lift.
struct TwiceExponential {
  bool past;  // where u^2 exp(-u) has rounded to 0
  Two<double> u;
  Exponential<double> outer;

  OGIVE_INLINE double lifted_u() const { return u.hi + u.lo; }
  OGIVE_INLINE double lifted_outer() const { return outer.scale + outer.scale * outer.e; }
  OGIVE_INLINE double value() const { return lifted_outer() * down<double>; }
  OGIVE_INLINE double complement() const {
    const double scale = outer.scale * down<double>;
    return (1.0 - scale) - scale * outer.e;
  }
  // u exp(-u)
  OGIVE_INLINE double slope() const { return lifted_u() * lifted_outer() * down<double> * down<double>; }
  // (1 - u) u exp(-u)
  OGIVE_INLINE double bend() const {
    const double rest = (1.0 - u.hi * down<double>) - u.lo * down<double>;
    return (past ? 0.0 : rest) * (lifted_u() * lifted_outer()) * down<double> * down<double>;
  }
};

template <class I>
OGIVE_INLINE TwiceExponential twice_exponential(double x) {
  constexpr double top = 6.63;  // u exp(-u) has rounded to 0
  const auto u = long_exponential<I, lift<double>>(at_least(at_most(x, top), -far_out<double>));
  const auto outer = exponential<I, lift<double>>(-u.hi * down<double>);
  return {x > 6.6312, u, moved<I>(outer, -u.lo * down<double>)};
}

// log(-log(1 - p)), a link. With q = 1 - p and l = -log(q), the slope is 1/(q l).
struct Cloglog {
  static constexpr const char* name = "cloglog";
  template <class I, class T>
  OGIVE_INLINE static T value(T p) { return log_of_any<I>(Two<T>{-log_one_plus<I>(-p), T(0)}); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T p) {
    const T d = T(1) / ((T(1) - p) * std::fabs(log_one_plus<I>(-p)));
    return p >= T(0) && p < T(1) ? d : p == T(1) ? infinity<T> : not_a_number<T>;
  }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T p) {
    const auto q = add_smaller(T(1), -p);
    const auto log = log_two<I>(q);
    const auto r = times<I>(q, log), once = divide<I>(plus(Two<T>{T(-1), T(0)}, Two<T>{-log.hi, -log.lo}), r);
    const T bend = once.hi / r.hi;
    const T size = corrected(bend, I::fma(-bend, r.lo, once.lo) / r.hi + bend);
    return p > T(0) && p < T(1) ? size : p == T(0) ? -infinity<T> : derivative<I>(p);
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T x) {
    constexpr T up = T(1) / down<T>;
    const auto w = twice_exponential<I>(x);
    return T(1) / (w.lifted_u() * w.lifted_outer()) * (up * up);
  }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T x) { return twice_exponential<I>(x).complement(); }
};

// 1 - exp(-exp(x)) with slope u exp(-u), u = exp(x).
struct CloglogInverse {
  static constexpr const char* name = "cloglog_inverse";
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return twice_exponential<I>(x).complement(); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return twice_exponential<I>(x).slope(); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return twice_exponential<I>(x).bend(); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T p) {
    const T d = (T(1) - p) * -log_one_plus<I>(-p);
    return p >= T(0) && p < T(1) ? d : p == T(1) ? T(0) : not_a_number<T>;
  }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T p) { return Cloglog::value<I>(p); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const auto w = twice_exponential<I>(x);
    return {w.complement(), w.slope()};
  }
};

// exp(-exp(-x))
struct Gompertz {
  static constexpr const char* name = "gompertz";
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return twice_exponential<I>(-x).value(); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return twice_exponential<I>(-x).slope(); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return -twice_exponential<I>(-x).bend(); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) {
    const T d = y * -log_of_any<I>(Two<T>{y, T(0)});
    return y > T(0) && y <= T(1) ? d : y == T(0) ? T(0) : not_a_number<T>;
  }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) {
    return -log_of_any<I>(Two<T>{-log_of_any<I>(Two<T>{y, T(0)}), T(0)});
  }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const auto w = twice_exponential<I>(-x);
    return {w.value(), w.slope()};
  }
};

}  // namespace ogive
