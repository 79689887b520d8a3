// Log loss and Brier score of many rows: means, and sums of squares about them.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/log.hpp"
#include "kernels/threads.hpp"

namespace ogive {

// Weighted mean and sum of squares about it; parts are joined as Chan, Golub and LeVeque (1979) do.
struct Moments {
  double weight = 0.0, mean = 0.0, squares = 0.0;

  void join(const Moments& other) {
    if (other.weight == 0.0) return;
    const double all = weight + other.weight, apart = other.mean - mean;
    squares += other.squares + apart * apart * (weight * (other.weight / all));
    mean += apart * (other.weight / all);
    weight = all;
  }
};

// Rows: outcomes of 0 or 1 and weights; or, of a table, the weights of events and of non-events.
struct OutcomeRows {
  const double *p, *y, *weights;

  OGIVE_INLINE double weight(std::size_t i) const { return weights ? weights[i] : 1.0; }
  OGIVE_INLINE double events(std::size_t i) const { return y[i] == 1.0 ? weight(i) : 0.0; }
  OGIVE_INLINE double nonevents(std::size_t i) const { return y[i] == 1.0 ? 0.0 : weight(i); }
  OGIVE_INLINE bool fits(std::size_t i) const {
    const double w = weight(i);
    return ((y[i] == 0.0) | (y[i] == 1.0)) & (w >= 0.0) & (w < std::numeric_limits<double>::infinity());
  }
};

struct TableRows {
  const double *p, *of_events, *of_nonevents;

  OGIVE_INLINE double events(std::size_t i) const { return of_events[i]; }
  OGIVE_INLINE double nonevents(std::size_t i) const { return of_nonevents[i]; }
  OGIVE_INLINE bool fits(std::size_t) const { return true; }
};

struct ProperScores {
  bool fits = true;
  double contradicted = 0.0;  // weight of rows whose probability is exactly 0 or 1 and whose outcome is the other
  Moments log_loss, brier;
};

// The means over `size` rows. A probability of exactly 0 or 1 that turned out wrong is counted as `certain` away from it, or as
// the most extreme other probability where that is nearer. Without `Logs` the Brier score alone, in one reading.
template <bool Logs, class Rows>
ProperScores proper_scores(const Rows& rows, std::size_t size, double certain) {
  constexpr std::size_t task = std::size_t(1) << 16, block = 512;
  const int tasks = int((size + task - 1) / task);
  struct Part {
    bool fits = true;
    double low = 1.0, high = 0.0, contradicted = 0.0;
    Moments scores[2];  // Brier, log loss
  };
  std::vector<Part> parts(tasks);
  const auto last = [&](int t) { return std::min((std::size_t(t) + 1) * task, size); };
  ProperScores all;
  double low = certain, high = 1.0 - certain;
  if constexpr (Logs) {
    parallel_for(tasks, tasks >= 8, [&](int t) {
      with_isa([&](auto) __attribute__((always_inline)) {
        double least = 1.0, most = 0.0, contradicted = 0.0;
        for (std::size_t i = t * task; i < last(t); ++i) {
          const double p = rows.p[i];
          const bool counts = rows.events(i) + rows.nonevents(i) > 0.0;
          const double above = (p > 0.0) & counts ? p : 1.0, below = (p < 1.0) & counts ? p : 0.0;
          least = above < least ? above : least, most = below > most ? below : most;
          contradicted += (p == 0.0 ? rows.events(i) : 0.0) + (p == 1.0 ? rows.nonevents(i) : 0.0);
        }
        parts[t].low = least, parts[t].high = most, parts[t].contradicted = contradicted;
      });
    });
    for (const Part& part : parts) {
      all.contradicted += part.contradicted;
      low = std::min(low, part.low), high = std::max(high, part.high);
    }
  }
  parallel_for(tasks, tasks >= 8, [&](int t) {
    with_isa([&](auto isa) __attribute__((always_inline)) {
      using I = decltype(isa);
      alignas(64) double event[2][block], nonevent[2][block], e[block], n[block];
      bool fits = true;
      for (std::size_t first = t * task; first < last(t); first += block) {
        const std::size_t count = std::min(block, last(t) - first);
        for (std::size_t i = 0; i < count; ++i) {
          const double p = rows.p[first + i], q = 1.0 - p;
          fits &= (p >= 0.0) & (p <= 1.0) & rows.fits(first + i);
          e[i] = rows.events(first + i), n[i] = rows.nonevents(first + i);
          event[0][i] = q * q, nonevent[0][i] = p * p;
        }
        if constexpr (Logs) {
          for (std::size_t i = 0; i < count; ++i) {
            const double p = rows.p[first + i], soft = p == 0.0 ? low : p, gone = p == 1.0 ? high : p;
            event[1][i] = -log_of_any<I>(Two<double>{soft, 0.0});
            nonevent[1][i] = -log_of_any<I>(add_smaller(1.0, -gone));
          }
        }
        for (int score = 0; score <= Logs; ++score) {
          double weight[8] = {}, sum[8] = {}, squares[8] = {};
          for (std::size_t i = 0; i < count; ++i) {
            weight[i % 8] += e[i] + n[i];
            sum[i % 8] += e[i] * event[score][i] + n[i] * nonevent[score][i];
          }
          Moments m;
          for (int j = 0; j < 8; ++j) m.weight += weight[j], m.mean += sum[j];
          m.mean = m.weight > 0.0 ? m.mean / m.weight : 0.0;
          for (std::size_t i = 0; i < count; ++i) {
            const double a = event[score][i] - m.mean, b = nonevent[score][i] - m.mean;
            squares[i % 8] += e[i] * (a * a) + n[i] * (b * b);
          }
          for (int j = 0; j < 8; ++j) m.squares += squares[j];
          parts[t].scores[score].join(m);
        }
      }
      parts[t].fits = fits;
    });
  });
  for (const Part& part : parts) {
    all.fits &= part.fits;
    all.brier.join(part.scores[0]), all.log_loss.join(part.scores[1]);
  }
  return all;
}

}  // namespace ogive
