// Scores and outcomes as a table: the distinct scores, probabilities or any numbers, with the weight of events and non-events at
// each.
#pragma once

#include <cmath>
#include <limits>
#include <memory>

#include "kernels/sort.hpp"

namespace ogive {

// The bits of a number in [0, 1], read as an integer, keep its order; shifted by one they carry the outcome.
struct Outcome {
  std::uint64_t bits;

  Outcome() = default;
  Outcome(double p, bool event, double) : bits(std::bit_cast<std::uint64_t>(p + 0.0) << 1 | std::uint64_t(event)) {}
  std::uint64_t key() const { return bits >> 1; }
  double p() const { return std::bit_cast<double>(key()); }
  bool event() const { return bits & 1; }
  double weight() const { return 1.0; }
  static bool takes(double p) { return (p >= 0.0) & (p <= 1.0); }
};

struct WeightedOutcome : Outcome {
  double w;

  WeightedOutcome() = default;
  WeightedOutcome(double p, bool event, double weight) : Outcome(p, event, weight), w(weight) {}
  double weight() const { return w; }
};

// Any finite number: its bits keep the order once those of negative numbers are inverted and the sign of the others is set. The
// weight, which is above 0, carries the outcome in its sign.
struct ScoredOutcome {
  static constexpr std::uint64_t sign = std::uint64_t(1) << 63;
  std::uint64_t bits;
  double w;

  ScoredOutcome() = default;
  ScoredOutcome(double x, bool event, double weight) : bits(std::bit_cast<std::uint64_t>(x + 0.0)), w(event ? weight : -weight) {
    bits ^= bits & sign ? ~std::uint64_t(0) : sign;
  }
  std::uint64_t key() const { return bits; }
  double p() const { return std::bit_cast<double>(bits ^ (bits & sign ? sign : ~std::uint64_t(0))); }
  bool event() const { return w > 0.0; }
  double weight() const { return std::abs(w); }
  static bool takes(double x) { return x - x == 0.0; }
};

// Rows of weight 0 are left out. `fits` is false where anything is not a score that `Item` takes, an outcome of 0 or 1, or a
// weight.
template <class Item>
class Tally {
 public:
  bool fits = true;
  std::size_t size = 0;  // distinct scores

  Tally(const double* p, const double* y, const double* weights, std::size_t n) : items_(new Item[n]) {
    // Blocks are checked and counted, then written each from its place on.
    constexpr std::size_t block = std::size_t(1) << 16;
    const int blocks = int((n + block - 1) / block);
    std::vector<std::size_t> place(blocks);
    std::vector<char> good(blocks);
    const auto last = [&](int t) { return std::min((std::size_t(t) + 1) * block, n); };
    parallel_for(blocks, blocks > 1, [&](int t) {
      bool all = true;
      std::size_t used = 0;
      for (std::size_t i = t * block; i < last(t); ++i) {
        const double w = weights ? weights[i] : 1.0;
        all &= Item::takes(p[i]) & ((y[i] == 0.0) | (y[i] == 1.0)) & (w >= 0.0) & (w < infinite);
        used += w > 0.0;
      }
      good[t] = all, place[t] = used;
    });
    std::size_t kept = 0;
    for (int t = 0; t < blocks; ++t) fits = fits && good[t], place[t] = std::exchange(kept, kept + place[t]);
    fits = fits && kept > 0;
    if (!fits) return;
    parallel_for(blocks, blocks > 1, [&](int t) {
      Item* to = items_.get() + place[t];
      for (std::size_t i = t * block; i < last(t); ++i) {
        const double w = weights ? weights[i] : 1.0;
        if (w > 0.0) *to++ = Item(p[i], y[i] == 1.0, w);
      }
    });
    const std::unique_ptr<Item[]> room(new Item[kept]);
    parallel_radix_sort(items_.get(), room.get(), kept, [&](std::size_t d, std::size_t first, std::size_t last) {
      std::size_t distinct = 1;
      for (std::size_t i = first + 1; i < last; ++i) distinct += items_[i].key() != items_[i - 1].key();
      stretches_[d] = {first, last, distinct};
    });
    for (auto& s : stretches_) s.place = std::exchange(size, size + s.distinct);
  }

  // The columns, each of `size` numbers. Weights of equal probabilities are added in the order of the rows.
  void write(double* p, double* events, double* nonevents) const {
    parallel_for(int(stretches_.size()), true, [&](int d) {
      const Stretch& s = stretches_[d];
      std::size_t out = s.place;
      for (std::size_t i = s.first; i < s.last; ++out) {
        const Item& start = items_[i];
        double sum[2] = {};
        for (; i < s.last && items_[i].key() == start.key(); ++i) sum[items_[i].event()] += items_[i].weight();
        p[out] = start.p(), nonevents[out] = sum[0], events[out] = sum[1];
      }
    });
  }

 private:
  struct Stretch {
    std::size_t first = 0, last = 0, distinct = 0, place = 0;
  };
  static constexpr double infinite = std::numeric_limits<double>::infinity();
  std::unique_ptr<Item[]> items_;
  std::vector<Stretch> stretches_ = std::vector<Stretch>(most_stretches);
};

}  // namespace ogive
