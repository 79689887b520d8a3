// Activations: those that bend at 0, and those that gate their input by an S-curve.
#pragma once

#include "kernels/normal.hpp"

namespace ogive {

// high for x > 0, low up to 0, NaN kept.
template <class T>
OGIVE_INLINE T step(T x, T low, T high) { return x > T(0) ? high : x <= T(0) ? low : x; }

// sigmoid(v) and 1 - sigmoid(v), the smaller one times 2^lift, for v in two parts.
template <class T>
struct Gate {
  bool left;               // v < 0
  T distance, small, big;  // |v|, and the two; big is at least 1/2
  T straight;              // (1 - exp(-|v|))/(1 + exp(-|v|)) = tanh(|v|/2)

  OGIVE_INLINE T unit() const { return left ? down<T> : T(1); }
  OGIVE_INLINE T first() const { return left ? small : big; }            // sigmoid(v) in the unit
  OGIVE_INLINE T other() const { return left ? big : small * down<T>; }  // 1 - sigmoid(v)
};

template <class I, class T>
OGIVE_INLINE Gate<T> gate(Two<T> v) {
  constexpr T far = sizeof(T) == 8 ? T(757.5) : T(111.5);  // the least exponent there is
  const T size = std::fabs(v.hi), a = at_most(size, far);
  const bool left = v.hi < T(0), cut = size > far;
  const T low = left ? v.lo : -v.lo;
  const auto d = decay_from(moved<I>(exponential<I, lift<T>, true>(-a), cut ? T(0) : low));
  const auto q = divide<I>(Two<T>{T(1), T(0)}, d.one_plus);
  const T t = cut ? T(0) : d.lifted.hi, rest = cut ? T(0) : d.lifted.lo;
  return {left, a, I::fma(t, q.hi, I::fma(t, q.lo, rest * q.hi)), q.hi + q.lo, d.one_minus.hi * q.hi};
}

// x sigmoid(v), where v has the sign of x or the opposite one all along; and what is made of it for v = x.
template <class T>
OGIVE_INLINE T gated(T x, const Gate<T>& g) {
  const T z = std::copysign(at_most(std::fabs(x), std::numeric_limits<T>::max()), x);
  return (g.left ? z : x) * g.first() * g.unit();
}

// (v sigmoid(v))' = sigmoid(v) (1 + v (1 - sigmoid(v)))
template <class I, class T>
OGIVE_INLINE T gated_slope(const Gate<T>& g) {
  const T v = g.left ? -g.distance : g.distance;
  return g.first() * I::fma(v, g.other(), T(1)) * g.unit();
}

// (v sigmoid(v))'' = sigmoid'(v) (2 - |v| tanh(|v|/2))
template <class I, class T>
OGIVE_INLINE T gated_bend(const Gate<T>& g) {
  return g.small * g.big * I::fma(-g.distance, g.straight, T(2)) * down<T>;
}

struct Silu {
  static constexpr const char* name = "silu";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return silu<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return gated_slope<I>(gate<I>(Two<T>{x, T(0)})); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return gated_bend<I>(gate<I>(Two<T>{x, T(0)})); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const auto g = gate<I>(Two<T>{x, T(0)});
    return {gated(x, g), gated_slope<I>(g)};
  }
};

// x sigmoid(beta x)
struct Swish {
  static constexpr const char* name = "swish";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static Gate<T> gate_of(T x, T beta) {
    const T v = beta == T(0) ? T(0) * beta : beta * x;
    return gate<I>(Two<T>{v, product_error<I>(beta, x, v)});
  }
  template <class I, class T>
  OGIVE_INLINE static T value(T x, T beta) { return gated(x, gate_of<I>(x, beta)); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x, T beta) { return gated_slope<I>(gate_of<I>(x, beta)); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x, T beta) { return beta * gated_bend<I>(gate_of<I>(x, beta)); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x, T beta) {
    const auto g = gate_of<I>(x, beta);
    return {gated(x, g), gated_slope<I>(g)};
  }
};

// x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) = x sigmoid(v) with v = a x + b x^3.
struct GeluTanh {
  static constexpr const char* name = "gelu_tanh";
  static constexpr bool native_float = true;
  template <class T>
  static constexpr Two<T> parts(double high, double low) {
    return {T(high), T((high - double(T(high))) + low)};
  }
  template <class T>
  static constexpr Two<T> a = parts<T>(0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54);  // 2 sqrt(2/pi)
  template <class T>
  static constexpr Two<T> b = parts<T>(0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c70p-61);  // 0.044715 times that

