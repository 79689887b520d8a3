// Venn-Abers probabilities: the isotonic fit at each score of a table, once with one more event there and once with one more
// non-event (Vovk, Petej and Fedorova 2015).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/isotonic.hpp"
#include "kernels/threads.hpp"

namespace ogive {

// The share of hits that the increasing fit has at row i when one more hit is added to that row; `write(i, hits, misses)` gets
// the pool in which it lies, for i = 0 .. n - 1. `row(i)` gives hits and misses of a row, `bounds` the pools of the fit as it is.
//
// The fit is the slope of the greatest convex minorant of the cumulative sums (misses + hits, hits). With the hit in row i,
// the sums before i stay and those from i on move by (1, 1); equally, those before i move back, which this code does. The
// minorant's segment over the hit leads from the last corner A before it to the first corner B after it, and all that can still
// matter are the corners from A on: they are the pools on the stack, first pool on top, with A to B as that first pool. Taking
// the hit from row i to row i + 1 moves the sum after row i back, to Q. Where Q is not below the line AB, nothing changes.
// Otherwise A is done with, as the slope to any point further on is greater from Q: the first pool now starts at Q, and takes in
// the pools after it until shares increase. Every pool is pushed once and every row starts one at most, so the work grows with n.
//
// At the start the hit is in row 0, and A the origin moved back. No sum within the first pool is a corner then: it lies above the
// pool's chord, and of points on that chord the last is seen from A at the smallest slope, for the chord rises by 1 at most.
template <class Row, class Write>
void with_one_more_hit(const std::vector<std::int64_t>& bounds, Row&& row, Write&& write) {
  struct Pool {
    double hits, misses;
    std::int64_t last;

    bool below(const Pool& other) const { return hits * other.misses < other.hits * misses; }
  };
  std::vector<Pool> pools;
  const auto push = [&](Pool here) {
    while (!pools.empty() && !here.below(pools.back())) {
      const Pool& next = pools.back();
      here = {here.hits + next.hits, here.misses + next.misses, next.last};
      pools.pop_back();
    }
    pools.push_back(here);
  };
  for (std::size_t k = bounds.size() - 1; k-- > 0;) {
    Pool pool{k == 0 ? 1.0 : 0.0, 0.0, bounds[k + 1] - 1};
    for (std::int64_t i = bounds[k]; i < bounds[k + 1]; ++i) {
      const auto [hits, misses] = row(i);
      pool.hits += hits, pool.misses += misses;
    }
    push(pool);
  }
  Pool passed{0.0, 0.0, 0};  // the rows from A to i
  for (std::int64_t i = 0, n = bounds.back(); i < n; ++i) {
    const Pool first = pools.back();
    write(i, first.hits, first.misses);
    if (i + 1 == n) break;
    const auto [hits, misses] = row(i);
    passed.hits += hits, passed.misses += misses;
    if (i == first.last || passed.below(first)) {
      pools.pop_back();
      push({std::max(first.hits - passed.hits, 0.0), std::max(first.misses - passed.misses, 0.0), first.last});
      passed = {0.0, 0.0, 0};
    }
  }
}

// Values that increase with the row, as steps: each value once, and where: the first row that has it, or the last.
struct Steps {
  std::vector<std::int64_t> at;
  std::vector<double> p;
};

// p1 with one more event at a row, by the last row of each value; p0 with one more non-event, by the first. The second is the
// first of the table read from its end, with the classes exchanged.
struct VennAbers {
  Steps p0, p1;

  VennAbers(const double* events, const double* nonevents, std::size_t n) {
    struct Row {
      double hits, misses;
    };
    const std::vector<std::int64_t> bounds = isotonic_pools(events, nonevents, n);
    parallel_for(2, n >= std::size_t(1) << 14, [&](int event) {
      Steps& steps = event ? p1 : p0;
      const auto add = [&](std::int64_t row, double p, bool moves) {
        if (moves) steps.at.push_back(row), steps.p.push_back(p);
        steps.at.back() = row;
      };
      if (event) {
        with_one_more_hit(
            bounds, [&](std::int64_t i) { return Row{events[i], nonevents[i]}; },
            [&](std::int64_t i, double hits, double misses) {
              const double p = hits / (hits + misses);
              add(i, p, steps.p.empty() || p > steps.p.back());
            });
      } else {
        const std::int64_t end = std::int64_t(n);
        std::vector<std::int64_t> back(bounds.rbegin(), bounds.rend());
        for (auto& bound : back) bound = end - bound;
        with_one_more_hit(
            back, [&](std::int64_t i) { return Row{nonevents[end - 1 - i], events[end - 1 - i]}; },
            [&](std::int64_t i, double hits, double misses) {
              const double p = misses / (hits + misses);
              add(end - 1 - i, p, steps.p.empty() || p < steps.p.back());
            });
        std::reverse(steps.at.begin(), steps.at.end());
        std::reverse(steps.p.begin(), steps.p.end());
      }
    });
  }
};

}  // namespace ogive
