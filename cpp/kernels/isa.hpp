// Runtime choice of instruction set: one source, compiled for x86-64-v4, -v3 and the baseline.
//
// A kernel is a generic lambda taking an Isa tag; everything it calls is OGIVE_INLINE, so it is compiled anew inside
// each of the three entry points. Elementwise kernels round alike everywhere; sums may be grouped by vector width.
#pragma once

#include <cstdlib>
#include <cstring>

#define OGIVE_INLINE [[gnu::always_inline]] inline

namespace ogive {

template <int Lanes, bool Fused>
struct Isa {
  static constexpr int lanes = Lanes;  // doubles in a vector register

  static constexpr bool fused = Fused;

  // a*b + c: fused where the instruction set has it, never by the compiler's own choice.
  OGIVE_INLINE static double fma(double a, double b, double c) {
    if constexpr (Fused) return __builtin_fma(a, b, c);
    return a * b + c;
  }
  OGIVE_INLINE static float fma(float a, float b, float c) {
    if constexpr (Fused) return __builtin_fmaf(a, b, c);
    return a * b + c;
  }
};

namespace detail {

enum class Level { baseline, v3, v4 };

inline Level detect() {
  // OGIVE_ISA=baseline|v3 lowers the level, so that a test can compare the clones on one machine.
  const char* cap = std::getenv("OGIVE_ISA");
  Level level = Level::baseline;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  level = v4 ? Level::v4 : v3 ? Level::v3 : Level::baseline;
#endif
  if (cap && !std::strcmp(cap, "baseline")) level = Level::baseline;
  if (cap && !std::strcmp(cap, "v3") && level == Level::v4) level = Level::v3;
  return level;
}

inline const Level level = detect();

#if defined(__x86_64__)
template <class F>
[[gnu::target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi,bmi2,prefer-vector-width=512"), gnu::noinline]]
void run_v4(F& kernel) {
  kernel(Isa<8, true>{});
}
template <class F>
[[gnu::target("avx2,fma,bmi,bmi2"), gnu::noinline]]
void run_v3(F& kernel) {
  kernel(Isa<4, true>{});
}
#endif
template <class F>
[[gnu::noinline]] void run_baseline(F& kernel) {
#if defined(__ARM_FEATURE_FMA)
  kernel(Isa<2, true>{});
#else
  kernel(Isa<2, false>{});
#endif
}

}  // namespace detail

// Run `kernel(isa)` compiled for the best instruction set of this machine.
template <class F>
void with_isa(F&& kernel) {
#if defined(__x86_64__)
  if (detail::level == detail::Level::v4) return detail::run_v4(kernel);
  if (detail::level == detail::Level::v3) return detail::run_v3(kernel);
#endif
  detail::run_baseline(kernel);
}

}  // namespace ogive
