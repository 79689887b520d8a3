// Threads for one parallel region at a time.
//
// Threads are started for a region and joined at its end (some 20 microseconds, against regions of milliseconds), so
// there is no pool that a fork could leave without its threads. Tasks are fixed by the data, never by the number of
// threads, and callers reduce their results in task order: the same bits for any number of threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace ogive {

inline std::atomic<int> thread_limit{1};

template <class F>
void parallel_for(int tasks, bool worthwhile, F&& task) {
  const int threads = worthwhile ? std::min(tasks, thread_limit.load()) : 1;
  std::atomic<int> next{0};
  std::exception_ptr failed;  // a task may run out of memory: whoever started the region hears of it
  std::once_flag once;
  auto work = [&] {
    try {
      for (int i = next++; i < tasks; i = next++) task(i);
    } catch (...) {
      std::call_once(once, [&] { failed = std::current_exception(); });
      next = tasks;
    }
  };
  std::vector<std::jthread> helpers;
  helpers.reserve(std::max(threads - 1, 0));
  for (int t = 1; t < threads; ++t) {
    try {
      helpers.emplace_back(work);
    } catch (const std::system_error&) {
      break;  // the machine grants no more threads: those at hand finish the work, with the same result
    }
  }
  work();
  helpers.clear();  // joins
  if (failed) std::rethrow_exception(failed);
}

}  // namespace ogive
