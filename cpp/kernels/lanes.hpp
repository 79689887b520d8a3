// Eight curves side by side, a curve a lane: the search and the descent of least_squares.hpp for sigmoidal shapes and Gaussian noise.
//
// A curve has few points and few parameters, and alone it keeps a processor waiting for the end of a sum. Here every number is
// eight, one a curve, and every loop over lanes is one vector. Lanes never look at each other, and rows beyond a curve's last have
// no weight and add exactly nothing: so a curve's answer depends neither on its neighbours nor on threads. A lane that comes to
// the end of its curve takes the next one, and none waits for another.
#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "kernels/least_squares.hpp"

// The trip count is known, and the compiler would rather unroll than vectorise.
#define OGIVE_LANES(l) _Pragma("omp simd") for (int l = 0; l < lanes; ++l)

namespace ogive {

inline constexpr int lanes = 8;
using Lane = double[lanes];

// Where a descent stands; in lanes every flag is a number.
inline constexpr double going_on = 0.0, at_optimum = 1.0, gave_up = 2.0, vain = 3.0;

// The points of eight curves and where their descents are. Of a matrix, the last column is the right-hand side.
template <int P>
struct alignas(64) Block {
  static constexpr int most_rows = 256;

  int rows;
  bool held[P];
  alignas(64) double t[most_rows][lanes], y[most_rows][lanes], root[most_rows][lanes], J[most_rows][P + 1][lanes];
  double low[P][lanes], high[P][lanes];
  Lane count, apart;  // as in Points
  double z[P][lanes], scale[P][lanes], R[P][P + 1][lanes];
  Lane loss, damping, grow, flat, steps, course;
  double next[P][lanes];  // what is tried
  Lane tried, expected, moves, take;
  Lane fresh;  // 1 where `next` is a start: to be taken as it is
  double best[P][lanes];
  Lane best_loss;
};

// As in points.hpp; column k has `rows(k)` rows that are not 0.
template <class I, int P, class Rows>
OGIVE_INLINE void orthogonalise(double (*__restrict__ A)[P + 1][lanes], Rows rows, double (&__restrict__ R)[P][P + 1][lanes]) {
  for (int k = 0; k < P; ++k) {
    const int n = rows(k);
    alignas(64) Lane norm = {}, inverse;
    alignas(64) double x[P + 1][lanes] = {};
    for (int i = 0; i < n; ++i) OGIVE_LANES(l) norm[l] = I::fma(A[i][k][l], A[i][k][l], norm[l]);
    OGIVE_LANES(l) R[k][k][l] = std::sqrt(norm[l]), inverse[l] = norm[l] > 0.0 ? 1.0 / R[k][k][l] : 0.0;
    for (int i = 0; i < n; ++i) {
      OGIVE_LANES(l) A[i][k][l] *= inverse[l];
      for (int j = k + 1; j <= P; ++j) OGIVE_LANES(l) x[j][l] = I::fma(A[i][k][l], A[i][j][l], x[j][l]);
    }
    for (int i = 0; i < n; ++i)
      for (int j = k + 1; j <= P; ++j) OGIVE_LANES(l) A[i][j][l] = I::fma(-x[j][l], A[i][k][l], A[i][j][l]);
    for (int j = k + 1; j <= P; ++j) OGIVE_LANES(l) R[k][j][l] = x[j][l];
  }
}

// The damped step from z to `next`: what it promises, and how many parameters it moves. Rows of R and of the damping take turns, so
// that a column ends where both have come to it.
template <int P>
[[gnu::noinline]] void step(Block<P>& b) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    alignas(64) double A[2 * P][P + 1][lanes] = {}, S[P][P + 1][lanes], d[P][lanes];
    for (int k = 0; k < P; ++k) {
      for (int i = 0; i <= k; ++i) OGIVE_LANES(l) A[2 * i][k][l] = b.R[i][k][l];
      OGIVE_LANES(l) {
        A[2 * k + 1][k][l] = std::sqrt(b.damping[l]) * (b.scale[k][l] > 0.0 ? b.scale[k][l] : 1.0);
        A[2 * k][P][l] = -b.R[k][P][l];
      }
    }
    orthogonalise<I, P>(A, [](int k) { return 2 * k + 2; }, S);
    OGIVE_LANES(l) b.expected[l] = b.moves[l] = 0.0;
    for (int k = P; k-- > 0;) {
      for (int j = k + 1; j < P; ++j) OGIVE_LANES(l) S[k][P][l] -= S[k][j][l] * d[j][l];
      OGIVE_LANES(l) d[k][l] = S[k][k][l] > 0.0 ? S[k][P][l] / S[k][k][l] : 0.0;
    }
    for (int k = 0; k < P; ++k) {
      const bool held = b.held[k];
      OGIVE_LANES(l) {
        const double z = b.z[k][l], to = z + d[k][l], up = to < b.low[k][l] ? b.low[k][l] : to;
        const double x = held ? z : up > b.high[k][l] ? b.high[k][l] : up;
        b.next[k][l] = b.fresh[l] > 0.0 ? b.next[k][l] : x;
        d[k][l] = x - z;
        b.moves[l] += std::fabs(d[k][l]) > 4e-16 * std::fabs(z) ? 1.0 : 0.0;
      }
    }
    for (int i = 0; i < P; ++i) {
      alignas(64) Lane x;
      OGIVE_LANES(l) x[l] = b.R[i][P][l];
      for (int j = i; j < P; ++j) OGIVE_LANES(l) x[l] = I::fma(b.R[i][j][l], d[j][l], x[l]);
      OGIVE_LANES(l) b.expected[l] += 0.5 * (b.R[i][P][l] - x[l]) * (b.R[i][P][l] + x[l]);
    }
  });
}

