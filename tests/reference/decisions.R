# Expected numbers for ogive.decisions: best thresholds by pROC, the likelihood ratio of isotonic fits by isoreg at every
# cut, and net benefit from its definition.
#
#   Rscript tests/reference/decisions.R      # writes decisions_rows.csv, decisions_best.csv, decisions_ratio.csv, decisions_benefit.csv
suppressMessages(library(pROC))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
set.seed(4)

cases <- list(
  small = {
    p <- round(plogis(rnorm(60, -0.5, 1.2)), 3)
    data.frame(p = p, y = rbinom(60, 1, plogis(qlogis(p) * 0.8 + 0.3)), w = 1)
  },
  ties = {
    p <- round(plogis(rnorm(150, -1, 1.5)), 1)
    p <- pmin(pmax(p, 0.05), 0.95)
    data.frame(p = p, y = rbinom(150, 1, plogis(qlogis(p) * 1.2)), w = sample(1:3, 150, replace = TRUE))
  },
  rare = {
    p <- round(plogis(rnorm(400, -3, 1.2)), 4)
    data.frame(p = p, y = rbinom(400, 1, p), w = 1)
  }
)
# Break-even probabilities for which five rows of the rarer class are a whole number of rows.
evens <- c(0.05, 0.25, 0.5)

loglik <- function(y, m) sum(ifelse(y > 0, y * log(m), 0) + ifelse(y < 1, (1 - y) * log(1 - m), 0))
fitted_values <- function(y) if (length(y)) isoreg(y)$yf else numeric()

rows <- best <- ratio <- benefit <- list()
for (name in names(cases)) {
  d <- cases[[name]]
  rows[[name]] <- cbind(case = name, d)
  long <- d[rep(seq_len(nrow(d)), d$w), ]
  levels <- sort(unique(long$p))
  share <- tapply(long$y, factor(long$p, levels), mean)
  size <- as.vector(table(factor(long$p, levels)))
  for (t in evens) {
    # Cost of a false negative relative to a false positive, and the prevalence, as pROC wants them.
    r <- roc(long$y, long$p, direction = "<", quiet = TRUE)
    x <- coords(r, "best", best.method = "youden", best.weights = c((1 - t) / t, mean(long$y)),
                ret = c("threshold", "tp", "fp"), transpose = FALSE)
    best[[length(best) + 1]] <- data.frame(case = name, even = t, tp = x$tp, fp = x$fp)
    pad <- 5 / min(t, 1 - t)
    y <- c(rep(t, pad), rep(share, size), rep(t, pad))
    free <- loglik(y, fitted_values(y))
    for (cut in 0:length(levels)) {
      left <- seq_along(y) <= pad + sum(size[seq_len(cut)])
      m <- c(pmin(fitted_values(y[left]), t), pmax(fitted_values(y[!left]), t))
      ratio[[length(ratio) + 1]] <- data.frame(case = name, even = t, cut = cut, ratio = 2 * (free - loglik(y, m)))
    }
    called <- long$p >= t
    benefit[[length(benefit) + 1]] <- data.frame(
      case = name, even = t,
      benefit = sum(called & long$y == 1) / nrow(long) - sum(called & long$y == 0) / nrow(long) * t / (1 - t),
      all = mean(long$y) - (1 - mean(long$y)) * t / (1 - t)
    )
  }
}
for (table in c("rows", "best", "ratio", "benefit")) {
  write.csv(do.call(rbind, get(table)), file.path(folder, paste0("decisions_", table, ".csv")),
            row.names = FALSE, quote = FALSE)
}
