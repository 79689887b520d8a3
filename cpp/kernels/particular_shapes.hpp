// Shapes that are more, or less, than a rise from one level to another.
//
// Each is made from its parameters z and tells a row of the Jacobian at a point; the first derivatives are the columns of the
// coefficients, and the curve is their sum. Whatever z is, a point at infinity has finite ones.
#pragma once

#include <cmath>

#include "kernels/functions.hpp"

namespace ogive {

// exp(x) for x from -700 to 700, and what it is there beyond.
template <class I>
OGIVE_INLINE double bounded_exponential(double x) {
  const auto e = exponential<I>(at_least(at_most(x, 700.0), -700.0));
  return I::fma(e.scale, e.e, e.scale);
}

OGIVE_INLINE double bounded(double u) { return at_least(at_most(u, 800.0), -800.0); }  // infinite at a dose of 0
OGIVE_INLINE double finite(double x) { return at_least(at_most(x, 1e300), -1e300); }

template <class I>
OGIVE_INLINE Two<double> logistic_and_slope(double u) {
  return sigmoid_and_slope<I>(u, decaying_exponential<I>(u));
}

// floor + amount exp(rate (t - place)): the amount is that at the place, above a floor.
struct ExponentialShape {
  static constexpr int coefficients = 2, parameters = 4;
  double amount, place, rate;
  explicit ExponentialShape(const double* z) : amount(z[1]), place(z[2]), rate(z[3]) {}

  template <class I>
  OGIVE_INLINE void row(double t, double* d) const {
    const double w = finite(t - place), e = bounded_exponential<I>(rate * w);
    d[0] = 1.0, d[1] = e;
    d[2] = -amount * rate * e, d[3] = amount * w * e;
  }
};

// left (1 - B) + right B,   B = fraction S + (1 - fraction) S': a logistic rise at the centre, and one further on by a gap.
struct TwoLogistics {
  static constexpr int coefficients = 2, parameters = 7;
  double span, centre, rate, fraction, gap, next_rate;
  explicit TwoLogistics(const double* z)
      : span(z[1] - z[0]), centre(z[2]), rate(std::exp(z[3])), fraction(z[4]), gap(std::exp(z[5])), next_rate(std::exp(z[6])) {}

  template <class I>
  OGIVE_INLINE void row(double t, double* d) const {
    const double u = bounded((t - centre) * rate), v = bounded((t - centre - gap) * next_rate), rest = 1.0 - fraction;
    const auto s = logistic_and_slope<I>(u), r = logistic_and_slope<I>(v);
    const double both = fraction * s.hi + rest * r.hi, slope = span * fraction * s.lo, next = span * rest * r.lo;
    d[0] = 1.0 - both, d[1] = both;
    d[2] = -slope * rate - next * next_rate, d[3] = slope * u, d[4] = span * (s.hi - r.hi);
    d[5] = -next * next_rate * gap, d[6] = next * v;
  }
};

// (folded + g w)(1 - S) + (unfolded + g' w) S,   w = t - centre: two states with baselines that slope, of which the second has the
// share S(rate w (centre - zero)/(t - zero)). With zero the absolute one, this is van 't Hoff's law: the rate at the centre is
// the enthalpy by R T^2.
struct Melt {
  static constexpr int coefficients = 4, parameters = 7;
  double folded, unfolded, gradient, next_gradient, centre, rate, zero;
  explicit Melt(const double* z)
      : folded(z[0]), unfolded(z[1]), gradient(z[2]), next_gradient(z[3]), centre(z[4]), rate(std::exp(z[5])), zero(z[6]) {}

