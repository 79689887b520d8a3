// Curves fitted to points: the best of a grid of starts, then Levenberg and Marquardt's steps within bounds.
//
// A set of curves may share parameters; a curve by itself is a set of one. The Jacobian of each curve is factored once where it
// is evaluated, J = Q R, and every trial of a damping works on R alone, of the size of the parameters. What a set shares is solved
// for last, from what the curves' own parameters leave of it: the fit of a set takes as long as those of its curves alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/points.hpp"

namespace ogive {

// What is the same for all curves of a call.
template <int P>
struct Task {
  bool held[P], shared[P];
  Noise noise;
  double size;  // of the negative binomial distribution
  const double* starts;  // a grid of what is not linear, the last axis running fastest
  int dimensions, axes[P], count;  // its axes, their lengths, and the product of these
  int refined;           // how many of the best starts are followed to the end, at most

  // Whether start g of the grid has a lower loss than its neighbours; not beside steeper and gentler ones, along the second axis.
  template <class Loss>
  bool lowest(Loss&& loss, int g) const {
    for (int j = dimensions - 1, stride = 1; j >= 0; stride *= axes[j--]) {
      if (j == 1) continue;
      const int at = g / stride % axes[j];
      if (!((at == 0 || loss(g) < loss(g - stride)) && (at + 1 == axes[j] || loss(g) <= loss(g + stride)))) return false;
    }
    return true;
  }
};

inline constexpr int most_refined = 8;

// The starts of a curve that are worth following, the best first.
template <int P>
struct Starts {
  int kept = 0;
  double loss[most_refined], z[most_refined][P];

  void keep(double its, const double* start, int most) {
    if (!(its < std::numeric_limits<double>::infinity())) return;
    int place = kept;
    while (place > 0 && its < loss[place - 1]) --place;
    if (place >= most) return;
    const int last = kept < most ? kept++ : most - 1;
    for (int s = last; s > place; --s) loss[s] = loss[s - 1], std::memcpy(z[s], z[s - 1], sizeof z[s]);
    loss[place] = its, std::memcpy(z[place], start, sizeof z[place]);
  }

  // Not those whose loss is many times that of the best.
  void drop_hopeless() {
    while (kept > 1 && loss[kept - 1] > 4.0 * loss[0]) --kept;
  }
};

enum class End : std::uint8_t { optimal, limit, nothing };

template <class Shape>
class Marquardt {
 public:
  static constexpr int P = Shape::parameters, K = Shape::coefficients, Q = P - K;
  static constexpr int most_steps = 300;

  // A curve of the set: its parameters (in: the held ones, and all where there is no grid; out: the answer) and their bounds.
  struct Curve {
    Points points;
    double* z;
    const double *low, *high;
  };

  struct Answer {
    double loss = std::numeric_limits<double>::infinity();
    int steps = 0;
    End end = End::nothing;
  };

  Marquardt(const Task<P>& task, int most_rows) : task_(task), stride_(most_rows), f_(most_rows), r_(most_rows), wy_(most_rows), weight_(most_rows),
        J_(P * most_rows) {
    for (int shared = 0; shared < 2; ++shared) {
      for (int j = 0; j < P; ++j)
        if (task.shared[j] == bool(shared)) order_[filled_++] = j;
      if (!shared) own_ = filled_;
    }
  }

  Answer fit(std::vector<Curve>& curves) {
    state_.resize(curves.size());
    count_.clear();
    for (const Curve& curve : curves) count_.push_back(curve.points.count);
    if (task_.count == 0) {
      for (std::size_t c = 0; c < curves.size(); ++c) std::memcpy(state_[c].z, curves[c].z, sizeof state_[c].z);
      return finish(descend(curves, nullptr), curves);
    }
    const int kept = search(curves);
    Answer best;
    best_.resize(curves.size() * P);
    for (int s = 0; s < kept; ++s) {
      for (std::size_t c = 0; c < curves.size(); ++c) std::memcpy(state_[c].z, starts_[c].z[s], sizeof state_[c].z);
      const Answer found = descend(curves, s ? &best : nullptr);
      if (!(found.loss < best.loss)) continue;
      best = found;
      for (std::size_t c = 0; c < curves.size(); ++c) std::memcpy(&best_[c * P], state_[c].z, sizeof state_[c].z);
    }
    if (kept) for (std::size_t c = 0; c < curves.size(); ++c) std::memcpy(state_[c].z, &best_[c * P], sizeof state_[c].z);
    return finish(best, curves);
  }

