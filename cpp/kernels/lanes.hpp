// Eight curves side by side, a curve a lane: the search and the descent of least_squares.hpp for sigmoidal shapes and Gaussian noise.
//
// A curve has few points and few parameters, and alone it keeps a processor waiting for the end of a sum. Lanes never look at each
// other: so a curve's answer depends neither on its neighbours nor on threads. A lane that comes to the end of its curve takes the
// next one, and none waits for another.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/lane_steps.hpp"
#include "kernels/least_squares.hpp"

namespace ogive {

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
concept Rising = requires { Shape::bounded(0.0); } && !Shape::corner;

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
