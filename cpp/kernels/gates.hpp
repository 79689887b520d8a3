// Activations: those that bend at 0, and those that gate their input by an S-curve.
#pragma once

#include "kernels/normal.hpp"

namespace ogive {

// high for x > 0, low up to 0, NaN kept.
template <class T>
OGIVE_INLINE T step(T x, T low, T high) { return x > T(0) ? high : x <= T(0) ? low : x; }

// sigmoid(v) and 1 - sigmoid(v) for v in two parts, each in two parts; the smaller one, and the slope, lifted.
template <class T>
struct Gate {
  bool left;  // v < 0
  T distance, low;  // |v|, and what rounding cut off, with the opposite sign
  Two<T> small, big;
  T slope, straight;  // straight = (1 - exp(-|v|))/(1 + exp(-|v|)) = tanh(|v|/2)

  OGIVE_INLINE T unit() const { return left ? down<T> : T(1); }
  OGIVE_INLINE Two<T> first() const { return {left ? small.hi : big.hi, left ? small.lo : big.lo}; }  // sigmoid(v) in the unit
  OGIVE_INLINE Two<T> other() const {  // 1 - sigmoid(v)
    return {left ? big.hi : small.hi * down<T>, left ? big.lo : small.lo * down<T>};
  }
};

template <class I, class T>
OGIVE_INLINE Gate<T> gate(Two<T> v) {
  constexpr T far = sizeof(T) == 8 ? T(757.5) : T(111.5);  // the least exponent there is
  const T size = std::fabs(v.hi), a = at_most(size, far);
  const bool left = v.hi < T(0), cut = size > far;
  const T low = left ? v.lo : -v.lo;
  const Sides<I, T> s(moved<I>(exponential<I, lift<T>>(-a), cut ? T(0) : low));
  const auto small = s.lifted_far_two();
  return {left,         a, cut ? T(0) : low, {cut ? T(0) : small.hi, cut ? T(0) : small.lo}, s.near_two(),
          cut ? T(0) : s.lifted_slope(), s.straight()};
}

// x sigmoid(v), where v has the sign of x or the opposite one all along; and what is made of it for v = x.
template <class T>
OGIVE_INLINE T gated(T x, const Gate<T>& g) {
  const T z = std::copysign(at_most(std::fabs(x), std::numeric_limits<T>::max()), x);
  return (g.left ? z : x) * whole(g.first()) * g.unit();
}

// sigmoid(v) (1 + rate (1 - sigmoid(v))), the slope of x sigmoid(v) for rate = x v'
template <class I, class T>
OGIVE_INLINE T gated_slope(const Gate<T>& g, Two<T> rate) {
  const auto bracket = plus(Two<T>{T(1), T(0)}, times<I>(rate, g.other()));
  return whole(times<I>(g.first(), bracket)) * g.unit();
}

template <class I, class T>
OGIVE_INLINE T gated_slope(const Gate<T>& g) {
  return gated_slope<I>(g, Two<T>{g.left ? -g.distance : g.distance, T(0)});
}

// (v sigmoid(v))'' = sigmoid'(v) (2 - |v| tanh(|v|/2))
template <class I, class T>
OGIVE_INLINE T gated_bend(const Gate<T>& g) {
  const auto turn = times<I>(Two<T>{-g.distance, g.low}, Two<T>{g.straight, T(0)});
  return g.slope * whole(plus(Two<T>{T(2), T(0)}, turn)) * down<T>;
}

struct Silu {
  static constexpr const char* name = "silu";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static Exponential<T> value_parts(T x) { return opposite_exponential<I>(x); }
  template <class I, class T>
  OGIVE_INLINE static T value(T x, Exponential<T> u) { return silu<I>(x, u); }
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
    T x;
    Two<T> cubic;  // b x^2
    Gate<T> gate;