 private:
  struct State {
    double z[P], next[P], scale[P];
    double R[P][P], c[P];  // columns in the order own, shared
    double S[P][P], e[P];  // the same of a damped step
  };

  Answer finish(Answer answer, std::vector<Curve>& curves) const {
    if (answer.end != End::nothing)
      for (std::size_t c = 0; c < curves.size(); ++c) std::memcpy(curves[c].z, state_[c].z, sizeof state_[c].z);
    return answer;
  }

  // The starts of each curve that are worth following: those better than all their neighbours on the grid, the best first; not
  // those whose loss is many times that of the best. Where the curves share what is not linear, they take the same starts.
  int search(const std::vector<Curve>& curves) {
    bool together = false;
    for (int j = K; j < P; ++j) together |= task_.shared[j] && !task_.held[j];
    starts_.assign(curves.size(), {});
    const std::size_t columns = together ? 1 : curves.size();
    grid_.assign(columns * task_.count, 0.0);
    for (std::size_t c = 0; c < curves.size(); ++c) {
      prepare(curves[c].points);
      for (int g = 0; g < task_.count; ++g) grid_[(together ? 0 : c) * task_.count + g] += level(curves[c], start(curves[c], g));
    }
    for (std::size_t c = 0; c < curves.size(); ++c) {
      const double* loss = &grid_[(together ? 0 : c) * task_.count];
      prepare(curves[c].points);
      for (int g = 0; g < task_.count; ++g) {
        if (!task_.lowest([loss](int at) { return loss[at]; }, g)) continue;
        double* z = start(curves[c], g);
        level(curves[c], z);
        starts_[c].keep(loss[g], z, task_.refined);
      }
      starts_[c].drop_hopeless();
    }
    int kept = task_.refined;
    for (const Starts<P>& each : starts_) kept = std::min(kept, each.kept);
    for (int s = 0; s < kept; ++s)
      for (int j = 0; j < P; ++j) {
        if (!task_.shared[j] || task_.held[j]) continue;
        double sum = 0.0;
        for (const Starts<P>& each : starts_) sum += each.z[s][j];
        for (Starts<P>& each : starts_) each.z[s][j] = sum / static_cast<double>(starts_.size());
      }
    return kept;
  }

  double* start(const Curve& curve, int g) {
    for (int j = 0; j < P; ++j) {
      const double x = j < K ? 0.0 : j == K ? along(task_.starts[g * Q], places_) : task_.starts[g * Q + j - K];
      start_[j] = task_.held[j] || j < K ? curve.z[j] : clamped(x, curve.low[j], curve.high[j]);
    }
    return start_;
  }

  // What all starts of a curve have in common: weights, weighted y, and the sum of its squares. Where noise is not Gaussian, the
  // weights are those of the variance at y instead of the curve, kept away from 0.
  void prepare(const Points& points) {
    for (int i = 0; i < points.rows; ++i) weight_[i] = points.root_weight[i];
    if (task_.noise != Noise::gaussian) {
      for (int i = 0; i < points.rows; ++i) f_[i] = clamped(points.y[i], 0.05, task_.noise == Noise::binomial ? 0.95 : 1e300);
      scatter(task_.noise, task_.size, points, f_.data(), r_.data());
      for (int i = 0; i < points.rows; ++i) weight_[i] = f_[i];
    }
    for (int i = 0; i < points.rows; ++i) wy_[i] = weight_[i] * points.y[i];
    distinct_places(points, places_);
    square_ = dot_product(wy_.data(), wy_.data(), points.rows);
  }

