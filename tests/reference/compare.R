# Two forecasts of the same rows by R: pROC's paired DeLong test, and paired t tests of log loss and Brier score.
# Writes compare_cases.csv (the rows) and compare_tests.csv (the numbers). Run: Rscript compare.R
# Weighted rows are repeated, since weights are frequencies.
suppressMessages(library(pROC))
set.seed(20240502)
simulate <- function(n, mean, sd, other, digits) {
  eta <- rnorm(n, mean, sd)
  bound <- function(p) pmin(pmax(round(p, digits), 10^-digits), 1 - 10^-digits)
  list(y = rbinom(n, 1, plogis(eta)), a = bound(plogis(eta)), b = bound(plogis(0.7 * eta + rnorm(n, 0, other))),
       w = rep(1, n))
}
cases <- list(
  balanced = simulate(150, 0, 1.5, 1, 2),
  alike = simulate(200, 0.5, 1.5, 0.1, 2),
  rare = simulate(600, -3, 1.3, 0.8, 3),
  weighted = { case <- simulate(80, 0.3, 1.2, 0.7, 2); case$w <- sample(1:4, 80, TRUE); case }
)
rows <- do.call(rbind, lapply(names(cases), function(k) data.frame(case = k, as.data.frame(cases[[k]]))))
write.csv(rows, "compare_cases.csv", row.names = FALSE, quote = FALSE)

tests <- lapply(names(cases), function(k) {
  case <- cases[[k]]
  y <- rep(case$y, case$w); a <- rep(case$a, case$w); b <- rep(case$b, case$w)
  area <- function(p) roc(y, p, direction = "<", levels = c(0, 1), quiet = TRUE)
  delong <- roc.test(area(a), area(b), method = "delong", paired = TRUE)
  loss <- function(p) -log(ifelse(y == 1, p, 1 - p))
  by_t <- function(of_a, of_b) {
    found <- t.test(of_a, of_b, paired = TRUE)
    c(mean(of_a), mean(of_b), found$statistic, found$p.value, found$conf.int)
  }
  log_loss <- by_t(loss(a), loss(b)); brier <- by_t((y - a)^2, (y - b)^2)
  numbers <- c(delong$estimate, delong$statistic, delong$p.value, delong$conf.int, log_loss, brier)
  parts <- c("a", "b", "statistic", "p_value", "low", "high")
  names(numbers) <- c(outer(parts, c("auc", "log_loss", "brier"), function(p, m) paste(m, p, sep = "_")))
  data.frame(case = k, n = length(y), events = sum(y), t(numbers))
})
write.csv(format(do.call(rbind, tests), digits = 17, trim = TRUE), "compare_tests.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, " pROC", format(packageVersion("pROC")), "\n")
