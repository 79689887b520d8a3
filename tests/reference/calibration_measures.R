# Distances from calibration by R: rms (val.prob: Eavg, E90, Emax, Spiegelhalter), lowess (E50), pchisq (Hosmer-Lemeshow).
# Reads metrics_cases.csv, writes calibration_measures.csv. Run: Rscript calibration_measures.R
# Weighted rows are repeated, since weights are frequencies. The case "many" has 20,000 distinct probabilities and is
# made by a formula, which the test repeats.
suppressMessages(library(rms))
rows <- read.csv("metrics_cases.csv")
cases <- lapply(split(rows, factor(rows$case, unique(rows$case))), function(d) d[rep(seq_len(nrow(d)), d$w), c("y", "p")])
n <- 20000
i <- seq_len(n)
p <- ((i - 0.5) / n)^2
cases$many <- data.frame(y = as.numeric((i * 0.6180339887498949) %% 1 < p + 0.3 * p * (1 - p)), p = p)

hosmer_lemeshow <- function(y, p, bins = 10) {
  # Rows of the same probability share the bin in which the middle of them falls.
  bin <- floor((rank(p, ties.method = "average") - 0.5) / length(p) * bins)
  size <- tapply(p, bin, length); seen <- tapply(y, bin, sum); expected <- tapply(p, bin, sum)
  statistic <- sum((seen - expected)^2 / expected + (seen - expected)^2 / (size - expected))
  c(statistic, length(size), pchisq(statistic, length(size), lower.tail = FALSE))
}
measures <- lapply(names(cases), function(k) {
  y <- cases[[k]]$y; p <- cases[[k]]$p
  rms <- val.prob(p, y, pl = FALSE)
  smooth <- approx(lowess(p, y, iter = 0), xout = p, ties = mean)$y
  test <- hosmer_lemeshow(y, p)
  data.frame(case = k, ici = rms[["Eavg"]], e50 = unname(quantile(abs(p - smooth), 0.5)), e90 = rms[["E90"]],
             emax = rms[["Emax"]], z = rms[["S:z"]], z_p = rms[["S:p"]],
             hl = test[1], hl_df = test[2], hl_p = test[3])
})
write.csv(format(do.call(rbind, measures), digits = 17, trim = TRUE), "calibration_measures.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, " rms", format(packageVersion("rms")), "\n")
