// NumPy universal functions made of scalar kernels.
//
// An operation is a struct with `inputs`, `outputs`, `native_float` and `call<I>(x...)`, which returns a number or, for two
// outputs, a Two; one that is `staged` can be had in two steps, `finish<I>(x, parts<I>(x))`. Its loop runs over contiguous float or double numbers; whatever lies otherwise in memory (strides, half
// precision, float that is computed in double) passes through a small buffer. Large arrays are shared among the threads.
#pragma once

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL ogive_array_api
#define PY_UFUNC_UNIQUE_SYMBOL ogive_ufunc_api
#ifndef OGIVE_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <Python.h>
#include <numpy/ndarrayobject.h>
#include <numpy/ufuncobject.h>

#include <nanobind/nanobind.h>

#include <algorithm>
#include <cfenv>
#include <deque>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/exp.hpp"
#include "kernels/half.hpp"
#include "kernels/threads.hpp"

namespace nb = nanobind;

namespace ogive {

// A ufunc and its loop for bfloat16, which is registered when that type is there.
struct Registered {
  PyUFuncObject* ufunc;
  PyUFuncGenericFunction brain;
  int arguments;
  int label = -1;  // the argument that is an integer
};
inline std::vector<Registered> registered;

template <class W, class S>
OGIVE_INLINE W load(const char* p) {
  const S s = *reinterpret_cast<const S*>(p);
  if constexpr (std::is_floating_point_v<S>) return static_cast<W>(s);
  else return static_cast<W>(widen(s));
}

template <class S, class W>
OGIVE_INLINE void store(char* p, W w) {
  S& s = *reinterpret_cast<S*>(p);
  if constexpr (std::is_same_v<S, Half>) s = narrow_half(static_cast<float>(w));
  else if constexpr (std::is_same_v<S, Brain>) s = narrow_brain(static_cast<float>(w));
  else s = static_cast<S>(w);
}

// Underflow and comparisons with NaN are meant: what the flags say of them must not reach the user as a warning.
inline void clear_flags() {
#if defined(__SSE2__)  // all arithmetic is there; the old unit's flags would take longer to clear than a number to compute
  constexpr unsigned reported = 0x1d;  // invalid, division by zero, overflow, underflow
  const unsigned flags = __builtin_ia32_stmxcsr();
  if (flags & reported) __builtin_ia32_ldmxcsr(flags & ~reported);
#else
  std::feclearexcept(FE_ALL_EXCEPT);
#endif
}

template <class Op>
concept Staged = requires { requires Op::staged; };

// What an operation returned, stored.
template <class Op, class R, class W>
OGIVE_INLINE void put(R result, W* y, W* z, npy_intp i) {
  if constexpr (Op::outputs == 1) y[i] = result;
  else y[i] = result.hi, z[i] = result.lo;
}

// The result of one row of arguments, stored.
template <class Op, class I, class W>
OGIVE_INLINE void apply(const W* a, const W* b, const W* c, W* y, W* z, npy_intp i) {
  if constexpr (Op::inputs == 1) put<Op>(Op::template call<I>(a[i]), y, z, i);
  else if constexpr (Op::inputs == 2) put<Op>(Op::template call<I>(a[i], b[i]), y, z, i);
  else put<Op>(Op::template call<I>(a[i], b[i], c[i]), y, z, i);
}

// In two stages: half a chain of operations for a block, then the other half. A processor looks only so far ahead, and
// into half chains it sees twice as many numbers to work on at a time: a quarter less time.
template <class Op, class I, class W>
OGIVE_INLINE void apply_staged(const W* a, W* y, W* z, npy_intp n) {
  constexpr npy_intp block = 128;
  alignas(64) W e[block], scale[block];
  for (npy_intp first = 0; first < n; first += block) {
    const npy_intp size = std::min(block, n - first);
    for (npy_intp i = 0; i < size; ++i) {
      const auto u = Op::template parts<I>(a[first + i]);
      e[i] = u.e, scale[i] = u.scale;
    }
#pragma GCC ivdep
    for (npy_intp i = 0; i < size; ++i) {
      const npy_intp j = first + i;
      put<Op>(Op::template finish<I>(a[j], Exponential<W>{e[i], scale[i]}), y, z, j);
    }
  }
}

// One number alone: what setting up a vector loop costs is more than the number.
template <class Op, class W>
void compute_one(char** args) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    const auto in = [&](int j) { return reinterpret_cast<const W*>(args[std::min(j, Op::inputs - 1)]); };
    W* y = reinterpret_cast<W*>(args[Op::inputs]);
    apply<Op, Isa<1, decltype(isa)::fused>, W>(in(0), in(1), in(2), y, reinterpret_cast<W*>(args[Op::inputs + Op::outputs - 1]), 0);
  });
}