// What is tried becomes where the descent is, or damping grows.
template <int P>
[[gnu::noinline]] void judge(Block<P>& b) {
  with_isa([&](auto) __attribute__((always_inline)) {
    OGIVE_LANES(l) {
      const bool fresh = b.fresh[l] > 0.0, moves = b.moves[l] > 0.0;
      const double gain = b.loss[l] - b.tried[l], ratio = gain / b.expected[l], little = 1e-14 * b.loss[l];
      const bool flat = (std::fabs(b.expected[l]) <= little) & (std::fabs(gain) <= little);
      const bool good = ((b.expected[l] > 0.0) & (ratio > 1e-4)) | flat, take = fresh | (moves & good);
      const double q = 2.0 * ratio - 1.0, shrink = flat ? 0.1 : 1.0 - q * q * q, part = shrink > 0.03 ? shrink : 0.03;
      const double smaller = b.damping[l] * part, larger = b.damping[l] * b.grow[l];
      const double damping = take ? (smaller > 1e-16 ? smaller : 1e-16) : larger;
      b.damping[l] = fresh ? 1e-4 : damping;
      b.grow[l] = take ? 2.0 : 2.0 * b.grow[l];
      b.loss[l] = take ? b.tried[l] : b.loss[l];
      const double flats = b.flat[l] + (take & flat ? 1.0 : 0.0), steps = b.steps[l] + (moves ? 1.0 : 0.0);
      b.flat[l] = fresh ? 0.0 : flats;
      b.steps[l] = fresh ? 0.0 : steps;
      b.take[l] = take ? 1.0 : 0.0;
      const double end = !moves | (flats > 3.0) ? at_optimum : damping > 1e30 ? gave_up : going_on;
      const double begin = b.tried[l] < std::numeric_limits<double>::infinity() ? going_on : vain;
      b.course[l] = fresh ? begin : end;
      b.fresh[l] = 0.0;
    }
  });
}