  // Choose the free coefficients by least squares, the rest of z given, and return the loss of that: half of what Cholesky's
  // factor of the inner products leaves of y. Where noise is not Gaussian, or a coefficient comes to its bound, the loss is read
  // from the points.
  double level(const Curve& curve, double* z) {
    const Points& points = curve.points;
    double G[K + 1][K + 1], c[K];
    inner_products<Shape>(points, wy_.data(), weight_.data(), z, J_.data(), stride_, room_, G);
    double rest = square_;
    bool inside = task_.noise == Noise::gaussian;
    for (int k = 0; k < K; ++k)
      if (task_.held[k]) {
        z[k] = curve.z[k];
        rest -= z[k] * (2.0 * G[k][K] - z[k] * G[k][k]);
        for (int j = 0; j < K; ++j) G[j][K] -= j == k ? 0.0 : z[k] * (j < k ? G[j][k] : G[k][j]);
      }
    for (int k = 0; k < K; ++k) {
      if (task_.held[k]) continue;
      const double pivot = G[k][k];
      for (int i = 0; i < k; ++i)
        if (!task_.held[i]) G[k][k] -= G[i][k] * G[i][k];
      if (!(G[k][k] > 1e-13 * pivot)) {  // the columns before it determine it
        G[k][k] = 0.0, c[k] = 0.0;
        for (int j = k + 1; j <= K; ++j) G[k][j] = 0.0;
        continue;
      }
      G[k][k] = std::sqrt(G[k][k]);
      for (int j = k + 1; j <= K; ++j) {
        for (int i = 0; i < k; ++i)
          if (!task_.held[i]) G[k][j] -= G[i][k] * G[i][j];
        G[k][j] /= G[k][k];
      }
      c[k] = G[k][K], rest -= c[k] * c[k];
    }
    for (int k = K; k-- > 0;) {
      if (task_.held[k]) continue;
      double x = c[k];
      for (int j = k + 1; j < K; ++j)
        if (!task_.held[j]) x -= G[k][j] * z[j];
      x = G[k][k] > 0.0 ? x / G[k][k] : 0.0;
      // Counts and shares are likely nowhere near a curve that is 0 there, or 1: a start keeps away.
      const double edge = task_.noise == Noise::gaussian ? 0.0 : 0.01;
      z[k] = clamped(x, curve.low[k] + edge, curve.high[k] - edge);
      inside &= z[k] == x;
    }
    return inside ? points.apart + 0.5 * (rest > 0.0 ? rest : 0.0) : value(curve, z);
  }

  // Loss of a curve at z.
  double value(const Curve& curve, const double* z) {
    values<Shape>(curve.points, z, f_.data(), J_.data(), stride_, room_);
    return scatter(task_.noise, task_.size, curve.points, f_.data(), r_.data());
  }

  void weigh(int rows) {
    for (int j = 0; j < P; ++j)
      for (int i = 0; i < rows; ++i) J_[j * stride_ + i] *= f_[i];
  }

  // Factor the Jacobians at the states' z. Parameters that are held, or at a bound beyond which the loss would fall, have none.
  void factor(const std::vector<Curve>& curves) {
    double *f = f_.data(), *r = r_.data(), *J = J_.data();
    double slopes[P] = {}, norms[P] = {};
    const bool several = curves.size() > 1 && own_ < P;
    const auto jacobian = [&](std::size_t c) {
      const Points& points = curves[c].points;
      values<Shape>(points, state_[c].z, f, J, stride_, room_);
      scatter(task_.noise, task_.size, points, f, r);
      weigh(points.rows);
    };
    if (several)  // whether a shared parameter may move is known when all curves have been seen
      for (std::size_t c = 0; c < curves.size(); ++c) {
        jacobian(c);
        for (int k = own_; k < P; ++k) {
          const double* a = J + order_[k] * stride_;
          slopes[order_[k]] += dot_product(a, r, curves[c].points.rows), norms[order_[k]] += dot_product(a, a, curves[c].points.rows);
        }
      }
    for (std::size_t c = 0; c < curves.size(); ++c) {
      const int n = curves[c].points.rows;
      State& s = state_[c];
      if (curves.size() > 1) jacobian(c);
      else weigh(n);  // of a curve by itself the last value is at hand
      double A_norm[P];
      for (int j = 0; j < P; ++j) {
        double* a = J + j * stride_;
        const bool total = several && task_.shared[j];
        bool out = task_.held[j];
        if (!out && (s.z[j] <= curves[c].low[j] || s.z[j] >= curves[c].high[j])) {
          const double slope = total ? slopes[j] : dot_product(a, r, n);
          out = s.z[j] <= curves[c].low[j] ? slope >= 0.0 : slope <= 0.0;
        }
        if (out)
          for (int i = 0; i < n; ++i) a[i] = 0.0;
        A_norm[j] = std::sqrt(out ? 0.0 : total ? norms[j] : dot_product(a, a, n));
        // Where the curve comes near 0, so does the variance of counts, and a slope there is of no use as a scale elsewhere.
        s.scale[j] = task_.noise != Noise::gaussian || A_norm[j] > s.scale[j] ? A_norm[j] : s.scale[j];
      }
      // own columns first
      double* columns[P];
      for (int k = 0; k < P; ++k) columns[k] = J + order_[k] * stride_;
      orthogonalise<P>(columns, n, 0, P, r, s.R, s.c);
    }
  }

