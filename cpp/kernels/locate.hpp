// Where numbers lie among increasing knots.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/threads.hpp"

namespace ogive {

// How many of the n knots lie below each of the m numbers; with `Through`, below or at it. Without a branch that depends on the
// numbers the processor works on several searches at a time.
template <bool Through>
void count_below(const double* knots, std::size_t n, const double* x, std::size_t m, std::int64_t* count) {
  constexpr std::size_t task = std::size_t(1) << 14;
  const int tasks = int((m + task - 1) / task);
  parallel_for(tasks, tasks >= 4, [&](int t) {
    for (std::size_t i = t * task; i < std::min((std::size_t(t) + 1) * task, m); ++i) {
      const double at = x[i];
      const auto below = [&](double knot) { return std::size_t(Through ? knot <= at : knot < at); };
      const double* start = knots;
      for (std::size_t left = n; left > 1;) {
        const std::size_t half = left / 2;
        start += half * below(start[half - 1]);
        left -= half;
      }
      count[i] = start - knots + std::int64_t(n > 0 && below(*start));
    }
  });
}

}  // namespace ogive
