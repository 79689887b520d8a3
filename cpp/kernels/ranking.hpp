// Areas under the ROC and precision-recall curves of a table (kernels/tally.hpp), and the squares of their influences.
#pragma once

#include <cstddef>

#include "kernels/real.hpp"

namespace ogive {

// A sum in two parts: millions of weights lose no digit.
struct LongSum {
  Two<double> sum = {0.0, 0.0};

  OGIVE_INLINE void operator+=(double x) {
    const auto s = add(sum.hi, x);
    sum = {s.hi, sum.lo + s.lo};
  }
  OGIVE_INLINE double value() const { return sum.hi + sum.lo; }
};

struct Area {
  double value, of_events, of_nonevents;  // sums of squares over the rows of a class
};

// The share of pairs that the probabilities order rightly, ties counting one half. `of_events` and `of_nonevents` are sums of
// squares of what DeLong's variance is made of: the share of non-events that an event beats, less the area; and the same of
// non-events.
inline Area roc_area(const double* events, const double* nonevents, std::size_t n) {
  LongSum m, l, pairs;
  for (std::size_t i = 0; i < n; ++i) {
    pairs += events[i] * (l.value() + nonevents[i] / 2);
    m += events[i], l += nonevents[i];
  }
  const double positive = m.value(), negative = l.value(), ratio = pairs.value() / (positive * negative);
  const double value = ratio < 1.0 ? ratio : 1.0;
  LongSum events_below, nonevents_below, of_events, of_nonevents;
  for (std::size_t i = 0; i < n; ++i) {
    const double beats = (nonevents_below.value() + nonevents[i] / 2) / negative - value;
    const double beaten = (1.0 - (events_below.value() + events[i] / 2) / positive) - value;
    of_events += events[i] * (beats * beats), of_nonevents += nonevents[i] * (beaten * beaten);
    events_below += events[i], nonevents_below += nonevents[i];
  }
  return {value, of_events.value(), of_nonevents.value()};
}

// Average precision, and the sums of squares of the influence of a row, which discrimination.py derives. `precision` and
// `above` are room for n numbers each: the precision of calling positive all rows from there on, and their weight.
inline Area precision_area(const double* events, const double* nonevents, std::size_t n, double* precision, double* above) {
  LongSum hits, rows, total;
  for (std::size_t i = n; i-- > 0;) {
    hits += events[i], rows += events[i] + nonevents[i];
    above[i] = rows.value(), precision[i] = hits.value() / above[i];
    total += events[i] * precision[i];
  }
  const double ratio = total.value() / hits.value(), value = ratio < 1.0 ? ratio : 1.0;
  LongSum gain, loss, of_events, of_nonevents;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = events[i] / above[i];
    gain += share, loss += share * precision[i];
    const double of_event = ((precision[i] - value) + gain.value()) - loss.value();
    of_events += events[i] * (of_event * of_event), of_nonevents += nonevents[i] * (loss.value() * loss.value());
  }
  return {value, of_events.value(), of_nonevents.value()};
}

}  // namespace ogive