// Factor the Jacobian where the descent is now, if it moved: parameters that are held, or at a bound beyond which the loss would
// fall, have none. Then see whether it is at its end, or vain (least_squares.hpp says when).
template <int P>
[[gnu::noinline]] void factor(Block<P>& b, double most_steps) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    alignas(64) double slope[P][lanes] = {}, norm[P][lanes] = {}, R[P][P + 1][lanes];
    for (int i = 0; i < b.rows; ++i)
      for (int j = 0; j < P; ++j)
        OGIVE_LANES(l) {
          slope[j][l] = I::fma(b.J[i][j][l], b.J[i][P][l], slope[j][l]);
          norm[j][l] = I::fma(b.J[i][j][l], b.J[i][j][l], norm[j][l]);
        }
    for (int j = 0; j < P; ++j) {
      alignas(64) Lane keep;
      double kept = 0.0;
      const bool held = b.held[j];
      OGIVE_LANES(l) {
        const bool low = (b.next[j][l] <= b.low[j][l]) & (slope[j][l] >= 0.0);
        const bool high = (b.next[j][l] >= b.high[j][l]) & (slope[j][l] <= 0.0);
        keep[l] = held | low | high ? 0.0 : 1.0;
        const double size = std::sqrt(norm[j][l]) * keep[l];
        const double larger = size > b.scale[j][l] ? size : b.scale[j][l], scale = b.steps[l] > 0.0 ? larger : size;
        b.scale[j][l] = b.take[l] > 0.0 ? scale : b.scale[j][l];
        b.z[j][l] = b.take[l] > 0.0 ? b.next[j][l] : b.z[j][l];
      }
      for (int l = 0; l < lanes; ++l) kept += keep[l];
      if (kept == lanes) continue;
      for (int i = 0; i < b.rows; ++i) OGIVE_LANES(l) b.J[i][j][l] *= keep[l];
    }
    orthogonalise<I, P>(b.J, [n = b.rows](int) { return n; }, R);
    alignas(64) Lane promise = {}, far = {};
    for (int k = 0; k < P; ++k) {
      for (int j = k; j <= P; ++j) OGIVE_LANES(l) b.R[k][j][l] = b.take[l] > 0.0 ? R[k][j][l] : b.R[k][j][l];
      OGIVE_LANES(l) {
        const double d = b.scale[k][l] * (b.z[k][l] - b.best[k][l]);
        promise[l] += 0.5 * b.R[k][P][l] * b.R[k][P][l], far[l] += d * d;
      }
    }
    OGIVE_LANES(l) {
      const double best = b.best_loss[l];
      const bool behind = (b.steps[l] >= 2.0) & (b.loss[l] - 4.0 * promise[l] > best);
      const bool there = (best < std::numeric_limits<double>::infinity()) & (far[l] * b.count[l] <= 0.02 * best);
      const double later = b.steps[l] >= most_steps ? gave_up : going_on, open = behind | there ? vain : later;
      const double course = promise[l] <= 1e-18 * b.loss[l] ? at_optimum : open;
      b.course[l] = b.course[l] > 0.0 ? b.course[l] : course;
    }
  });
}

// Loss, residuals and Jacobian at `next`.
template <class Shape>
[[gnu::noinline]] void evaluate(Block<Shape::parameters>& b) {
  constexpr int P = Shape::parameters;
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    alignas(64) Lane rate, sum = {};
    OGIVE_LANES(l) {
      const auto e = exponential<I>(b.next[3][l]);
      rate[l] = I::fma(e.scale, e.e, e.scale);
    }
    for (int i = 0; i < b.rows; ++i) OGIVE_LANES(l) {
      const double u = Shape::bounded((b.t[i][l] - b.next[2][l]) * rate[l]), w = b.root[i][l];
      const auto rise = Shape::template rise<I>(u, b.next[P - 1][l]);
      const double span = b.next[1][l] - b.next[0][l], slope = w * span * rise.slope;
      const double residual = w * (I::fma(span, rise.s, b.next[0][l]) - b.y[i][l]);
      b.J[i][0][l] = w * (1.0 - rise.s), b.J[i][1][l] = w * rise.s;
      b.J[i][2][l] = -slope * rate[l], b.J[i][3][l] = slope * u;
      if constexpr (P == 5) b.J[i][4][l] = w * span * rise.by_asymmetry;
      b.J[i][P][l] = residual, sum[l] = I::fma(residual, residual, sum[l]);
    }
    OGIVE_LANES(l) b.tried[l] = I::fma(0.5, sum[l], b.apart[l]);
  });
}

// A start of the grid: its loss, with the levels that suit it best.
struct alignas(64) Start {
  Lane loss, left, right;
};

struct alignas(64) Row {
  Lane of;
};

// Rates, and asymmetries where there are any, of the starts.
template <int P>
struct alignas(64) Rest {
  Lane of[P - 3];
};

