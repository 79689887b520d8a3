// How the points scatter about a curve: the loss of a point, half its deviance, and the weight that Fisher scoring gives it.
//
// Every loss here has the slope (f - y) / V(f) by the curve's value f, times the point's weight, with a variance function V; so a
// Gauss-Newton step on (f - y) / sqrt(V) is one of Fisher scoring.
#pragma once

#include <cmath>

#include "kernels/log.hpp"

namespace ogive {

enum class Noise : int { gaussian, poisson, binomial, gamma, negative_binomial };

struct Scatter {
  double loss, root;  // root = 1 / sqrt(V)
};

template <Noise N>
struct Scattered {
  template <class I>
  OGIVE_INLINE static double log(double x) { return log_of_any<I>(Two<double>{x, 0.0}); }

  // y log(y/f) is 0 at y = 0.
  template <class I>
  OGIVE_INLINE static double entropy(double y, double f) { return y > 0.0 ? y * log<I>((y > 0.0 ? y : 1.0) / f) : 0.0; }

  // `size` is that of the negative binomial distribution, whose variance is f + f^2 / size.
  template <class I>
  OGIVE_INLINE static Scatter at(double y, double f, double size) {
    constexpr double least = 1e-12;
    if constexpr (N == Noise::gaussian) {
      return {0.5 * (f - y) * (f - y), 1.0};
    } else if constexpr (N == Noise::binomial) {
      const double p = f < least ? least : f > 1.0 - least ? 1.0 - least : f;
      return {entropy<I>(y, p) + entropy<I>(1.0 - y, 1.0 - p), 1.0 / std::sqrt(p * (1.0 - p))};
    } else {
      const double m = f < least ? least : f;
      if constexpr (N == Noise::poisson) return {entropy<I>(y, m) - (y - m), 1.0 / std::sqrt(m)};
      if constexpr (N == Noise::gamma) return {(y - m) / m - log<I>((y > least ? y : least) / m), 1.0 / m};
      if constexpr (N == Noise::negative_binomial) {
        const double ratio = (y + size) / (m + size);
        return {entropy<I>(y, m) - (y + size) * log<I>(ratio), 1.0 / std::sqrt(m * (1.0 + m / size))};
      }
    }
  }
};

}  // namespace ogive
