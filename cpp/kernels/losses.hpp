// Losses of probabilities: value, derivative and second derivative in the logit z (or the probability p).
//
// y is a label in {0, 1} or a share in [0, 1]: the loss is y times that of a 1 plus 1 - y times that of a 0.
// With a = |z| and t = exp(-a), the outcome that z speaks for has the probability near = 1/(1+t), the other
// far = t/(1+t); their logarithms are -l and -(a + l), l = log(1+t). Sums of such terms do not cancel.
#pragma once

#include "kernels/logistic.hpp"
#include "kernels/rows.hpp"

namespace ogive {

// far and log are 2^lift times too large, so that what falls below the least normal number is rounded once.
template <class T>
struct Outcomes {
  T distance, near, far, log;
};

template <class I, class T>
OGIVE_INLINE Outcomes<T> outcomes(T z) {
  const T a = std::fabs(z);
  const auto s = sides<I>(z);
  const T log = a > flat<T> ? s.lifted_t() : s.log_one_plus() * (T(1) / down<T>);
  return {a, s.near(), s.lifted_far(), log};
}

// w x, where a weight of 0 leaves nothing, of infinity neither.
template <class T>
OGIVE_INLINE T weighted(T w, T x) { return w == T(0) ? T(0) : w * x; }

// log(1+exp(z)) - y z
struct BinaryCrossEntropy {
  static constexpr const char* name = "binary_cross_entropy";
  static constexpr bool native_float = true;
  template <class I, class T>
  OGIVE_INLINE static T value(T z, T y) {
    const auto o = outcomes<I>(z);
    return o.log * down<T> + weighted(z > T(0) ? T(1) - y : y, o.distance);
  }
  // sigmoid(z) - y
  template <class I, class T>
  OGIVE_INLINE static T derivative(T z, T y) {
    const auto o = outcomes<I>(z);
    const T far = o.far * down<T>;
    const bool positive = z >= T(0);
    return (T(1) - y) * (positive ? o.near : far) - y * (positive ? far : o.near);
  }
  // sigmoid(z) (1 - sigmoid(z)), whatever y
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T z, T y) {
    const T slope = sigmoid_derivative<I>(z);
    return y == y ? slope : y;
  }
};

// -y log(p) - (1-y) log(1-p), with 0 log(0) = 0; NaN where p is not a probability.
struct BinaryCrossEntropyFromProbability {
  static constexpr const char* name = "binary_cross_entropy_from_probability";
  static constexpr bool native_float = true;

  template <class T>
  OGIVE_INLINE static T probable(T p, T value) { return p >= T(0) && p <= T(1) ? value : not_a_number<T>; }

  template <class I, class T>
  OGIVE_INLINE static T value(T p, T y) {
    constexpr int up = sizeof(T) == 8 ? 100 : 30;
    constexpr T small = sizeof(T) == 8 ? T(0x1p-960) : T(0x1p-90f), factor = sizeof(T) == 8 ? T(0x1p100) : T(0x1p30f);
    const bool tiny = p < small;
    const T q = T(1) - p;
    const T log_p = log_of<I>(Two<T>{tiny ? p * factor : p, T(0)}, tiny ? T(-up) : T(0));
    const T log_q = log_of<I>(Two<T>{q, (T(1) - q) - p});
    const T one = weighted(y, p == T(0) ? infinity<T> : -log_p);
    const T zero = weighted(T(1) - y, q == T(0) ? infinity<T> : -log_q);
    return probable(p, one + zero);
  }
  // (p-y)/(p(1-p)); where p is y and 0 or 1, the limit with y fixed
  template <class I, class T>
  OGIVE_INLINE static T derivative(T p, T y) {
    const T slope = (p - y) / (p * (T(1) - p));
    const T limit = p == T(0) ? T(1) : p == T(1) ? T(-1) : slope;
    return probable(p, p == y ? limit : slope);
  }
  // y/p^2 + (1-y)/(1-p)^2
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T p, T y) {
    const T q = T(1) - p, x = T(1) - y;
    const T one = y == T(0) ? T(0) : y / p / p, zero = x == T(0) ? T(0) : x / q / q;
    return probable(p, one + zero);
  }
};

// -(1-p)^gamma log(p), p the probability of the label; gamma >= 0, and 0 is the cross-entropy.
struct FocalLoss {
  static constexpr const char* name = "focal_loss";
  static constexpr bool native_float = false;  // its products round too often

  // exp(-y) 2^lift
  template <class I, class T>
  OGIVE_INLINE static Two<T> lifted_decay(Two<T> y) {
    const auto u = moved<I>(exponential<I, lift<T>>(-y.hi), -y.lo);
    const auto t = add_smaller(u.scale, u.scale * u.e);
    const bool past = y.hi > far_out<T>;
    return {past ? T(0) : t.hi, past ? T(0) : t.lo};
  }

  // What a 1 and a 0 cost has two sides: `right` where z speaks for the label, `wrong` where against it. All comes in two
  // parts: the probabilities near and far, log = log(1+t), cost = a + log, and the factors far^gamma and near^gamma, where
  // what is lifted is 2^lift times too large. a is bounded where exp(-a) is 0, so that no 0 meets infinity.
  template <class I, class T>
  struct Costs {
    bool positive;
    T gamma, distance, right, wrong;
    Two<T> near, lifted_far, far, lifted_log, log, cost, lifted_far_power, near_power;