  template <class T>
  struct Work {
    T x, square;
    Gate<T> gate;
  };
  template <class I, class T>
  OGIVE_INLINE static Work<T> work(T x) {
    const T z = at_most(at_least(x, T(-100)), T(100));  // sigmoid(v) is 0 or 1 long before
    const auto square = product<I>(z, z);
    const auto cubic = product<I>(b<T>.hi, square.hi);
    auto k = add(a<T>.hi, cubic.hi);
    k.lo += a<T>.lo + (cubic.lo + (b<T>.hi * square.lo + b<T>.lo * square.hi));
    auto v = product<I>(z, k.hi);
    v.lo += z * k.lo;
    return {z, square.hi, ogive::gate<I>(v)};
  }
  // sigmoid(v) (1 + x v' (1 - sigmoid(v)))
  template <class I, class T>
  OGIVE_INLINE static T slope(const Work<T>& w) {
    const T rate = I::fma(T(3) * b<T>.hi, w.square, a<T>.hi);
    return w.gate.first() * I::fma(w.x * rate, w.gate.other(), T(1)) * w.gate.unit();
  }
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return gated(x, work<I>(x).gate); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return slope<I>(work<I>(x)); }
  // sigmoid'(v) (2 v' + x v'' - |x| v'^2 tanh(|v|/2))
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    const auto w = work<I>(x);
    const T rate = I::fma(T(3) * b<T>.hi, w.square, a<T>.hi);
    const T turn = I::fma(T(12) * b<T>.hi, w.square, T(2) * a<T>.hi);  // 2 v' + x v''
    return w.gate.small * w.gate.big * I::fma(-std::fabs(w.x) * rate * rate, w.gate.straight, turn) * down<T>;
  }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const auto w = work<I>(x);
    return {gated(x, w.gate), slope<I>(w)};
  }
};

// x Phi(x)
struct Gelu {
  static constexpr const char* name = "gelu";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T side(T x, const NormalTail<I, T>& tail) {
    const T small = tail.times(tail.ratio * tail.z);
    return x < T(0) ? -small : x - small;
  }
  // Phi(x) + x phi(x)
  template <class I, class T>
  OGIVE_INLINE static T slope(T x, const NormalTail<I, T>& tail) {
    const T small = tail.times(I::fma(-one_by_root_two_pi<T>, tail.z, tail.ratio));
    return x > T(0) ? T(1) - small : small;
  }
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return side(x, NormalTail<I, T>(x)); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return slope(x, NormalTail<I, T>(x)); }
  // (2 - x^2) phi(x)
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    const NormalTail<I, T> tail(x);
    const auto square = product<I>(tail.z, tail.z);
    return tail.times(((T(2) - square.hi) - square.lo) * one_by_root_two_pi<T>);
  }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const NormalTail<I, T> tail(x);
    return {side(x, tail), slope(x, tail)};
  }
};

// x tanh(log(1 + exp(x))) = x n/d. With w = exp(-|x|): n = w (w + 2), d = n + 2 on the left; n = 1 + 2w, d = n + 2w^2
// on the right. The slope of n/d is 4 f (1 + w)/d^2 with f = w on the left, w^2 on the right.
struct Mish {
  static constexpr const char* name = "mish";
  static constexpr bool native_float = true;
  template <class T>
  struct Work {
    bool left;
    T x, w, lifted, f;  // w = exp(-|x|); it and f lifted
    T n, d;             // n on the left without its factor w
  };
  template <class I, class T>
  OGIVE_INLINE static Work<T> work(T x) {
    const T z = at_most(at_least(x, -far_out<T>), far_out<T>);
    const bool left = z < T(0);
    const auto u = exponential<I, lift<T>, true>(-std::fabs(z));
    const auto w = add_smaller(u.scale, u.scale * u.e);
    const T w1 = w.hi * down<T>, w2 = w.lo * down<T>;
    const T n = left ? w1 + T(2) : I::fma(T(2), w1, T(1));
    const T d = left ? I::fma(w1, n, T(2)) : I::fma(T(2) * w1, w1, n);
    return {left, z, w1, w.hi, left ? w.hi : I::fma(w.hi, w1, T(2) * w.hi * w2), n, d};
  }
  template <class T>
  OGIVE_INLINE static T height(T x, const Work<T>& m) {
    return m.left ? m.x * m.lifted * m.n / m.d * down<T> : x * (m.n / m.d);
  }
  template <class I, class T>
  OGIVE_INLINE static T slope(const Work<T>& m) {
    const T rate = T(4) * m.x * (T(1) + m.w) / m.d;
    return m.left ? m.lifted * (m.n + rate) / m.d * down<T> : I::fma(m.f * down<T>, rate, m.n) / m.d;
  }
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return height(x, work<I>(x)); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return slope<I>(work<I>(x)); }
  // 4 f (2 (1 + w) d + x c)/d^3, c a cubic in w
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    const auto m = work<I>(x);
    const T w = m.w;
    const T c = m.left ? I::fma(w, I::fma(w, I::fma(w, T(-2), T(-3)), T(2)), T(2))
                       : I::fma(w, I::fma(w, I::fma(w, T(2), T(2)), T(-3)), T(-2));
    const T inner = I::fma(T(2), w, T(2)) + m.x * c / m.d;
    return T(4) * m.f * inner / (m.d * m.d) * down<T>;
  }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const auto m = work<I>(x);
    return {height(x, m), slope<I>(m)};
  }
};

