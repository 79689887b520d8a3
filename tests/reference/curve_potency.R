# Doses compared between two herbicides, as nls of R finds them where the logarithm of their ratio is a parameter: curves that are
# parallel or each its own, with and without weights, at half and at a tenth of the effect.
# Reads ../../../shared/data/scurves/drc, writes curve_potency.csv. Run: Rscript curve_potency.R
alba <- read.csv("../../../shared/data/scurves/drc/S.alba.csv")
alba$g <- as.numeric(alba$Herbicide == "Glyphosate")
alba$w <- 1 / (1 + alba$Dose / 20)
exact <- nls.control(tol = 1e-6, maxiter = 500, minFactor = 1e-12, nDcentral = TRUE)
# x may be 0, where (x / e)^b is 0 for b > 0: curves fall from d to c, and have done p of it at q.
fall <- function(x, b, c, d, q, p = 0.5) c + (d - c) / (1 + p / (1 - p) * (x / q)^b)
rows <- list()
# Profile limits by hand: where the sum of squares, minimised with the parameter held, is (1 + t^2 / df) times the least.
logs <- function(case, form, start, w = rep(1, nrow(alba))) {
  alba$w <- w
  fit <- nls(form, alba, start, weights = w, control = exact)
  line <- summary(fit)$coefficients["lq", ]
  df <- df.residual(fit)
  half <- qt(0.975, df) * line[[2]]
  held_form <- do.call(substitute, list(form, list(lq = quote(held))))
  end <- function(side) {
    last <- as.list(coef(fit))[names(coef(fit)) != "lq"]
    excess <- function(step) {
      found <- nls(held_form, cbind(alba, held = line[[1]] + side * step * half), last, weights = w, control = exact)
      last <<- as.list(coef(found))
      deviance(found) / deviance(fit) - 1 - qt(0.975, df)^2 / df
    }
    steps <- seq(0.2, 5, 0.05)
    for (i in seq_along(steps)) if (excess(steps[i]) > 0) break
    line[[1]] + side * half * uniroot(excess, steps[c(i - 1, i)], tol = 1e-9)$root
  }
  values <- c(estimate = line[[1]], se = line[[2]], p = line[[4]], low = end(-1), high = end(1),
              wald_low = line[[1]] - half, wald_high = line[[1]] + half)
  rows[[length(rows) + 1]] <<- data.frame(case = case, quantity = names(values), value = format(values, digits = 12, trim = TRUE, scientific = TRUE))
}
parallel <- DryMatter ~ fall(Dose, b, c, d, q * exp(lq * g))
apart <- DryMatter ~ fall(Dose, b * exp(lb * g), c + dc * g, d + dd * g, q * exp(lq * g))
tenth <- DryMatter ~ fall(Dose, b * exp(lb * g), c + dc * g, d + dd * g, q * exp(lq * g), 0.1)
four <- list(b = 4, c = 0.75, d = 3.8, q = 28, lq = 0.8)
eight <- list(b = 5.1, lb = -0.63, c = 0.68, dc = 0.21, d = 3.8, dd = 0.07, q = 29.3, lq = 0.75)
logs("parallel, weighted", parallel, four, 1 / (1 + alba$Dose / 20))
logs("apart, weighted", apart, eight, 1 / (1 + alba$Dose / 20))
logs("apart, ED10", tenth, replace(eight, c("q", "lq"), c(19, 0.3)))
write.csv(do.call(rbind, rows), "curve_potency.csv", row.names = FALSE)