    OGIVE_INLINE Costs(T z, T y, T exponent) : positive(z >= T(0)), gamma(exponent), distance(std::fabs(z)) {
      const T x = gamma >= T(0) ? T(1) - y : not_a_number<T>, a = at_most(distance, far_out<T>);
      right = positive ? y : x, wrong = positive ? x : y;
      const auto s = sides<I>(z);
      near = s.near_two(), lifted_far = s.lifted_far_two(), far = lowered(lifted_far);
      const auto whole_log = log_two<I>(s.one_plus), lifted_t = add_smaller(s.scale, s.scale * s.e);
      const bool flat_out = a > flat<T>;
      lifted_log = {flat_out ? lifted_t.hi : whole_log.hi * (T(1) / down<T>),
                    flat_out ? lifted_t.lo : whole_log.lo * (T(1) / down<T>)};
      log = lowered(lifted_log), cost = plus(Two<T>{a, T(0)}, log);
      const auto near_exponent = weighed(log), far_exponent = plus(product<I>(gamma, a), near_exponent);
      lifted_far_power = lifted_decay<I>(far_exponent), near_power = lowered(lifted_decay<I>(near_exponent));
    }
    OGIVE_INLINE static Two<T> lowered(Two<T> lifted) { return {lifted.hi * down<T>, lifted.lo * down<T>}; }
    OGIVE_INLINE Two<T> weighed(Two<T> x) const { return times<I>(Two<T>{gamma, T(0)}, x); }  // gamma x
    OGIVE_INLINE T both(Two<T> on_right, T on_wrong) const {
      return weighted(right, whole(times<I>(lifted_far_power, on_right)) * (down<T> * down<T>)) + weighted(wrong, on_wrong);
    }
  };

  template <class I, class T>
  OGIVE_INLINE static T value(T z, T y, T gamma) {
    const Costs<I, T> c(z, y, gamma);
    return c.both(c.lifted_log, c.near_power.hi * (c.distance + c.log.hi));
  }
  // of a 1: -q^gamma (gamma p (-log p) + q)
  template <class I, class T>
  OGIVE_INLINE static T derivative(T z, T y, T gamma) {
    const Costs<I, T> c(z, y, gamma);
    const auto right = plus(times<I>(c.weighed(c.near), c.lifted_log), c.lifted_far);
    const auto wrong = times<I>(c.near_power, plus(times<I>(c.weighed(c.far), c.cost), c.near));
    const T uphill = c.both(Two<T>{-right.hi, -right.lo}, whole(wrong));
    return c.positive ? uphill : -uphill;
  }
  // of a 1: q^gamma p (gamma (-log p) (gamma p - q) + (2 gamma + 1) q)
  template <class I, class T>
  OGIVE_INLINE static T second_derivative(T z, T y, T gamma) {
    const Costs<I, T> c(z, y, gamma);
    const auto bracket = [&](Two<T> p, Two<T> q, Two<T> log, Two<T> unit) __attribute__((always_inline)) {
      const auto twice = times<I>(add(T(2) * gamma, T(1)), unit);
      return plus(times<I>(c.weighed(log), plus(c.weighed(p), Two<T>{-q.hi, -q.lo})), twice);
    };
    const auto right = times<I>(c.near, bracket(c.near, c.far, c.lifted_log, c.lifted_far));
    const auto wrong = times<I>(times<I>(c.near_power, c.lifted_far), bracket(c.far, c.near, c.cost, c.near));
    return c.both(right, whole(wrong) * down<T>);
  }
};

// Of a row of logits with the number of its class, -1 for a number that is none: log_sum_exp(z) - z[label].
struct CrossEntropyRow {
  static constexpr const char* name = "cross_entropy";
  static constexpr int inputs = 1, rooms = 2;
  static constexpr bool reduces = true, labelled = true;
  template <class I>
  OGIVE_INLINE static double* call(double* work, std::ptrdiff_t room, std::ptrdiff_t label) {
    const Row row = measure<I>(work, work + room, room);
    const auto d = distance(label < 0 ? not_a_number<double> : work[label], row.top);
    *work = (row.log_sum<I>(row.divisor()) - d.lo) - d.hi;
    return work;
  }
};

// softmax - onehot: at the label minus what the others have, taken from the sum in two parts.
struct CrossEntropyDerivativeRow {
  static constexpr const char* name = "cross_entropy_derivative";
  static constexpr int inputs = 1, rooms = 2;
  static constexpr bool reduces = false, labelled = true;
  template <class I>
  OGIVE_INLINE static double* call(double* work, std::ptrdiff_t room, std::ptrdiff_t label) {
    double* t = work + room;
    const Row row = measure<I>(work, t, room);
    if (label < 0) return std::fill(t, t + room, not_a_number<double>), t;
    const auto sum = row.divisor();
    t[label] = -((sum.hi - t[label]) + sum.lo);
    normalise<I>(t, room, sum);
    for (std::ptrdiff_t i = 0; i < room; ++i) t[i] *= row_down;
    return t;
  }
};

// The diagonal s (1-s); the label has no part in it.
struct CrossEntropySecondDerivativeRow {
  static constexpr const char* name = "cross_entropy_second_derivative";
  static constexpr int inputs = 1, rooms = 2;
  static constexpr bool reduces = false, labelled = true;
  template <class I>
  OGIVE_INLINE static double* call(double* work, std::ptrdiff_t room, std::ptrdiff_t label) {
    double* t = work + room;
    const Row row = measure<I>(work, t, room);
    const Two<double> nan{not_a_number<double>, not_a_number<double>}, sum = label < 0 ? nan : row.divisor();
    const auto inverse = inverse_of<I>(sum), square = times<I>(inverse, inverse);
    for (std::ptrdiff_t i = 0; i < room; ++i) {
      const double p = t[i] * ((sum.hi - t[i]) + sum.lo);
      t[i] = I::fma(p, square.hi, p * square.lo) * (row_down * row_down);
    }
    return t;
  }
};

}  // namespace ogive
