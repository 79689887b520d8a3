// Softmax and its relatives along an axis.
#include "bind/row_ufuncs.hpp"

namespace ogive {

void add_rows(nb::dict& family) {
  nb::dict softmax, log_softmax, log_sum_exp;
  softmax["value"] = make_row_ufunc<SoftmaxRow>("exp(x)/sum(exp(x)) along the last axis or `axis`.");
  softmax["jvp"] = make_row_ufunc<JvpRow<false>>("The derivative of softmax at x in the direction v: s (v - sum(s v)).");
  log_softmax["value"] = make_row_ufunc<LogSoftmaxRow>("log(softmax(x)) along the last axis or `axis`.");
  log_softmax["jvp"] =
      make_row_ufunc<JvpRow<true>>("The derivative of log_softmax at x in the direction v: v - sum(s v).");
  log_sum_exp["value"] = make_row_ufunc<LogSumExpRow>("log(sum(exp(x))) along the last axis or `axis`.");
  family["softmax"] = softmax, family["log_softmax"] = log_softmax, family["log_sum_exp"] = log_sum_exp;
}

}  // namespace ogive
