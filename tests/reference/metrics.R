# Scores of probabilities by R: pROC (DeLong), rms (val.prob), glm (recalibration), prop.test (Wilson).
# Writes metrics_cases.csv (the rows) and metrics_scores.csv (the numbers). Run: Rscript metrics.R
# Weighted rows are repeated, since weights are frequencies.
suppressMessages({library(pROC); library(rms)})
set.seed(20240501)
simulate <- function(n, mean, sd, stretch, digits) {
  eta <- rnorm(n, mean, sd)
  p <- round(plogis(stretch * eta), digits)
  list(y = rbinom(n, 1, plogis(eta)), p = pmin(pmax(p, 10^-digits), 1 - 10^-digits), w = rep(1, n))
}
cases <- list(
  small = list(y = c(0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1), w = rep(1, 12),
               p = c(0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.5, 0.6, 0.6, 0.6, 0.8, 0.9)),
  calibrated = simulate(200, 0, 1.5, 1, 2),
  overconfident = simulate(300, 0, 1, 2, 3),
  rare = simulate(500, -3, 1.2, 1, 4),
  weighted = { case <- simulate(60, 0.3, 1.2, 1, 2); case$w <- sample(1:4, 60, TRUE); case }
)
rows <- do.call(rbind, lapply(names(cases), function(k) data.frame(case = k, as.data.frame(cases[[k]]))))
write.csv(rows[, c("case", "y", "p", "w")], "metrics_cases.csv", row.names = FALSE, quote = FALSE)

strict <- glm.control(epsilon = 1e-14, maxit = 100)
scores <- lapply(names(cases), function(k) {
  case <- cases[[k]]
  y <- rep(case$y, case$w); p <- rep(case$p, case$w); x <- qlogis(p)
  area <- roc(y, p, direction = "<", levels = c(0, 1), quiet = TRUE)
  line <- summary(glm(y ~ x, binomial, control = strict))$coefficients
  large <- glm(y ~ 1, binomial, offset = x, control = strict)
  mu <- fitted(large)
  rms <- val.prob(p, y, pl = FALSE)
  wilson <- function(hits, n) as.numeric(prop.test(hits, n, correct = FALSE)$conf.int)
  called <- p >= 0.5
  data.frame(
    case = k, n = length(y), events = sum(y),
    auc = as.numeric(auc(area)), auc_variance = var(area, method = "delong"),
    intercept = coef(large)[[1]], intercept_se = sqrt(sum((y - mu)^2)) / sum(mu * (1 - mu)),  # sandwich
    line_intercept = line[1, 1], slope = line[2, 1], slope_se = line[2, 2],
    brier = mean((p - y)^2), brier_se = sd((p - y)^2) / sqrt(length(y)),
    log_loss = -mean(log(ifelse(y == 1, p, 1 - p))),
    log_loss_se = sd(log(ifelse(y == 1, p, 1 - p))) / sqrt(length(y)),
    valprob_auc = rms[["C (ROC)"]], valprob_brier = rms[["Brier"]],
    valprob_intercept = rms[["Intercept"]], valprob_slope = rms[["Slope"]],
    sensitivity = mean(called[y == 1]),
    sensitivity_low = wilson(sum(called & y == 1), sum(y))[1],
    sensitivity_high = wilson(sum(called & y == 1), sum(y))[2],
    specificity_low = wilson(sum(!called & y == 0), sum(y == 0))[1],
    specificity_high = wilson(sum(!called & y == 0), sum(y == 0))[2]
  )
})
options(digits = 17)
write.csv(format(do.call(rbind, scores), digits = 17, trim = TRUE), "metrics_scores.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, " pROC", format(packageVersion("pROC")), " rms", format(packageVersion("rms")), "\n")