  // Whether a damping is too small to matter beside the factor.
  bool slight(const State& s, double damping) const {
    bool all = true;
    for (int k = 0; k < P; ++k) all &= damping * s.scale[order_[k]] * s.scale[order_[k]] <= 1e-3 * s.R[k][k] * s.R[k][k];
    return all;
  }

  // The damped step: min over d of sum |c + R d|^2 + damping |scale d|^2, into `next`. `expected` is the fall of the loss that it
  // promises, negative where bounds cut off too much of it; returns whether anything moves.
  bool step(const std::vector<Curve>& curves, double damping, double& expected) {
    constexpr int rows = 2 * P;
    const double root = std::sqrt(damping);
    const int shared = P - own_;
    double total[P][P], e[P], d[P] = {};
    const bool together = shared > 0;
    if (together) pile_.assign(static_cast<std::size_t>(P) * (curves.size() * P + P), 0.0), pile_b_.assign(curves.size() * P + P, 0.0);
    const int pile_stride = static_cast<int>(curves.size()) * P + P;
    for (std::size_t c = 0; c < curves.size(); ++c) {
      State& s = state_[c];
      if (!together && slight(s, damping)) {
        for (int k = 0; k < P; ++k) {
          for (int j = k; j < P; ++j) s.S[k][j] = s.R[k][j];
          s.e[k] = -s.c[k];
        }
        continue;
      }
      double A[P * rows] = {}, b[rows] = {}, *columns[P];
      for (int k = 0; k < P; ++k) {
        columns[k] = A + k * rows;
        for (int i = 0; i <= k; ++i) A[k * rows + i] = s.R[i][k];
        if (k < own_) A[k * rows + P + k] = root * (s.scale[order_[k]] > 0.0 ? s.scale[order_[k]] : 1.0);
        b[k] = -s.c[k];
      }
      orthogonalise<P>(columns, rows, 0, own_, b, s.S, s.e);
      if (!together) continue;
      // what is left of the shared columns, made small again
      orthogonalise<P>(columns, rows, own_, P, b, total, e);
      for (int k = own_; k < P; ++k) {
        for (int j = k; j < P; ++j) pile_[j * pile_stride + static_cast<int>(c) * P + k] = total[k][j];
        pile_b_[c * P + k] = e[k];
      }
    }
    if (together) {
      const int last = static_cast<int>(curves.size()) * P;
      double* columns[P];
      for (int k = 0; k < P; ++k) columns[k] = pile_.data() + k * pile_stride;
      for (int k = own_; k < P; ++k) {
        const double scale = state_[0].scale[order_[k]];
        pile_[k * pile_stride + last + k] = root * (scale > 0.0 ? scale : 1.0);
      }
      orthogonalise<P>(columns, pile_stride, own_, P, pile_b_.data(), total, e);
      for (int k = P; k-- > own_;) {
        double x = e[k];
        for (int j = k + 1; j < P; ++j) x -= total[k][j] * d[j];
        d[k] = total[k][k] > 0.0 ? x / total[k][k] : 0.0;
      }
    }
    expected = 0.0;
    bool moves = false;
    for (std::size_t c = 0; c < curves.size(); ++c) {
      State& s = state_[c];
      for (int k = own_; k-- > 0;) {
        double x = s.e[k];
        for (int j = k + 1; j < P; ++j) x -= s.S[k][j] * d[j];
        d[k] = s.S[k][k] > 0.0 ? x / s.S[k][k] : 0.0;
      }
      double moved[P];
      for (int k = 0; k < P; ++k) {
        const int j = order_[k];
        s.next[j] = task_.held[j] ? s.z[j] : clamped(s.z[j] + d[k], curves[c].low[j], curves[c].high[j]);
        moved[k] = s.next[j] - s.z[j];
        moves |= std::fabs(moved[k]) > 4e-16 * std::fabs(s.z[j]);
      }
      for (int i = 0; i < P; ++i) {
        double x = s.c[i];
        for (int j = i; j < P; ++j) x = s.R[i][j] * moved[j] + x;
        expected += 0.5 * (s.c[i] - x) * (s.c[i] + x);
      }
    }
    return moves;
  }