// All starts of eight curves. With weights w, f = left + (right - left) s is a line through the points (s, y): a few sums tell its
// levels and its loss.
template <class Shape>
[[gnu::noinline]] void search(const Block<Shape::parameters>& b, const std::vector<Row>& centres,
                              const std::vector<Rest<Shape::parameters>>& rest, std::vector<Start>& grid) {
  constexpr int P = Shape::parameters;
  const std::size_t rests = rest.size();
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    const bool left_held = b.held[0], right_held = b.held[1];
    alignas(64) Lane W = {}, Y = {}, YY = {};
    for (int i = 0; i < b.rows; ++i) OGIVE_LANES(l) {
      const double w = b.root[i][l] * b.root[i][l], y = b.y[i][l];
      W[l] += w, Y[l] = I::fma(w, y, Y[l]), YY[l] = I::fma(w * y, y, YY[l]);
    }
    for (std::size_t k = 0; k < rests; ++k) {
      alignas(64) Lane rate;
      OGIVE_LANES(l) {
        const auto e = exponential<I>(rest[k].of[0][l]);
        rate[l] = I::fma(e.scale, e.e, e.scale);
      }
      for (std::size_t g = 0; g < centres.size(); ++g) {
        alignas(64) Lane S = {}, SS = {}, SY = {};
        for (int i = 0; i < b.rows; ++i) OGIVE_LANES(l) {
          const double s = Shape::template rise<I>(Shape::bounded((b.t[i][l] - centres[g].of[l]) * rate[l]), rest[k].of[P - 4][l]).s;
          const double ws = b.root[i][l] * b.root[i][l] * s;
          S[l] += ws, SS[l] = I::fma(ws, s, SS[l]), SY[l] = I::fma(ws, b.y[i][l], SY[l]);
        }
        Start& start = grid[g * rests + k];
        OGIVE_LANES(l) {
          const double spread = SS[l] - S[l] * S[l] / W[l], both = SY[l] - S[l] * Y[l] / W[l];
          const double span = spread > 1e-13 * SS[l] ? both / spread : 0.0;
          const double rest = W[l] - 2.0 * S[l] + SS[l];  // of (1 - s)^2
          // with one level held, the other is a regression through that one
          const double from_left = SS[l] > 0.0 ? (SY[l] - b.z[0][l] * S[l]) / SS[l] : 0.0;
          const double from_right = rest > 0.0 ? (Y[l] - SY[l] - b.z[1][l] * (W[l] - S[l])) / rest : 0.0;
          const double free_left = right_held ? b.z[1][l] + from_right : (Y[l] - span * S[l]) / W[l];
          const double free_right = left_held ? b.z[0][l] + from_left : free_left + span;
          const double up_left = free_left < b.low[0][l] ? b.low[0][l] : free_left;
          const double up_right = free_right < b.low[1][l] ? b.low[1][l] : free_right;
          const double left = left_held ? b.z[0][l] : up_left > b.high[0][l] ? b.high[0][l] : up_left;
          const double right = right_held ? b.z[1][l] : up_right > b.high[1][l] ? b.high[1][l] : up_right;
          const double d = right - left, twice = YY[l] - 2.0 * (left * Y[l] + d * SY[l]) + left * (left * W[l] + 2.0 * d * S[l]) + d * d * SS[l];
          start.loss[l] = b.apart[l] + 0.5 * (twice < 0.0 ? 0.0 : twice), start.left[l] = left, start.right[l] = right;
        }
      }
    }
  });
}

// Shapes that lead from a level to another.
template <class Shape>
concept Rising = requires { Shape::bounded(0.0); };

template <Rising Shape>
class Lanes {
 public:
  using Engine = Marquardt<Shape>;
  using Curve = typename Engine::Curve;
  using Answer = typename Engine::Answer;
  static constexpr int P = Shape::parameters, most_rows = Block<P>::most_rows;

  explicit Lanes(const Task<P>& task)
      : task_(task), rest_count_(task.count / task.axes[0]), centres_(task.axes[0]), rest_(rest_count_), grid_(task.count),
        block_(std::make_unique<Block<P>>()) {
    std::copy_n(task.held, P, block_->held);
  }