    OGIVE_INLINE Two<T> rate() const {  // v' = a + 3 b x^2
      return plus(a<T>, plus(cubic, Two<T>{T(2) * cubic.hi, T(2) * cubic.lo}));
    }
  };
  template <class I, class T>
  OGIVE_INLINE static Work<T> work(T x) {
    const T z = at_most(at_least(x, T(-100)), T(100));  // sigmoid(v) is 0 or 1 long before
    const auto cubic = times<I>(b<T>, product<I>(z, z));
    return {z, cubic, ogive::gate<I>(times<I>(Two<T>{z, T(0)}, plus(a<T>, cubic)))};
  }
  template <class I, class T>
  OGIVE_INLINE static T slope(const Work<T>& w) {
    return gated_slope<I>(w.gate, times<I>(Two<T>{w.x, T(0)}, w.rate()));
  }
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return gated(x, work<I>(x).gate); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return slope<I>(work<I>(x)); }
  // sigmoid'(v) (2 v' + x v'' - |x| v'^2 tanh(|v|/2)), where 2 v' + x v'' = 4 v' - 2 a
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) {
    const auto w = work<I>(x);
    const auto rate = w.rate(), square = times<I>(rate, rate);
    const auto first = plus(Two<T>{T(4) * rate.hi, T(4) * rate.lo}, Two<T>{T(-2) * a<T>.hi, T(-2) * a<T>.lo});
    const auto last = times<I>(times<I>(Two<T>{-std::fabs(w.x), T(0)}, square), Two<T>{w.gate.straight, T(0)});
    return w.gate.slope * whole(plus(first, last)) * down<T>;
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
  template <class I, class T>
  struct Work {
    bool left;
    T x;
    Two<T> w, lifted, n, d;  // n on the left without its factor w

    OGIVE_INLINE explicit Work(T any) : x(at_most(at_least(any, -far_out<T>), far_out<T>)) {
      left = x < T(0);
      const auto u = exponential<I, lift<T>>(-std::fabs(x));
      lifted = add_smaller(u.scale, u.scale * u.e);
      w = {lifted.hi * down<T>, lifted.lo * down<T>};
      const Two<T> one{T(1), T(0)}, two{T(2), T(0)}, twice{T(2) * w.hi, T(2) * w.lo};
      n = left ? plus(w, two) : plus(one, twice);
      d = left ? plus(times<I>(w, n), two) : plus(times<I>(twice, w), n);
    }
    OGIVE_INLINE Two<T> one_plus() const { return plus(Two<T>{T(1), T(0)}, w); }

    OGIVE_INLINE T value(T any) const {
      const auto q = divide<I>(n, d);
      return left ? x * whole(times<I>(lifted, q)) * down<T> : any * whole(q);
    }
    // (n + 4 x (1 + w)/d)/d, times w on the left; on the right the second term is w^2 times that
    OGIVE_INLINE T slope() const {
      const auto turn = times<I>(Two<T>{T(4) * x, T(0)}, divide<I>(one_plus(), d));
      const auto right = times<I>(times<I>(w, w), turn);
      const auto q = divide<I>(plus(n, left ? turn : right), d);
      return left ? whole(times<I>(lifted, q)) * down<T> : whole(q);
    }
    // 4 f (2 (1 + w) + x c/d)/d^2, c a cubic in w
    OGIVE_INLINE T bend() const {
      const auto step = [&](Two<T> inner, T c) __attribute__((always_inline)) {
        return plus(times<I>(inner, w), Two<T>{c, T(0)});
      };
      const Two<T> first{left ? T(-2) : T(2), T(0)};
      const auto c = step(step(step(first, left ? T(-3) : T(2)), left ? T(2) : T(-3)), left ? T(2) : T(-2));
      const auto one = one_plus();
      const auto inner = plus(Two<T>{T(2) * one.hi, T(2) * one.lo}, times<I>(Two<T>{x, T(0)}, divide<I>(c, d)));
      const auto q = divide<I>(divide<I>(inner, d), d), f = left ? lifted : times<I>(lifted, w);
      return whole(times<I>(f, q)) * (T(4) * down<T>);
    }
  };
  template <class I, class T>
  OGIVE_INLINE static T value(T x) { return Work<I, T>(x).value(x); }
  template <class I, class T>
  OGIVE_INLINE static T derivative(T x) { return Work<I, T>(x).slope(); }
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T x) { return Work<I, T>(x).bend(); }
  template <class I, class T>
  OGIVE_INLINE static Two<T> value_and_derivative(T x) {
    const Work<I, T> m(x);
    return {m.value(x), m.slope()};
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
