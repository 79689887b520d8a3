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

inline constexpr int most_rows = 256;

// The points of eight curves, and what their parameters may be; z has those that are held.
template <int P>
struct alignas(64) Beside {
  int rows, each[lanes];
  bool held[P];
  alignas(64) double t[most_rows][lanes], y[most_rows][lanes], root[most_rows][lanes];
  double low[P][lanes], high[P][lanes], z[P][lanes];
  Lane count, apart;  // as in Points
};

// Where the descents of eight curves are. Of a matrix, the last column is the right-hand side.
template <int P>
struct Block : Beside<P> {
  double J[most_rows][P + 1][lanes];
  double scale[P][lanes], R[P][P + 1][lanes];
  Lane loss, damping, grow, flat, steps, course;
  double next[P][lanes];  // what is tried
  Lane tried, expected, moves, take;
  Lane fresh;  // 1 where `next` is a start: to be taken as it is
  double best[P][lanes];
  Lane best_loss;
};

// a / b, and 0 where b is nothing: a branch would be eight.
OGIVE_INLINE double quotient(double a, double b) { return a * b / (b * b + 1e-300); }

OGIVE_INLINE double between(double x, double low, double high) {
  const double up = x < low ? low : x;
  return up > high ? high : up;
}

// As in points.hpp: columns from k on made orthogonal to each other, and the last one to all. Column k has `rows(k)` rows that are
// not 0. What is left of a column is not brought to length 1, which saves a pass.
template <class I, int P, int k = 0, class Rows>
OGIVE_INLINE void orthogonalise(double (*__restrict__ A)[P + 1][lanes], Rows rows, double (&__restrict__ R)[P][P + 1][lanes]) {
  const int n = rows(k);
  alignas(64) double x[P + 1][lanes] = {};
  for (int i = 0; i < n; ++i)
    for (int j = k; j <= P; ++j) OGIVE_LANES(l) x[j][l] = I::fma(A[i][k][l], A[i][j][l], x[j][l]);
  alignas(64) Lane inverse;
  OGIVE_LANES(l) {
    const double norm = std::sqrt(x[k][l]);
    R[k][k][l] = norm, inverse[l] = quotient(1.0, norm);
  }
  for (int j = k + 1; j <= P; ++j) OGIVE_LANES(l) R[k][j][l] = x[j][l] * inverse[l], x[j][l] = R[k][j][l] * inverse[l];
  if constexpr (k + 1 < P) {
    for (int i = 0; i < n; ++i)
      for (int j = k + 1; j <= P; ++j) OGIVE_LANES(l) A[i][j][l] = I::fma(-x[j][l], A[i][k][l], A[i][j][l]);
    orthogonalise<I, P, k + 1>(A, rows, R);
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
        const double scale = b.scale[k][l];
        A[2 * k + 1][k][l] = std::sqrt(b.damping[l]) * (scale > 0.0 ? scale : 1.0);
        A[2 * k][P][l] = -b.R[k][P][l];
      }
    }
    orthogonalise<I, P>(A, [](int k) { return 2 * k + 2; }, S);
    OGIVE_LANES(l) b.expected[l] = b.moves[l] = 0.0;
    for (int k = P; k-- > 0;) {
      for (int j = k + 1; j < P; ++j) OGIVE_LANES(l) S[k][P][l] -= S[k][j][l] * d[j][l];
      OGIVE_LANES(l) d[k][l] = quotient(S[k][P][l], S[k][k][l]);
    }
    for (int k = 0; k < P; ++k) {
      const double still = b.held[k] ? 0.0 : 1.0;
      OGIVE_LANES(l) {
        const double z = b.z[k][l], start = b.next[k][l], fresh = b.fresh[l];
        const double x = between(z + still * d[k][l], b.low[k][l], b.high[k][l]);
        b.next[k][l] = fresh > 0.0 ? start : x;
        d[k][l] = x - z;
        b.moves[l] += std::fabs(x - z) > 4e-16 * std::fabs(z) ? 1.0 : 0.0;
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
    alignas(64) double keep[P][lanes];
    alignas(64) Lane kept = {};
    for (int j = 0; j < P; ++j) {
      const double held = b.held[j] ? 0.0 : 1.0;
      OGIVE_LANES(l) {
        const double next = b.next[j][l], down = slope[j][l];
        const double low = next <= b.low[j][l] ? down : -1.0, high = next >= b.high[j][l] ? -down : -1.0;
        keep[j][l] = (low > high ? low : high) < 0.0 ? held : 0.0;  // the way down leads out
      }
      OGIVE_LANES(l) {
        const double next = b.next[j][l], old = b.scale[j][l], z = b.z[j][l], take = b.take[l];
        const double size = std::sqrt(norm[j][l]) * keep[j][l];
        const double larger = size > old ? size : old, scale = b.steps[l] > 0.0 ? larger : size;
        b.scale[j][l] = take > 0.0 ? scale : old;
        b.z[j][l] = take > 0.0 ? next : z;
        kept[l] += keep[j][l];
      }
    }
    double all = 0.0;
    for (int l = 0; l < lanes; ++l) all += kept[l];
    if (all < P * lanes)
      for (int i = 0; i < b.rows; ++i)
        for (int j = 0; j < P; ++j) OGIVE_LANES(l) b.J[i][j][l] *= keep[j][l];
    orthogonalise<I, P>(b.J, [n = b.rows](int) { return n; }, R);
    alignas(64) Lane promise = {}, far = {};
    for (int k = 0; k < P; ++k) {
      for (int j = k; j <= P; ++j) OGIVE_LANES(l) {
        const double old = b.R[k][j][l];
        b.R[k][j][l] = b.take[l] > 0.0 ? R[k][j][l] : old;
      }
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

// The levels that suit a rise best, and the loss with them, from sums over the points: of w, w y, w y^2, w s, w s^2 and w s y.
// f = left + (right - left) s is a line through the points (s, y), or through its end, where that is held.
template <class I, int P>
OGIVE_INLINE void levels(const Beside<P>& b, const Lane& W, const Lane& Y, const Lane& YY, const Lane& S, const Lane& SS, const Lane& SY,
                         Start& start) {
  OGIVE_LANES(l) start.left[l] = b.z[0][l], start.right[l] = b.z[1][l];
  if (!b.held[0] && !b.held[1]) {
    OGIVE_LANES(l) {
      const double spread = SS[l] - S[l] * S[l] / W[l], slope = quotient(SY[l] - S[l] * Y[l] / W[l], spread);
      const double span = spread > 1e-13 * SS[l] ? slope : 0.0, left = (Y[l] - span * S[l]) / W[l];
      start.left[l] = between(left, b.low[0][l], b.high[0][l]), start.right[l] = between(left + span, b.low[1][l], b.high[1][l]);
    }
  } else if (!b.held[1]) {
    OGIVE_LANES(l) {
      const double left = start.left[l], span = quotient(SY[l] - left * S[l], SS[l]);
      start.right[l] = between(left + span, b.low[1][l], b.high[1][l]);
    }
  } else if (!b.held[0]) {
    OGIVE_LANES(l) {
      const double right = start.right[l], span = quotient(Y[l] - SY[l] - right * (W[l] - S[l]), W[l] - 2.0 * S[l] + SS[l]);
      start.left[l] = between(right + span, b.low[0][l], b.high[0][l]);
    }
  }
  OGIVE_LANES(l) {
    const double left = start.left[l], d = start.right[l] - left;
    const double most = left * (left * W[l] + 2.0 * (d * S[l] - Y[l])) + d * (d * SS[l] - 2.0 * SY[l]);
    start.loss[l] = b.apart[l] + 0.5 * at_least(YY[l] + most, 0.0);
  }
}

// How far the curve of every start has risen at every row.
template <class Shape>
[[gnu::noinline]] void rise(const Beside<Shape::parameters>& b, const std::vector<Row>& centres,
                            const std::vector<Rest<Shape::parameters>>& rest, Row* __restrict__ risen) {
  constexpr int P = Shape::parameters;
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    for (const Row& centre : centres)
      for (const Rest<P>& other : rest) {
        alignas(64) Lane rate;
        OGIVE_LANES(l) {
          const auto e = exponential<I>(other.of[0][l]);
          rate[l] = I::fma(e.scale, e.e, e.scale);
        }
        for (int i = 0; i < b.rows; ++i, ++risen)
          OGIVE_LANES(l) risen->of[l] = Shape::template rise<I>(Shape::bounded((b.t[i][l] - centre.of[l]) * rate[l]), other.of[P - 4][l]).s;
      }
  });
}

// Levels and loss of all starts.
template <int P>
[[gnu::noinline]] void search(const Beside<P>& b, const Row* __restrict__ risen, std::vector<Start>& grid) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    alignas(64) Lane W = {}, Y = {}, YY = {};
    for (int i = 0; i < b.rows; ++i) OGIVE_LANES(l) {
      const double w = b.root[i][l] * b.root[i][l], y = b.y[i][l];
      W[l] += w, Y[l] = I::fma(w, y, Y[l]), YY[l] = I::fma(w * y, y, YY[l]);
    }
    for (Start& start : grid) {
      alignas(64) Lane S = {}, SS = {}, SY = {};
      for (int i = 0; i < b.rows; ++i, ++risen) OGIVE_LANES(l) {
        const double s = risen->of[l], ws = b.root[i][l] * b.root[i][l] * s;
        S[l] += ws, SS[l] = I::fma(ws, s, SS[l]), SY[l] = I::fma(ws, b.y[i][l], SY[l]);
      }
      levels<I>(b, W, Y, YY, S, SS, SY, start);
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
  static constexpr int P = Shape::parameters;

  explicit Lanes(const Task<P>& task)
      : task_(task), rest_count_(task.count / task.axes[0]), centres_(task.axes[0]), rest_(rest_count_), grid_(task.count),
        coming_(std::make_unique<Beside<P>>()), block_(std::make_unique<Block<P>>()) {
    std::copy_n(task.held, P, coming_->held), std::copy_n(task.held, P, block_->held);
  }

  // Fit curves of at most `most_rows` rows: `next(lane, job)` gives another one or false, and keeps its points until it gives
  // another one for the same lane; `done(job)` takes what was found.
  struct Job {
    std::size_t number;
    Curve curve;
    Answer answer;
    Starts<P> starts;
    int start;
  };
  template <class Next, class Done>
  void fit(Next&& next, Done&& done) {
    int running = 0, waiting = 0, at = 0;
    const auto take = [&](int l) {  // the next curve that has a start
      for (;; ++at) {
        if (at == waiting) at = 0, waiting = choose(next);
        if (!waiting) return false;
        if (jobs_[at].starts.kept) break;
        done(jobs_[at]);
      }
      runs_[l] = jobs_[at++];
      load(*block_, runs_[l].curve, l), begin(l, 0);
      block_->best_loss[l] = std::numeric_limits<double>::infinity();
      return true;
    };
    bool busy[lanes];
    for (int l = 0; l < lanes; ++l) running += busy[l] = take(l);
    while (running) {
      step(*block_);
      evaluate<Shape>(*block_);
      judge(*block_);
      factor(*block_, Engine::most_steps);
      for (int l = 0; l < lanes; ++l) {
        if (!busy[l] || block_->course[l] == going_on) continue;
        keep(l);
        if (runs_[l].start + 1 < runs_[l].starts.kept) {
          begin(l, runs_[l].start + 1);
        } else {
          done(runs_[l]);
          running -= !(busy[l] = take(l));
        }
      }
    }
  }

 private:
  // Write x to a place, and mark whether something else stood there.
  static void put(double& place, double x, bool& changed) { changed |= place != x, place = x; }

  // Put a curve into a lane; whether its points are elsewhere than those of the lane's last one.
  static bool load(Beside<P>& b, const Curve& curve, int l) {
    const Points& points = curve.points;
    bool changed = points.rows != b.each[l];
    for (int i = 0; i < points.rows; ++i)
      put(b.t[i][l], points.t[i], changed), b.y[i][l] = points.y[i], b.root[i][l] = points.root_weight[i];
    for (int i = points.rows; i < b.each[l]; ++i) b.t[i][l] = b.y[i][l] = b.root[i][l] = 0.0;
    b.each[l] = points.rows, b.rows = *std::max_element(b.each, b.each + lanes);
    b.count[l] = points.count, b.apart[l] = points.apart;
    for (int j = 0; j < P; ++j) b.low[j][l] = curve.low[j], b.high[j][l] = curve.high[j], b.z[j][l] = curve.z[j];
    return changed;
  }

  // Up to eight more curves with the starts that are worth following, as for one; how many they are.
  template <class Next>
  int choose(Next&& next) {
    int count = 0;
    bool changed = false;
    for (; count < lanes && next(count, jobs_[count]); ++count) {
      Job& job = jobs_[count];
      const Curve& curve = job.curve;
      job.answer = {}, job.starts.kept = 0;
      changed |= load(*coming_, curve, count);
      const auto inside = [&](int j, double x) { return task_.held[j] ? curve.z[j] : clamped(x, curve.low[j], curve.high[j]); };
      distinct_places(curve.points, places_);
      for (std::size_t g = 0; g < centres_.size(); ++g)
        put(centres_[g].of[count], inside(2, along(task_.starts[g * rest_count_ * (P - 2)], places_)), changed);
      for (int k = 0; k < rest_count_; ++k)
        for (int j = 3; j < P; ++j) put(rest_[k].of[j - 3][count], inside(j, task_.starts[k * (P - 2) + j - 2]), changed);
    }
    if (!count) return 0;
    if (changed) {  // curves measured at the same places, as those of a plate, rise alike
      risen_.resize(grid_.size() * coming_->rows);
      rise<Shape>(*coming_, centres_, rest_, risen_.data());
    }
    search(*coming_, risen_.data(), grid_);
    for (int l = 0; l < count; ++l) {
      const auto loss = [&](int g) { return grid_[g].loss[l]; };
      for (int g = 0; g < task_.count; ++g) {
        if (!task_.lowest(loss, g)) continue;
        double z[P] = {grid_[g].left[l], grid_[g].right[l], centres_[g / rest_count_].of[l]};
        for (int j = 3; j < P; ++j) z[j] = rest_[g % rest_count_].of[j - 3][l];
        jobs_[l].starts.keep(loss(g), z, task_.refined);
      }
      jobs_[l].starts.drop_hopeless();
    }
    return count;
  }

  // Let a lane begin at a start of its curve.
  void begin(int l, int start) {
    runs_[l].start = start, block_->fresh[l] = 1.0;
    for (int j = 0; j < P; ++j) block_->next[j][l] = runs_[l].starts.z[start][j];
  }

  // What a lane has come to is its curve's answer, if it is the best so far.
  void keep(int l) {
    Block<P>& b = *block_;
    Job& run = runs_[l];
    if (b.course[l] == vain || !(b.loss[l] < run.answer.loss)) return;
    run.answer = {b.loss[l], static_cast<int>(b.steps[l]), b.course[l] == at_optimum ? End::optimal : End::limit};
    b.best_loss[l] = b.loss[l];
    for (int j = 0; j < P; ++j) b.best[j][l] = run.curve.z[j] = b.z[j][l];
  }

  const Task<P>& task_;
  int rest_count_;
  std::vector<Row> centres_, risen_;
  std::vector<Rest<P>> rest_;
  std::vector<Start> grid_;
  std::vector<double> places_;
  Job jobs_[lanes], runs_[lanes];  // those that wait, and those in the lanes
  std::unique_ptr<Beside<P>> coming_;
  std::unique_ptr<Block<P>> block_;
};

#undef OGIVE_LANES

}  // namespace ogive