  // Fit curves of at most `most_rows` rows.
  void fit(std::vector<Curve>& curves, std::vector<Answer>& answers) {
    starts_.assign(curves.size(), {}), answers.assign(curves.size(), {});
    for (std::size_t first = 0; first < curves.size(); first += lanes) choose(curves, first);
    std::size_t coming = 0;
    int running = 0;
    const auto take = [&](int l) {  // the next curve that has a start
      while (coming < curves.size() && !starts_[coming].kept) ++coming;
      if (coming == curves.size()) return false;
      load(curves[at_[l] = coming++], l), begin(l, 0);
      block_->best_loss[l] = std::numeric_limits<double>::infinity();
      return true;
    };
    for (int l = 0; l < lanes; ++l) running += runs_[l] = take(l);
    while (running) {
      step(*block_);
      evaluate<Shape>(*block_);
      judge(*block_);
      factor(*block_, Engine::most_steps);
      for (int l = 0; l < lanes; ++l) {
        if (!runs_[l] || block_->course[l] == going_on) continue;
        keep(l, curves[at_[l]], answers[at_[l]]);
        if (start_[l] + 1 < starts_[at_[l]].kept) begin(l, start_[l] + 1);
        else if (!take(l)) runs_[l] = false, --running;
      }
    }
  }

 private:
  void load(const Curve& curve, int l) {
    Block<P>& b = *block_;
    const Points& points = curve.points;
    for (int i = 0; i < points.rows; ++i) b.t[i][l] = points.t[i], b.y[i][l] = points.y[i], b.root[i][l] = points.root_weight[i];
    for (int i = points.rows; i < rows_[l]; ++i) b.t[i][l] = b.y[i][l] = b.root[i][l] = 0.0;
    rows_[l] = points.rows, b.rows = *std::max_element(rows_, rows_ + lanes);
    b.count[l] = points.count, b.apart[l] = points.apart;
    for (int j = 0; j < P; ++j) b.low[j][l] = curve.low[j], b.high[j][l] = curve.high[j], b.z[j][l] = curve.z[j];
  }

  // The starts of eight curves that are worth following, as for one.
  void choose(const std::vector<Curve>& curves, std::size_t first) {
    const int count = static_cast<int>(std::min<std::size_t>(lanes, curves.size() - first));
    for (int l = 0; l < count; ++l) {
      const Curve& curve = curves[first + l];
      load(curve, l);
      const auto inside = [&](int j, double x) { return task_.held[j] ? curve.z[j] : clamped(x, curve.low[j], curve.high[j]); };
      distinct_places(curve.points, places_);
      for (std::size_t g = 0; g < centres_.size(); ++g)
        centres_[g].of[l] = inside(2, along(task_.starts[g * rest_count_ * (P - 2)], places_));
      for (int k = 0; k < rest_count_; ++k)
        for (int j = 3; j < P; ++j) rest_[k].of[j - 3][l] = inside(j, task_.starts[k * (P - 2) + j - 2]);
    }
    search<Shape>(*block_, centres_, rest_, grid_);
    for (int l = 0; l < count; ++l) {
      Starts<P>& starts = starts_[first + l];
      const auto loss = [&](int g) { return grid_[g].loss[l]; };
      for (int g = 0; g < task_.count; ++g) {
        if (!task_.lowest(loss, g)) continue;
        double z[P] = {grid_[g].left[l], grid_[g].right[l], centres_[g / rest_count_].of[l]};
        for (int j = 3; j < P; ++j) z[j] = rest_[g % rest_count_].of[j - 3][l];
        starts.keep(loss(g), z, task_.refined);
      }
      starts.drop_hopeless();
    }
  }

  // Let a lane begin at a start of its curve.
  void begin(int l, int start) {
    start_[l] = start, block_->fresh[l] = 1.0;
    for (int j = 0; j < P; ++j) block_->next[j][l] = starts_[at_[l]].z[start][j];
  }

  // What a lane has come to is its curve's answer, if it is the best so far.
  void keep(int l, const Curve& curve, Answer& answer) {
    Block<P>& b = *block_;
    if (b.course[l] == vain || !(b.loss[l] < answer.loss)) return;
    answer = {b.loss[l], static_cast<int>(b.steps[l]), b.course[l] == at_optimum ? End::optimal : End::limit};
    b.best_loss[l] = b.loss[l];
    for (int j = 0; j < P; ++j) b.best[j][l] = curve.z[j] = b.z[j][l];
  }

  const Task<P>& task_;
  int rest_count_, rows_[lanes] = {}, start_[lanes];
  bool runs_[lanes];
  std::size_t at_[lanes];
  std::vector<Row> centres_;
  std::vector<Rest<P>> rest_;
  std::vector<Start> grid_;
  std::vector<Starts<P>> starts_;
  std::vector<double> places_;
  std::unique_ptr<Block<P>> block_;
};

#undef OGIVE_LANES

}  // namespace ogive