// The loop over contiguous numbers. Input and output may be the same memory, element for element.
template <class Op, class W>
void compute(const W* const* in, W* const* out, npy_intp n) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    const W *a = in[0], *b = in[1], *c = in[2];
    W *y = out[0], *z = out[1];
    if constexpr (Staged<Op>) return apply_staged<Op, decltype(isa)>(a, y, z, n);
#pragma GCC ivdep
    for (npy_intp i = 0; i < n; ++i) apply<Op, decltype(isa), W>(a, b, c, y, z, i);
  });
}

template <class Op, class S, class W>
void span(char* const* args, const npy_intp* steps, npy_intp first, npy_intp n) {
  constexpr int arguments = Op::inputs + Op::outputs;
  constexpr npy_intp room = 512;
  alignas(64) W buffer[arguments][room];
  bool plain = std::is_same_v<S, W>;
  for (int j = 0; j < arguments; ++j) plain = plain && steps[j] == static_cast<npy_intp>(sizeof(W));
  const W* in[3] = {};
  W* out[2] = {};
  for (npy_intp done = 0; done < n;) {
    const npy_intp size = plain ? n : std::min(room, n - done);
    for (int j = 0; j < arguments; ++j) {
      char* p = args[j] + (first + done) * steps[j];
      W* here = plain ? reinterpret_cast<W*>(p) : buffer[j];
      if (j < Op::inputs) {
        in[j] = here;
        if (!plain)
          for (npy_intp i = 0; i < size; ++i) here[i] = load<W, S>(p + i * steps[j]);
      } else {
        out[j - Op::inputs] = here;
      }
    }
    compute<Op, W>(in, out, size);
    if (!plain)
      for (int j = Op::inputs; j < arguments; ++j) {
        char* p = args[j] + (first + done) * steps[j];
        for (npy_intp i = 0; i < size; ++i) store<S>(p + i * steps[j], buffer[j][i]);
      }
    done += size;
  }
}

template <class Op, class S>
void ufunc_loop(char** args, const npy_intp* dimensions, const npy_intp* steps, void*) {
  using W = std::conditional_t<std::is_same_v<S, double> || !Op::native_float, double, float>;
  constexpr npy_intp task = npy_intp(1) << 15;
  const npy_intp n = dimensions[0];
  if constexpr (std::is_same_v<S, double>) {
    if (n == 1) {
      compute_one<Op, W>(args);
      return clear_flags();
    }
  }
  const auto part = [&](int t) {
    const npy_intp first = t * task;
    span<Op, S, W>(args, steps, first, std::min(task, n - first));
    clear_flags();
  };
  const int tasks = static_cast<int>((n + task - 1) / task);
  if (tasks == 1) part(0);
  else parallel_for(tasks, tasks >= 8, part);
}

// Make the ufunc `name` of an operation; two outputs make a generalised one, which Dask and `where=` need not know.
template <class Op>
nb::object make_ufunc(const std::string& name, const std::string& doc) {
  static std::deque<std::string> kept;  // NumPy keeps the pointers
  static PyUFuncGenericFunction loops[] = {ufunc_loop<Op, Half>, ufunc_loop<Op, float>, ufunc_loop<Op, double>};
  static void* data[] = {nullptr, nullptr, nullptr};
  constexpr int arguments = Op::inputs + Op::outputs;
  static char types[3 * arguments];
  for (int j = 0; j < arguments; ++j)
    types[j] = NPY_HALF, types[arguments + j] = NPY_FLOAT, types[2 * arguments + j] = NPY_DOUBLE;
  const char* the_name = kept.emplace_back(name).c_str();
  const char* the_doc = kept.emplace_back(doc).c_str();
  const char* signature = Op::outputs == 2 ? "()->(),()" : nullptr;
  PyObject* made = PyUFunc_FromFuncAndDataAndSignature(loops, data, types, 3, Op::inputs, Op::outputs, PyUFunc_None,
                                                       the_name, the_doc, 0, signature);
  if (!made) throw nb::python_error();
  registered.push_back({reinterpret_cast<PyUFuncObject*>(made), ufunc_loop<Op, Brain>, arguments, -1});
  return nb::steal(made);
}

}  // namespace ogive
