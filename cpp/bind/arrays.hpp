// Array arguments of the bindings.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <optional>
#include <string>

namespace nb = nanobind;

namespace ogive {

// Contiguous float64 vectors, read-only in and freshly allocated out.
using In = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Optional = std::optional<In>;

inline nb::ndarray<nb::numpy, double> new_array(std::initializer_list<std::size_t> shape, double** data) {
  std::size_t size = 1;
  for (auto n : shape) size *= n;
  *data = new double[size];
  nb::capsule owner(*data, [](void* p) noexcept { delete[] static_cast<double*>(p); });
  return nb::ndarray<nb::numpy, double>(*data, shape.size(), shape.begin(), owner);
}

inline const double* pointer(const Optional& a, std::size_t size, const char* name) {
  if (!a) return nullptr;
  if (a->shape(0) != size) throw nb::value_error((std::string(name) + " has the wrong length").c_str());
  return a->data();
}

inline const double* pointer(const In& a, std::size_t size, const char* name) {
  if (a.shape(0) != size) throw nb::value_error((std::string(name) + " has the wrong length").c_str());
  return a.data();
}

}  // namespace ogive
