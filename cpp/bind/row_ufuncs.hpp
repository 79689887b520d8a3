// NumPy generalised universal functions made of operations on rows (kernels/rows.hpp).
//
// Each row is read into a padded copy in double, whatever its type and strides. Rows are shared among the threads.
#pragma once

#include <memory>
#include <new>

#include "bind/ufuncs.hpp"
#include "kernels/rows.hpp"

namespace ogive {

template <class Op>
constexpr int row_arguments = Op::inputs + (Op::labelled ? 1 : 0) + 1;

template <class S>
OGIVE_INLINE void read_row(const char* p, npy_intp step, npy_intp n, double* row, double padding) {
  if (step == sizeof(S))
    for (npy_intp i = 0; i < n; ++i) row[i] = load<double, S>(p + i * npy_intp(sizeof(S)));
  else
    for (npy_intp i = 0; i < n; ++i) row[i] = load<double, S>(p + i * step);
  std::fill(row + n, row + padded(n), padding);
}

template <class S>
OGIVE_INLINE void write_row(char* p, npy_intp step, npy_intp n, const double* row) {
  if (step == sizeof(S))
    for (npy_intp i = 0; i < n; ++i) store<S>(p + i * npy_intp(sizeof(S)), row[i]);
  else
    for (npy_intp i = 0; i < n; ++i) store<S>(p + i * step, row[i]);
}

// The rows from `first` to `last`. The steps inside a row stand behind those from row to row; a label has none.
template <class Op, class S>
void row_span(char* const* args, const npy_intp* steps, npy_intp n, npy_intp first, npy_intp last) {
  constexpr int out = row_arguments<Op> - 1;
  const npy_intp* inner = steps + row_arguments<Op>;
  const npy_intp room = std::max(padded(n), row_lanes);
  const std::unique_ptr<double[]> work(new double[Op::rooms * room]);
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    for (npy_intp r = first; r < last; ++r) {
      for (int j = 0; j < Op::inputs; ++j)
        read_row<S>(args[j] + r * steps[j], inner[j], n, work.get() + j * room, j == 0 ? -infinity<double> : 0.0);
      const double* result;
      if constexpr (Op::labelled) {
        const npy_int64 label = *reinterpret_cast<const npy_int64*>(args[Op::inputs] + r * steps[Op::inputs]);
        result = Op::template call<I>(work.get(), padded(n), label < n ? std::max<npy_int64>(label, -1) : -1);
      } else {
        result = Op::template call<I>(work.get(), padded(n));
      }
      write_row<S>(args[out] + r * steps[out], Op::reduces ? 0 : inner[Op::inputs], Op::reduces ? 1 : n, result);
    }
  });
  clear_flags();
}

template <class Op, class S>
void row_loop(char** args, const npy_intp* dimensions, const npy_intp* steps, void*) {
  const npy_intp rows = dimensions[0], n = dimensions[1];
  const npy_intp task = std::max<npy_intp>(1, (npy_intp(1) << 15) / std::max<npy_intp>(n, 1));
  const int tasks = static_cast<int>((rows + task - 1) / task);
  try {
    parallel_for(tasks, tasks >= 8,
                 [&](int t) { row_span<Op, S>(args, steps, n, t * task, std::min(rows, (t + 1) * task)); });
  } catch (const std::bad_alloc&) {
    NPY_ALLOW_C_API_DEF;
    NPY_ALLOW_C_API;
    PyErr_NoMemory();
    NPY_DISABLE_C_API;
  }
}

template <class Op>
nb::object make_row_ufunc(const char* doc) {
  static PyUFuncGenericFunction loops[] = {row_loop<Op, Half>, row_loop<Op, float>, row_loop<Op, double>};
  static void* data[] = {nullptr, nullptr, nullptr};
  constexpr int arguments = row_arguments<Op>;
  static char types[3 * arguments];
  const char kinds[] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < arguments; ++j)
      types[i * arguments + j] = Op::labelled && j == Op::inputs ? char(NPY_INT64) : kinds[i];
  const char* ends = Op::reduces ? "->()" : "->(n)";
  const char* starts = Op::inputs == 2 ? "(n),(n)" : Op::labelled ? "(n),()" : "(n)";
  const std::string signature = std::string(starts) + ends;  // NumPy copies it
  PyObject* made = PyUFunc_FromFuncAndDataAndSignature(loops, data, types, 3, arguments - 1, 1, PyUFunc_None,
                                                       Op::name, doc, 0, signature.c_str());
  if (!made) throw nb::python_error();
  const int label = Op::labelled ? Op::inputs : -1;
  registered.push_back({reinterpret_cast<PyUFuncObject*>(made), row_loop<Op, Brain>, arguments, label});
  return nb::steal(made);
}

}  // namespace ogive
