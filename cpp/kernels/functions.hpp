// The logistic functions, one struct a function: what it computes, on scalars. curves.hpp and gates.hpp have the others.
//
// `value` is always there. `derivative`, `second_derivative`, `from_output` (the derivative, from the value), `inverse` and
// `value_and_derivative` (in one pass) are where they exist. Everything is branch-free, so that loops vectorise. A function
// with `native_float` computes float in float; the others compute it in double and round once. Where an operation has
// `..._parts`, it takes what that made of x as its second argument, so that a loop can run in two stages.
#pragma once

#include "kernels/logistic.hpp"

namespace ogive {

struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static Exponential<T> value_parts(T x) { return opposite_exponential<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T value(T x, Exponential<T> u) { return sigmoid<I>(x, u); }
  template <class I, class T>
  OGIVE_INLINE static Exponential<T> derivative_parts(T x) { return decaying_exponential<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T, Exponential<T> t) { return Sides<I, T>(t).lifted_slope() * down<T>; }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return sigmoid_second_derivative<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T s) { return s * (T(1) - s); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T p) { return logit<I>(p); }
  template <class I, class T>
  OGIVE_INLINE static Exponential<T> value_and_derivative_parts(T x) { return decaying_exponential<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x, Exponential<T> t) { return sigmoid_and_slope<I>(x, t); }
};

// log(1/(1+exp(-x))): the slope is 1 - sigmoid(x) = sigmoid(-x).
struct LogSigmoid {
  static constexpr const char* name = "log_sigmoid";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return -softplus<I>(-x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return sigmoid<I>(-x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return -sigmoid_derivative<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return -exp_minus_one<I>(y <= T(0) ? y : not_a_number<T>); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return -softplus_inverse<I>(-y); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const auto both = softplus_and_slope<I>(-x);
    return {-both.hi, both.lo};
  }
};

// log(1 - sigmoid(x)) = log_sigmoid(-x)
struct Log1mSigmoid {
  static constexpr const char* name = "log1m_sigmoid";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return -softplus<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return -sigmoid<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return -sigmoid_derivative<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return exp_minus_one<I>(y <= T(0) ? y : not_a_number<T>); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return softplus_inverse<I>(-y); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const auto both = softplus_and_slope<I>(x);
    return {-both.hi, -both.lo};
  }
};

struct Softplus {
  static constexpr const char* name = "softplus";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return softplus<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return sigmoid<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return sigmoid_derivative<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return -exp_minus_one<I>(y >= T(0) ? -y : not_a_number<T>); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return softplus_inverse<I>(y); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) { return softplus_and_slope<I>(x); }
};

struct Tanh {
  static constexpr const char* name = "tanh";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static Exponential<T> value_parts(T x) { return tanh_exponential<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T value(T x, Exponential<T> u) { return tanh<I>(x, u); }
  template <class I, class T>
  OGIVE_INLINE static Exponential<T> derivative_parts(T x) { return decaying_exponential<I>(T(2) * x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T, Exponential<T> t) { return Sides<I, T>(t).lifted_slope() * (T(4) * down<T>); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return sigmoid_second_derivative<I>(T(2) * x, T(8)); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T s) { return (T(1) - s) * (T(1) + s); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return atanh<I>(y); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) { return tanh_and_slope<I>(x); }
};

// log(p/(1-p)), the inverse of the sigmoid; slope 1/(p (1-p)), from x itself 2 + 2 cosh(x).
struct Logit {
  static constexpr const char* name = "logit";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T p) { return logit<I>(p); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T p) {
    const T d = T(1) / (p * (T(1) - p));
    return p >= T(0) && p <= T(1) ? d : not_a_number<T>;
  }
  // (2p - 1)/(p (1-p))^2
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T p) {
    const T r = p * (T(1) - p);
    const T d = T(2) * (p - T(0.5)) / r / r;
    return p >= T(0) && p <= T(1) ? d : not_a_number<T>;
  }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T x) { return sigmoid_slope_inverse<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T x) { return sigmoid<I>(x); }
};

}  // namespace ogive
