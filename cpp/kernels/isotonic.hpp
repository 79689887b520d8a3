// The increasing function of the probability that fits the outcomes best: pooled adjacent violators.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ogive {

// The first row of each pool of a table, and n: within a pool the share of events is constant, from pool to pool it increases.
// The fit is the same for the Brier score, the log loss and every other proper score (Barlow et al. 1972).
//
// Rows are read once; each joins the pool before it as long as that pool's share is not smaller, so the work grows with n.
inline std::vector<std::int64_t> isotonic_pools(const double* events, const double* nonevents, std::size_t n) {
  struct Pool {
    std::size_t first;
    double events, weight;

    double share() const { return events / weight; }
  };
  std::vector<Pool> pools;
  for (std::size_t i = 0; i < n; ++i) {
    Pool here{i, events[i], events[i] + nonevents[i]};
    while (!pools.empty() && pools.back().share() >= here.share()) {
      const Pool& before = pools.back();
      here = {before.first, before.events + here.events, before.weight + here.weight};
      pools.pop_back();
    }
    pools.push_back(here);
  }
  std::vector<std::int64_t> bounds;
  bounds.reserve(pools.size() + 1);
  for (const Pool& pool : pools) bounds.push_back(std::int64_t(pool.first));
  bounds.push_back(std::int64_t(n));
  return bounds;
}

}  // namespace ogive