// The slope at a bend is that of its left side.
struct Relu {
  static constexpr const char* name = "relu";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return x <= T(0) ? T(0) : x; }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return step(x, T(0), T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return step(y, T(0), T(1)); }
};

struct Prelu {
  static constexpr const char* name = "prelu";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x, T slope) { return x > T(0) ? x : slope * x; }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x, T slope) { return step(x, slope, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y, T slope) { return step(y, slope, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y, T slope) { return y > T(0) ? y : y / slope; }
};

struct LeakyRelu {
  static constexpr const char* name = "leaky_relu";
  static constexpr bool native_float = true;
  template <class T>
  static constexpr T gain = T(0.01);
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return Prelu::value<I>(x, gain<T>); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return step(x, gain<T>, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return step(y, gain<T>, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return Prelu::inverse<I>(y, gain<T>); }
};

// exp(x) for x <= 0, subnormal numbers included; 1 above.
template <class I, class T>
OGIVE_INLINE T decayed(T x) {
  const auto u = exponential<I, lift<T>>(at_least(at_most(x, T(0)), -far_out<T>));
  return I::fma(u.scale, u.e, u.scale) * down<T>;
}

// x above 0, alpha (exp(x) - 1) below.
struct EluAlpha {
  static constexpr const char* name = "elu_alpha";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x, T alpha) { return x >= T(0) ? x : alpha * exp_minus_one<I>(at_most(x, T(0))); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x, T alpha) { return x > T(0) ? T(1) : alpha * decayed<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x, T alpha) { return x > T(0) ? T(0) : alpha * decayed<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y, T alpha) { return y > T(0) ? T(1) : y + alpha; }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y, T alpha) {
    const auto q = divide<I>(Two<T>{y, T(0)}, Two<T>{alpha, T(0)});
    auto sum = add_smaller(T(1), at_least(q.hi, T(-1)));
    sum = add_smaller(sum.hi, sum.lo + q.lo);
    const T log = q.hi > T(-0x1p-60) ? y / alpha : log_of_any<I>(sum);
    return y > T(0) ? y : q.hi < T(-1) ? not_a_number<T> : log;
  }
};

struct Elu {
  static constexpr const char* name = "elu";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return EluAlpha::value<I>(x, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return EluAlpha::derivative<I>(x, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return EluAlpha::second_derivative<I>(x, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return EluAlpha::from_output<I>(y, T(1)); }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return y > T(0) ? y : log_one_plus<I>(at_most(y, T(0))); }
};

// scale x above 0, scale alpha (exp(x) - 1) below.
struct Selu {
  static constexpr const char* name = "selu";
  static constexpr bool native_float = true;
  template <class T>
  static constexpr Two<T> scale = {T(1.0507009873554804934193349852946), T(1.7580993408473768599402175208123)};
  template <class I, class T>
  OGIVE_INLINE static T value(T x) {
    return x >= T(0) ? scale<T>.hi * x : scale<T>.lo * exp_minus_one<I>(at_most(x, T(0)));
  }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return x > T(0) ? scale<T>.hi : scale<T>.lo * decayed<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return x > T(0) ? T(0) : scale<T>.lo * decayed<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T from_output(T y) { return y > T(0) ? scale<T>.hi : y + scale<T>.lo; }
  template <class I, class T>
  OGIVE_INLINE static T inverse(T y) { return y > T(0) ? y / scale<T>.hi : EluAlpha::inverse<I>(y, scale<T>.lo); }
};

}  // namespace ogive