  template <class I>
  OGIVE_INLINE void row(double t, double* d) const {
    const double w = finite(t - centre), whole = centre - zero, above = at_least(finite(t - zero), 1e-3), part = w / above;
    const double u = bounded(rate * whole * part);
    const auto s = logistic_and_slope<I>(u);
    const double slope = (unfolded - folded + (next_gradient - gradient) * w) * s.lo;
    d[0] = 1.0 - s.hi, d[1] = s.hi, d[2] = (1.0 - s.hi) * w, d[3] = s.hi * w;
    d[4] = -(gradient * (1.0 - s.hi) + next_gradient * s.hi) + slope * rate * (part - whole / above);
    d[5] = slope * u;
    d[6] = -slope * u * (part / whole);
  }
};

// left (1 - S) + right S + stimulus exp(w) (1 - S),   w = (t - centre) unit: where t is the logarithm of a dose and the unit 1, what
// is added before the fall grows with the dose.
struct Hormesis {
  static constexpr int coefficients = 3, parameters = 6;
  double span, stimulus, centre, rate, unit;
  explicit Hormesis(const double* z) : span(z[1] - z[0]), stimulus(z[2]), centre(z[3]), rate(std::exp(z[4])), unit(std::exp(z[5])) {}

  template <class I>
  OGIVE_INLINE void row(double t, double* d) const {
    const double u = bounded((t - centre) * rate), w = bounded((t - centre) * unit);
    const auto s = logistic_and_slope<I>(u);
    const double slope = span * s.lo, more = bounded_exponential<I>(w - softplus<I>(u)), added = stimulus * more;
    d[0] = 1.0 - s.hi, d[1] = s.hi, d[2] = more;
    d[3] = -slope * rate - added * (unit - s.hi * rate);
    d[4] = (slope - added * s.hi) * u, d[5] = added * w;
  }
};

// top + fold log((exp(a) + exp(b) - 1)/(exp(a) - 1 + exp(b + ratio))),   a = rate (t - start), b = rate lag: Baranyi and Roberts. The
// fold is what the units of y have for a factor of e; the curve starts at top - fold ratio.
struct Baranyi {
  static constexpr int coefficients = 2, parameters = 6;
  double fold, start, rate, b, c;
  explicit Baranyi(const double* z) : fold(z[1]), start(z[2]), rate(std::exp(z[3])), b(rate * z[4]), c(b + z[5]) {}

  template <class I>
  OGIVE_INLINE void row(double t, double* d) const {
    const double w = finite(t - start), a = rate * at_least(w, 0.0);
    const double up = sum<I>(a, b), down = sum<I>(a, c);
    const double by_a = bounded_exponential<I>(a - up) - bounded_exponential<I>(a - down);
    const double by_c = bounded_exponential<I>(c - down), by_b = bounded_exponential<I>(b - up) - by_c;
    d[0] = 1.0, d[1] = up - down;
    d[2] = w > 0.0 ? -fold * rate * by_a : 0.0, d[3] = fold * (a * by_a + b * by_b);
    d[4] = fold * rate * by_b, d[5] = -fold * by_c;
  }

 private:
  // log(exp(a) + exp(b) - 1)
  template <class I>
  OGIVE_INLINE static double sum(double a, double b) {
    const double high = at_least(a, b), low = at_most(a, b);
    return high + log_of_any<I>(add(1.0, bounded_exponential<I>(low - high) - bounded_exponential<I>(-high)));
  }
};

// A shape of rows as the others are.
template <class Form>
struct Particular {
  static constexpr int coefficients = Form::coefficients, parameters = Form::parameters;

  template <class I>
  OGIVE_INLINE static void columns(I, const double* __restrict__ t, int n, const double* z, double* __restrict__ J, int stride) {
    const Form form(z);
    for (int i = 0; i < n; ++i) {
      double d[parameters];
      form.template row<I>(t[i], d);
      for (int k = 0; k < coefficients; ++k) J[i + k * stride] = d[k];
    }
  }

  template <class I>
  OGIVE_INLINE static void model(I, const double* __restrict__ t, int n, const double* z, double* __restrict__ f,
                                 double* __restrict__ J, int stride) {
    const Form form(z);
    for (int i = 0; i < n; ++i) {
      double d[parameters], sum = 0.0;
      form.template row<I>(t[i], d);
      for (int k = 0; k < coefficients; ++k) sum += z[k] * d[k];
      f[i] = sum;
      for (int k = 0; k < parameters; ++k) J[i + k * stride] = d[k];
    }
  }
};

}  // namespace ogive
