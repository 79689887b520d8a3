// The S-shaped functions and their relatives, one struct a function: what it computes, on scalars.
//
// `value` is always there. `derivative`, `second_derivative`, `from_output` (the derivative, from the value) and `inverse`
// are where they exist. Everything is branch-free, so that loops vectorise. A function with `native_float` computes float in
// float; the others compute it in double and round once.
#pragma once

#include "kernels/logistic.hpp"

namespace ogive {

struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return sigmoid<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return sigmoid_derivative<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return sigmoid_second_derivative<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T s) { return s * (T(1) - s); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T p) { return logit<I>(p); }
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
};

struct Tanh {
  static constexpr const char* name = "tanh";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return tanh<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return T(4) * sigmoid_derivative<I>(T(2) * x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return T(8) * sigmoid_second_derivative<I>(T(2) * x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T s) { return (T(1) - s) * (T(1) + s); }
};

// log(p/(1-p)), the inverse of the sigmoid.
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
  template <class I, class T>
  OGIVE_INLINE static T inverse(T x) { return sigmoid<I>(x); }
};

struct Silu {
  static constexpr const char* name = "silu";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return silu<I>(x); }
};

}  // namespace ogive