  // Whether a descent is not worth going on with, beside the best so far: it comes to the same place, within a tenth of a
  // standard error, or what a step could gain several times over does not make up for its loss.
  bool vain(const Answer& at, double promise, const Answer& best) const {
    if (at.steps >= 2 && at.loss - 4.0 * promise > best.loss) return true;
    double far = 0.0, rows = 0.0;
    for (std::size_t c = 0; c < state_.size(); ++c) {
      rows += count_[c];
      for (int j = 0; j < P; ++j) {
        const double d = state_[c].scale[j] * (state_[c].z[j] - best_[c * P + j]);
        far += d * d;
      }
    }
    return far * rows <= 0.02 * best.loss;
  }

  // Follow the states' z down; where there is a best answer already, only as long as another may come of it.
  Answer descend(const std::vector<Curve>& curves, const Answer* best) {
    Answer at;
    at.loss = 0.0;
    for (std::size_t c = 0; c < curves.size(); ++c) {
      for (int j = 0; j < P; ++j) {
        state_[c].scale[j] = 0.0;
        if (!task_.held[j]) state_[c].z[j] = clamped(state_[c].z[j], curves[c].low[j], curves[c].high[j]);
      }
      at.loss += value(curves[c], state_[c].z);
    }
    if (!(at.loss < std::numeric_limits<double>::infinity())) return at;
    at.end = End::limit;
    double damping = 1e-4, grow = 2.0;
    int flat_steps = 0;
    factor(curves);
    for (at.steps = 0; at.steps < most_steps; ++at.steps) {
      double promise = 0.0;  // what a step without damping and bounds would gain
      for (const State& s : state_)
        for (int k = 0; k < P; ++k) promise += 0.5 * s.c[k] * s.c[k];
      if (promise <= 1e-18 * at.loss) return at.end = End::optimal, at;
      if (best && vain(at, promise, *best)) return at.loss = std::numeric_limits<double>::infinity(), at;
      double expected;
      if (!step(curves, damping, expected)) return at.end = End::optimal, at;
      double loss = 0.0;
      for (std::size_t c = 0; c < curves.size(); ++c) loss += value(curves[c], state_[c].next);
      const double gain = at.loss - loss, ratio = gain / expected;
      const bool flat = std::fabs(expected) <= 1e-14 * at.loss && std::fabs(gain) <= 1e-14 * at.loss;  // too near for the loss to tell
      if (!(expected > 0.0 && ratio > 1e-4) && !flat) {
        damping *= grow, grow *= 2.0;
        if (damping > 1e30) return at;
        continue;
      }
      for (State& s : state_) std::memcpy(s.z, s.next, sizeof s.z);
      at.loss = loss;
      if (flat && ++flat_steps > 3) return at.end = End::optimal, at;
      const double q = 2.0 * ratio - 1.0, shrink = flat ? 0.1 : 1.0 - q * q * q;
      damping *= shrink > 0.03 ? shrink : 0.03, grow = 2.0;
      if (damping < 1e-16) damping = 1e-16;
      factor(curves);
    }
    return at;
  }

  const Task<P>& task_;
  int stride_, own_ = 0, filled_ = 0;
  int order_[P];
  double square_ = 0.0, start_[P];
  std::vector<double> f_, r_, wy_, weight_, places_, J_, best_, pile_, pile_b_, grid_, room_;
  std::vector<State> state_;
  std::vector<Starts<P>> starts_;
  std::vector<int> count_;
};

}  // namespace ogive
