// A stable sort by an integer key: most significant digits first, out of one array into another and back.
//
// Digits start at the highest bit in which the keys at hand differ, so a common prefix costs nothing, whatever the keys
// are made of; a bucket that fits a cache is sorted there.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/threads.hpp"

namespace ogive {

// What is sorted has a member function `key()`.
template <class Item>
void insertion_sort(Item* a, std::size_t n) {
  for (std::size_t i = 1; i < n; ++i) {
    const Item item = a[i];
    std::size_t j = i;
    for (; j > 0 && a[j - 1].key() > item.key(); --j) a[j] = a[j - 1];
    a[j] = item;
  }
}

// Where the digits of some keys lie: (key >> shift) & mask counts them from 0, in the order of the keys.
struct Digits {
  int shift = 0;
  std::uint64_t mask = 0;

  std::size_t buckets() const { return mask + 1; }
  std::size_t operator()(std::uint64_t key) const { return (key >> shift) & mask; }
};

// At most `most` bits below the highest in which keys differ, `differing` being or-ed of all differences; and no more
// buckets than about a quarter of the items.
inline Digits digits_of(std::uint64_t differing, std::size_t n, int most) {
  const int width = std::bit_width(differing);
  const int bits = std::min({width, most, std::max(int(std::bit_width(n)) - 3, 1)});
  return {width - bits, (std::uint64_t(1) << bits) - 1};
}

template <class Item>
std::uint64_t differences(const Item* a, std::size_t n) {
  const std::uint64_t first = a[0].key();
  std::uint64_t all = 0;
  for (std::size_t i = 1; i < n; ++i) all |= a[i].key() ^ first;
  return all;
}

// Sort a[0..n); the result is left in b where `into_b`, else in a. The other array is room.
template <class Item>
void radix_sort(Item* a, Item* b, std::size_t n, bool into_b) {
  constexpr std::size_t few = 24;
  constexpr int most = 11;
  const std::uint64_t differing = n > few ? differences(a, n) : 0;
  if (n <= few || differing == 0) {
    if (n <= few) insertion_sort(a, n);
    if (into_b) std::copy_n(a, n, b);
    return;
  }
  const Digits digit = digits_of(differing, n, most);
  std::uint32_t end[1 << most] = {};
  for (std::size_t i = 0; i < n; ++i) ++end[digit(a[i].key())];
  std::uint32_t sum = 0;
  for (std::size_t d = 0; d < digit.buckets(); ++d) sum += std::exchange(end[d], sum);
  for (std::size_t i = 0; i < n; ++i) b[end[digit(a[i].key())]++] = a[i];
  std::uint32_t start = 0;
  for (std::size_t d = 0; d < digit.buckets(); ++d) {
    if (end[d] > start) radix_sort(b + start, a + start, end[d] - start, !into_b);
    start = end[d];
  }
}

// Stretches that a parallel sort is finished in, at most.
inline constexpr std::size_t most_stretches = std::size_t(1) << 11;

// Sort n items, shared among the threads. `done(stretch, first, last)` is called, from any thread, for each stretch in which
// every item stands where it belongs and that shares no key with others. The order is that of one thread.
template <class Item, class F>
void parallel_radix_sort(Item* a, Item* b, std::size_t n, F&& done) {
  constexpr std::size_t block = std::size_t(1) << 16;
  constexpr int most = std::countr_zero(most_stretches);
  const std::size_t blocks = (n + block - 1) / block;
  const std::uint64_t differing = n ? differences(a, n) : 0;
  if (blocks <= 1 || differing == 0) {
    radix_sort(a, b, n, false);
    if (n) done(std::size_t(0), std::size_t(0), n);
    return;
  }
  const Digits digit = digits_of(differing, n, most);
  const std::size_t buckets = digit.buckets();
  std::vector<std::uint32_t> place(blocks * buckets);
  const auto last = [&](std::size_t t) { return std::min((t + 1) * block, n); };
  parallel_for(int(blocks), true, [&](int t) {
    std::uint32_t* count = &place[t * buckets];
    for (std::size_t i = t * block; i < last(t); ++i) ++count[digit(a[i].key())];
  });
  std::vector<std::size_t> start(buckets + 1);
  std::size_t sum = 0;
  for (std::size_t d = 0; d < buckets; ++d) {
    start[d] = sum;
    for (std::size_t t = 0; t < blocks; ++t) {
      const std::uint32_t here = place[t * buckets + d];
      place[t * buckets + d] = std::uint32_t(sum);
      sum += here;
    }
  }
  start[buckets] = n;
  parallel_for(int(blocks), true, [&](int t) {
    std::uint32_t* to = &place[t * buckets];
    for (std::size_t i = t * block; i < last(t); ++i) b[to[digit(a[i].key())]++] = a[i];
  });
  parallel_for(int(buckets), true, [&](int d) {
    const std::size_t first = start[d], size = start[d + 1] - first;
    if (size == 0) return;
    radix_sort(b + first, a + first, size, true);
    done(std::size_t(d), first, first + size);
  });
}

}  // namespace ogive
