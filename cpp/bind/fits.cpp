// Curves fitted to points, many at a time.
#include <nanobind/stl/string.h>

#include "bind/arrays.hpp"
#include "kernels/lanes.hpp"
#include "kernels/threads.hpp"

namespace ogive {
namespace {

using Table = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Places = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Marks = nb::ndarray<const bool, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

void want(bool right, const char* what) {
  if (!right) throw nb::value_error(what);
}

template <class T>
T* fresh(std::size_t size, nb::ndarray<nb::numpy, T>& out) {
  T* data = new T[size];
  nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
  out = nb::ndarray<nb::numpy, T>(data, {size}, owner);
  return data;
}

// An array that may be empty.
const double* optional(In array, std::size_t n) {
  want(array.shape(0) == 0 || array.shape(0) == n, "before must be empty or have one place a point");
  return array.shape(0) ? array.data() : nullptr;
}

Where where(const double* t, const double* before, const std::int64_t* at, std::size_t c) {
  return {t + at[c], before ? before + at[c] : nullptr, static_cast<int>(at[c + 1] - at[c])};
}

template <class Shape>
nb::tuple fit_shape(In t, In before, In y, In root_weight, Places offsets, Places sets, Table starts, Places axes, int refined, Marks held, Marks shared,
                    Table given, Table low, Table high, int noise, double size) {
  using Engine = Marquardt<Shape>;
  constexpr int P = Shape::parameters;
  const std::size_t n = t.shape(0), curves = offsets.shape(0) - 1, count = sets.shape(0) - 1;
  const double *pt = t.data(), *pb = optional(before, n), *py = pointer(y, n, "y"), *pw = pointer(root_weight, n, "root_weight");
  const std::int64_t *at = offsets.data(), *of = sets.data();
  want(at[0] == 0 && at[curves] == static_cast<std::int64_t>(n), "offsets must lead from 0 to the number of points");
  want(of[0] == 0 && of[count] == static_cast<std::int64_t>(curves), "sets must lead from 0 to the number of curves");
  for (std::size_t c = 0; c < curves; ++c) want(at[c] <= at[c + 1] && at[c + 1] - at[c] < (1 << 28), "offsets must not fall");
  for (std::size_t s = 0; s < count; ++s) want(of[s] <= of[s + 1], "sets must not fall");
  want(held.shape(0) == P && shared.shape(0) == P, "held and shared must have one mark a parameter");
  for (const Table* table : {&given, &low, &high})
    want(table->shape(0) == curves && table->shape(1) == P, "parameters must have one row a curve and one column a parameter");
  want(starts.shape(0) == 0 || starts.shape(1) == P - Shape::coefficients, "starts must have one column a parameter that is not linear");
  want(refined >= 1 && refined <= most_refined, "refined must be 1 to 8");
  want(noise >= 0 && noise <= static_cast<int>(Noise::negative_binomial), "there is no such noise");
  Task<P> task;
  std::copy_n(held.data(), P, task.held), std::copy_n(shared.data(), P, task.shared);
  task.noise = static_cast<Noise>(noise), task.size = size;
  task.starts = starts.data(), task.count = static_cast<int>(starts.shape(0)), task.refined = refined, task.dimensions = P - Shape::coefficients;
  std::int64_t all = 1;
  want(task.count == 0 || axes.shape(0) == P - Shape::coefficients, "axes must have one length a parameter that is not linear");
  for (std::size_t j = 0; j < axes.shape(0) && j < P; ++j) {
    want(axes.data()[j] > 0 && axes.data()[j] <= task.count, "axes must be the lengths of the grid");
    all *= task.axes[j] = static_cast<int>(axes.data()[j]);
  }
  want(task.count == 0 || all == task.count, "axes must be the lengths of the grid");
  double *z, *loss;
  auto found = new_array({curves, std::size_t(P)}, &z), losses = new_array({count}, &loss);
  nb::ndarray<nb::numpy, std::int32_t> all_steps;
  nb::ndarray<nb::numpy, std::uint8_t> all_ends;
  std::int32_t* steps = fresh(count, all_steps);
  std::uint8_t* ends = fresh(count, all_ends);
  {
    nb::gil_scoped_release free;
    std::copy_n(given.data(), curves * P, z);
    const auto report = [&](std::size_t s, const typename Engine::Answer& answer) {
      loss[s] = answer.loss, steps[s] = answer.steps, ends[s] = static_cast<std::uint8_t>(answer.end);
    };
    const bool merged = task.noise == Noise::gaussian;
    const auto rows_of = [at](std::size_t c) { return static_cast<int>(at[c + 1] - at[c]); };
    const auto points_of = [&](std::size_t c, double* room, std::vector<int>& order) {
      return gathered(pt + at[c], pb ? pb + at[c] : nullptr, py + at[c], pw + at[c], rows_of(c), merged, room, order);
    };
    const auto curve_of = [&](std::size_t c, const Points& points) {
      return typename Engine::Curve{points, z + c * P, low.data() + c * P, high.data() + c * P};
    };
    std::vector<std::size_t> alone, rest;  // what goes side by side, and what does not
    for (std::size_t s = 0; s < count; ++s) {
      bool fits = false;
      if constexpr (Rising<Shape>)
        fits = merged && !pb && task.count > 0 && of[s + 1] - of[s] == 1 && rows_of(of[s]) <= most_rows;
      (fits ? alone : rest).push_back(s);
    }
    if constexpr (Rising<Shape>) {
      // Those of about the same length stand together; what they find does not depend on it.
      const auto shorter = [&](std::size_t a, std::size_t b) { return rows_of(of[a]) < rows_of(of[b]); };
      if (!std::is_sorted(alone.begin(), alone.end(), shorter)) std::stable_sort(alone.begin(), alone.end(), shorter);
      std::atomic<std::size_t> coming{0};
      const int threads = static_cast<int>(std::min<std::size_t>(alone.size(), thread_limit.load()));
      parallel_for(threads, n > 500, [&](int) {
        std::vector<double> room[lanes];
        std::vector<int> order;
        const auto next = [&](int lane, auto& job) {
          const std::size_t k = coming++;
          if (k >= alone.size()) return false;
          const std::size_t c = of[job.number = alone[k]];
          room[lane].resize(4 * padded(rows_of(c)));
          job.curve = curve_of(c, points_of(c, room[lane].data(), order));
          return true;
        };
        Lanes<Shape>(task).fit(next, [&](const auto& job) { report(job.number, job.answer); });
      });
    }
    const std::size_t block = 16;
    parallel_for(static_cast<int>((rest.size() + block - 1) / block), n > 500, [&](int number) {
      const std::size_t first = static_cast<std::size_t>(number) * block, last = std::min(rest.size(), first + block);
      int widest = 8;
      std::size_t most = 0;
      for (std::size_t k = first; k < last; ++k) {
        std::size_t points = 0;
        for (std::int64_t c = of[rest[k]]; c < of[rest[k] + 1]; ++c) widest = std::max(widest, padded(rows_of(c))), points += padded(rows_of(c));
        most = std::max(most, points);
      }
      Engine engine(task, widest);
      std::vector<double> room(4 * most);
      std::vector<int> order;
      std::vector<typename Engine::Curve> set;
      for (std::size_t k = first; k < last; ++k) {
        set.clear();
        double* free_room = room.data();
        for (std::int64_t c = of[rest[k]]; c < of[rest[k] + 1]; ++c) {
          set.push_back(curve_of(c, points_of(c, free_room, order)));
          free_room += 4 * padded(rows_of(c));
        }
        report(rest[k], engine.fit(set));
      }
    });
  }
  return nb::make_tuple(found, losses, all_steps, all_ends);
}

nb::object fit_curves(const std::string& shape, In t, In before, In y, In root_weight, Places offsets, Places sets, Table starts, Places axes, int refined,
                      Marks held, Marks shared, Table given, Table low, Table high, int noise, double size) {
  nb::object result;
  want(offsets.shape(0) > 0 && sets.shape(0) > 0, "offsets and sets must not be empty");
  const bool known = with_shape(shape.c_str(), [&]<class Shape>() {
    result = fit_shape<Shape>(t, before, y, root_weight, offsets, sets, starts, axes, refined, held, shared, given, low, high, noise, size);
  });
  want(known, "there is no such shape");
  return result;
}

// Values (n,) and Jacobian (parameters, n) of curves with the parameters z; of their increments from `before` to t, unless that is
// empty.
nb::object curve_values(const std::string& shape, In t, In before, Places offsets, Table z) {
  nb::object result;
  const std::size_t n = t.shape(0), curves = offsets.shape(0) - 1;
  const std::int64_t* at = offsets.data();
  const double *pt = t.data(), *pb = optional(before, n);
  want(offsets.shape(0) > 0 && at[0] == 0 && at[curves] == static_cast<std::int64_t>(n), "offsets must lead from 0 to the number of points");
  for (std::size_t c = 0; c < curves; ++c) want(at[c] <= at[c + 1] && at[c + 1] - at[c] < (1 << 28), "offsets must not fall");
  const bool known = with_shape(shape.c_str(), [&]<class Shape>() {
    constexpr int P = Shape::parameters;
    want(z.shape(0) == curves && z.shape(1) == P, "parameters must have one row a curve and one column a parameter");
    double *f, *J;
    auto value = new_array({n}, &f), jacobian = new_array({std::size_t(P), n}, &J);
    {
      nb::gil_scoped_release free;
      std::vector<double> room;
      for (std::size_t c = 0; c < curves; ++c)
        values<Shape>(where(pt, pb, at, c), z.data() + c * P, f + at[c], J + at[c], static_cast<int>(n), room);
    }
    result = nb::make_tuple(value, jacobian);
  });
  want(known, "there is no such shape");
  return result;
}

// Loss (curves,), its gradient (curves, parameters) and the expected information (curves, parameters, parameters) at the parameters z.
nb::object curve_scores(const std::string& shape, In t, In before, In y, In root_weight, Places offsets, Table z, int noise, double size) {
  nb::object result;
  const std::size_t n = t.shape(0), curves = offsets.shape(0) - 1;
  const std::int64_t* at = offsets.data();
  const double *pt = t.data(), *pb = optional(before, n), *py = pointer(y, n, "y"), *pw = pointer(root_weight, n, "root_weight");
  want(offsets.shape(0) > 0 && at[0] == 0 && at[curves] == static_cast<std::int64_t>(n), "offsets must lead from 0 to the number of points");
  for (std::size_t c = 0; c < curves; ++c) want(at[c] <= at[c + 1] && at[c + 1] - at[c] < (1 << 28), "offsets must not fall");
  want(noise >= 0 && noise <= static_cast<int>(Noise::negative_binomial), "there is no such noise");
  const bool known = with_shape(shape.c_str(), [&]<class Shape>() {
    constexpr int P = Shape::parameters;
    want(z.shape(0) == curves && z.shape(1) == P, "parameters must have one row a curve and one column a parameter");
    double *loss, *gradient, *information;
    auto losses = new_array({curves}, &loss), gradients = new_array({curves, std::size_t(P)}, &gradient),
         all = new_array({curves, std::size_t(P), std::size_t(P)}, &information);
    {
      nb::gil_scoped_release free;
      const std::size_t block = 64;
      parallel_for(static_cast<int>((curves + block - 1) / block), n > 5000, [&](int number) {
        const std::size_t first = static_cast<std::size_t>(number) * block, last = std::min(curves, first + block);
        std::vector<double> room, more;
        for (std::size_t c = first; c < last; ++c) {
          const int rows = static_cast<int>(at[c + 1] - at[c]);
          room.resize(static_cast<std::size_t>(rows) * (P + 2));
          double *f = room.data(), *r = f + rows, *J = r + rows;
          const Where here = where(pt, pb, at, c);
          values<Shape>(here, z.data() + c * P, f, J, rows, more);
          loss[c] = scatter(static_cast<Noise>(noise), size, {here, py + at[c], pw + at[c], rows, 0.0}, f, r);
          for (int j = 0; j < P; ++j) {
            double* a = J + j * rows;
            for (int i = 0; i < rows; ++i) a[i] *= f[i];
            gradient[c * P + j] = dot_product(a, r, rows);
            for (int k = 0; k <= j; ++k)
              information[(c * P + j) * P + k] = information[(c * P + k) * P + j] = dot_product(a, J + k * rows, rows);
          }
        }
      });
    }
    result = nb::make_tuple(losses, gradients, all);
  });
  want(known, "there is no such shape");
  return result;
}

}  // namespace

void bind_fits(nb::module_& m) {
  m.def("fit_curves", &fit_curves, nb::arg("shape"), nb::arg("t").noconvert(), nb::arg("before").noconvert(), nb::arg("y").noconvert(), nb::arg("root_weight").noconvert(),
        nb::arg("offsets").noconvert(), nb::arg("sets").noconvert(), nb::arg("starts").noconvert(), nb::arg("axes").noconvert(), nb::arg("refined"),
        nb::arg("held").noconvert(), nb::arg("shared").noconvert(), nb::arg("given").noconvert(), nb::arg("low").noconvert(),
        nb::arg("high").noconvert(), nb::arg("noise"), nb::arg("size"));
  m.def("curve_scores", &curve_scores, nb::arg("shape"), nb::arg("t").noconvert(), nb::arg("before").noconvert(), nb::arg("y").noconvert(), nb::arg("root_weight").noconvert(),
        nb::arg("offsets").noconvert(), nb::arg("z").noconvert(), nb::arg("noise"), nb::arg("size"));
  m.def("curve_values", &curve_values, nb::arg("shape"), nb::arg("t").noconvert(), nb::arg("before").noconvert(), nb::arg("offsets").noconvert(), nb::arg("z").noconvert());
}

}  // namespace ogive
