# Scores of probabilities by R: pROC (DeLong), rms (val.prob), glm (recalibration), prop.test (Wilson); what R has no
# function for from its definition, with matrices (sandwich of sampling weights).
# Writes metrics_cases.csv (the rows) and metrics_scores.csv (the numbers). Run: Rscript metrics.R
# Weighted rows are repeated, since weights are frequencies; the columns that begin with sampling_ take them as sampling weights.
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
  # Wilson's interval, with the limit of a Poisson count for few hits or misses (Brown, Cai and DasGupta 2001).
  wilson <- function(hits, n) {
    ends <- as.numeric(prop.test(hits, n, correct = FALSE)$conf.int)
    few <- if (n > 50) 3 else 2
    if (hits > 0 && hits <= few) ends[1] <- min(ends[1], qchisq(0.05, 2 * hits) / 2 / n)
    if (n - hits > 0 && n - hits <= few) ends[2] <- max(ends[2], 1 - qchisq(0.05, 2 * (n - hits)) / 2 / n)
    ends
  }
  # With sampling weights w of mean 1: linearisation, the scores of the line without their own leverage (HC3).
  w <- case$w / mean(case$w); own_x <- qlogis(case$p)
  weighed <- glm(case$y ~ 1, quasibinomial, offset = own_x, weights = w, control = strict)
  m0 <- fitted(weighed)
  both <- glm(case$y ~ own_x, quasibinomial, weights = w, control = strict)
  m1 <- fitted(both); X <- cbind(1, own_x)
  bread <- solve(t(X) %*% (X * (w * m1 * (1 - m1))))
  leverage <- w * m1 * (1 - m1) * rowSums((X %*% bread) * X)
  meat <- t(X) %*% (X * (w * (case$y - m1) / (1 - leverage))^2)
  loss <- (case$p - case$y)^2; mean_loss <- sum(w * loss) / sum(w); kish <- sum(w)^2 / sum(w^2)
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
    sampling_intercept = coef(weighed)[[1]],
    sampling_intercept_se = sqrt(sum((w * (case$y - m0))^2)) / sum(w * m0 * (1 - m0)),
    sampling_slope = coef(both)[[2]], sampling_slope_se = sqrt((bread %*% meat %*% bread)[2, 2]),
    sampling_brier = mean_loss,
    sampling_brier_se = sqrt(sum((w * (loss - mean_loss))^2) / sum(w)^2 / (1 - 1 / kish)),
    specificity_low = wilson(sum(!called & y == 0), sum(y == 0))[1],
    specificity_high = wilson(sum(!called & y == 0), sum(y == 0))[2]
  )
})
options(digits = 17)
write.csv(format(do.call(rbind, scores), digits = 17, trim = TRUE), "metrics_scores.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, " pROC", format(packageVersion("pROC")), " rms", format(packageVersion("rms")), "\n")
