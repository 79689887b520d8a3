# Curves with noise of several kinds, as other programs fit them: gnls (nlme) with a power of the mean for variance, glm.nb (MASS)
# and glm on exponential curves, and nlrob (robustbase). Writes the points and what was found.
#
#   cd tests/reference && Rscript curves_noise.R
#
# R 4.2.2, nlme 3.1-162, MASS 7.3-58.2, robustbase 0.95-0.
suppressMessages({library(nlme); library(MASS); library(robustbase)})
set.seed(20)
points <- NULL; fits <- NULL
keep <- function(case, x, y) points <<- rbind(points, data.frame(case = case, x = x, y = y))
say <- function(case, term, estimate, se = NA) fits <<- rbind(fits, data.frame(case = case, term = term, estimate = estimate, se = se))
x <- rep(seq(0, 10, length.out = 15), 2)
curve4 <- y ~ bottom + (top - bottom) / (1 + exp(-slope * (x - midpoint)))
start <- list(bottom = 2, top = 40, midpoint = 5, slope = 1)
m <- 2 + 38 / (1 + exp(-(x - 5)))

d <- data.frame(x = x, y = round(m + 0.3 * m^0.7 * rnorm(30), 6))
keep("power", d$x, d$y)
found <- gnls(curve4, d, start = start, weights = varPower(form = ~fitted(.)),
              control = gnlsControl(tolerance = 1e-10, nlsTol = 1e-4, msTol = 1e-12, maxIter = 1000, nlsMaxIter = 50))
t <- summary(found)$tTable
for (n in rownames(t)) say("power", n, t[n, 1], t[n, 2])
say("power", "theta", coef(found$modelStruct$varStruct, unconstrained = FALSE))

d <- data.frame(x = x, y = round(m + rnorm(30), 6)); d$y[c(4, 20, 27)] <- d$y[c(4, 20, 27)] + c(12, -9, 15)
keep("robust", d$x, d$y)
for (psi in c("huber", "bisquare")) {
  found <- nlrob(curve4, d, start = as.list(coef(nls(curve4, d, start))), psi = .Mwgt.psi1(psi, cc = if (psi == "huber") 1.345 else 4.685),
                 tol = 1e-10, maxit = 2000, doCov = TRUE, control = nls.control(tol = 1e-6, minFactor = 1e-12, maxiter = 500, warnOnly = TRUE))
  for (n in names(start)) say(psi, n, coef(found)[n], sqrt(diag(vcov(found)))[n])
  say(psi, "scale", found$Scale)
}

m <- exp(0.5 + 0.35 * x)
y <- rnegbin(m, theta = 3)
keep("counts", x, y)
for (case in c("poisson", "quasipoisson")) {
  t <- coef(summary(glm(y ~ x, family = case, control = list(epsilon = 1e-14))))
  for (n in rownames(t)) say(case, n, t[n, 1], t[n, 2])
}
found <- glm.nb(y ~ x, control = glm.control(epsilon = 1e-14, maxit = 200))
t <- coef(summary(found))
for (n in rownames(t)) say("glm.nb", n, t[n, 1], t[n, 2])
say("glm.nb", "size", found$theta); say("glm.nb", "deviance", found$deviance)

y <- round(m * rgamma(30, 20, 20), 6)
keep("relative", x, y)
t <- coef(summary(glm(y ~ x, family = Gamma(link = "log"), control = list(epsilon = 1e-14))))
for (n in rownames(t)) say("relative", n, t[n, 1], t[n, 2])
write.csv(format(points, digits = 17, trim = TRUE), "curves_noise_points.csv", row.names = FALSE, quote = FALSE)
write.csv(format(fits, digits = 12, trim = TRUE), "curves_noise_fits.csv", row.names = FALSE, quote = FALSE)
