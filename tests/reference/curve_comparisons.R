# Curves compared by R: logLik, AIC, BIC and anova of nls, lack of fit against lm, parameters shared by groups, relative
# potency with profile limits, likelihoods of counts, shares and positive numbers by optim and glm, averages over models.
# Reads ../../../shared/data/scurves/drc, writes curve_comparisons.csv. Run: Rscript curve_comparisons.R
drc <- function(name) read.csv(file.path("../../../shared/data/scurves/drc", paste0(name, ".csv")))
rows <- list()
say <- function(case, ...) {
  values <- c(...)
  rows[[length(rows) + 1]] <<- data.frame(case = case, quantity = names(values), value = unname(values))
}
criteria <- function(case, fit, n) {
  k <- attr(logLik(fit), "df")
  say(case, loglik = as.numeric(logLik(fit)), parameters = k, aic = AIC(fit), bic = BIC(fit),
      aicc = AIC(fit) + 2 * k * (k + 1) / (n - k - 1), sd = sigma(fit), df = df.residual(fit))
}
exact <- nls.control(tol = 1e-6, maxiter = 500, minFactor = 1e-12, nDcentral = TRUE)
# x may be 0, where (x / e)^b is 0 for b > 0: curves fall from d to c.
four <- function(x, b, c, d, e) c + (d - c) / (1 + (x / e)^b)

ryegrass <- drc("ryegrass")
start <- list(b = 3, c = 0.5, d = 7.8, e = 3)
ll4 <- nls(rootl ~ four(conc, b, c, d, e), ryegrass, start, control = exact)
ll3 <- nls(rootl ~ four(conc, b, 0, d, e), ryegrass, start[-2], control = exact)
weighted <- nls(rootl ~ four(conc, b, c, d, e), ryegrass, start, weights = 1 / (1 + conc), control = exact)
criteria("ryegrass ll4", ll4, 24)
criteria("ryegrass ll3", ll3, 24)
criteria("ryegrass weighted", weighted, 24)
tested <- function(case, small, large) {
  a <- anova(small, large)
  say(case, statistic = a[2, "F value"], df = a[2, "Df"], residual_df = a[2, "Res.Df"], p = a[2, "Pr(>F)"])
}
tested("ryegrass ll3 in ll4", ll3, ll4)
against_means <- function(case, fit, means, w = 1) {
  df <- df.residual(fit) - df.residual(means)
  f <- (deviance(fit) - deviance(means)) / df / (deviance(means) / df.residual(means))
  say(case, statistic = f, df = df, residual_df = df.residual(means),
      p = pf(f, df, df.residual(means), lower.tail = FALSE))
}
against_means("ryegrass lack of fit", ll4, lm(rootl ~ factor(conc), ryegrass))
against_means("ryegrass weighted lack of fit", weighted, lm(rootl ~ factor(conc), ryegrass, weights = 1 / (1 + conc)))

# Average of ll3 and ll4 at a dose, by Akaike weights of AICc (Burnham and Anderson 2002, 4.3.2 and 4.3.3).
at <- 3.5
predicted <- function(fit, form) {
  slope <- attr(numericDeriv(form, names(coef(fit)), list2env(c(as.list(coef(fit)), x = at, four = four)),
                             central = TRUE), "gradient")
  c(eval(form, c(as.list(coef(fit)), x = at)), sqrt(slope %*% vcov(fit) %*% t(slope)), df.residual(fit))
}
both <- rbind(predicted(ll3, quote(four(x, b, 0, d, e))), predicted(ll4, quote(four(x, b, c, d, e))))
k <- c(4, 5)
aicc <- c(AIC(ll3), AIC(ll4)) + 2 * k * (k + 1) / (24 - k - 1)
weight <- exp(-(aicc - min(aicc)) / 2)
weight <- weight / sum(weight)
mean <- sum(weight * both[, 1])
spread <- sum(weight * sqrt((qt(0.975, both[, 3]) / qnorm(0.975))^2 * both[, 2]^2 + (both[, 1] - mean)^2))
say("ryegrass average", value = mean, low = mean - qnorm(0.975) * spread, high = mean + qnorm(0.975) * spread,
    weight_ll4 = weight[2], evidence = max(weight) / min(weight))

# Two herbicides: all parameters apart, and all but the dose that halves the effect shared.
alba <- drc("S.alba")
g <- as.numeric(alba$Herbicide == "Glyphosate")
start <- list(b = 5.1, lb = -0.63, c = 0.68, dc = 0.21, d = 3.8, dd = 0.07, e = 29.3, le = 0.75)
apart <- nls(DryMatter ~ four(Dose, b * exp(lb * g), c + dc * g, d + dd * g, e * exp(le * g)), alba, start, control = exact)
parallel <- nls(DryMatter ~ four(Dose, b, c, d, e * exp(le * g)), alba, list(b = 4, c = 0.75, d = 3.8, e = 28, le = 0.8),
                control = exact)
same <- nls(DryMatter ~ four(Dose, b, c + dc * g, d, e * exp(le * g)), alba,
            list(b = 3.5, c = 0.6, dc = 0.3, d = 3.8, e = 29, le = 0.8), control = exact)
one <- nls(DryMatter ~ four(Dose, b, c, d, e), alba, list(b = 3, c = 0.75, d = 3.8, e = 40), control = exact)
criteria("S.alba apart", apart, 68)
criteria("S.alba parallel", parallel, 68)
tested("S.alba parallel in apart", parallel, apart)
tested("S.alba same slope and top in apart", same, apart)
tested("S.alba one in parallel", one, parallel)
against_means("S.alba lack of fit", apart, lm(DryMatter ~ factor(paste(Dose, g)), alba))
# Profile limits by hand: where the sum of squares, minimised with the parameter held, is (1 + t^2 / df) times the least.
logs <- function(case, fit, name) {
  line <- summary(fit)$coefficients[name, ]
  df <- df.residual(fit)
  half <- qt(0.975, df) * line[[2]]
  held_form <- do.call(substitute, list(formula(fit), setNames(list(quote(held)), name)))
  end <- function(side) {
    last <- as.list(coef(fit))[names(coef(fit)) != name]
    excess <- function(step) {
      found <- nls(held_form, cbind(alba, g = g, held = line[[1]] + side * step * half), last, control = exact)
      last <<- as.list(coef(found))
      deviance(found) / deviance(fit) - 1 - qt(0.975, df)^2 / df
    }
    steps <- seq(0.2, 5, 0.05)
    for (i in seq_along(steps)) if (excess(steps[i]) > 0) break
    line[[1]] + side * half * uniroot(excess, steps[c(i - 1, i)], tol = 1e-9)$root
  }
  say(case, estimate = line[[1]], se = line[[2]], p = line[[4]], low = end(-1), high = end(1),
      wald_low = line[[1]] - half, wald_high = line[[1]] + half)
}
logs("S.alba log potency ratio, parallel", parallel, "le")
logs("S.alba log ec50 ratio, apart", apart, "le")
logs("S.alba top difference, apart", apart, "dd")

# Shares, counts, positive numbers.
finney <- subset(drc("finney71"), dose > 0)
fit <- glm(cbind(affected, total - affected) ~ log(dose), binomial, finney, control = list(epsilon = 1e-14))
say("finney71 binomial, dose above 0", loglik = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit), statistic = deviance(fit),
    df = df.residual(fit), p = pchisq(deviance(fit), df.residual(fit), lower.tail = FALSE))
best <- function(loss, start) {
  for (i in 1:20) start <- optim(start, loss, control = list(reltol = 1e-16, maxit = 5000, parscale = abs(start)))$par
  list(value = optim(start, loss, method = "BFGS", control = list(reltol = 1e-16, parscale = abs(start)))$value, par = start)
}
lemna <- drc("lemna")
counts <- best(function(q) -sum(dpois(lemna$frond.num, four(lemna$conc, q[1], 0, q[2], q[3]), log = TRUE)), c(1, 40, 5))
means <- glm(frond.num ~ factor(conc), poisson, lemna, control = list(epsilon = 1e-14))
lr <- 2 * (as.numeric(logLik(means)) + counts$value)
df <- length(unique(lemna$conc)) - 3
say("lemna poisson", loglik = -counts$value, statistic = lr, df = df, p = pchisq(lr, df, lower.tail = FALSE))
trout <- drc("O.mykiss")
trout <- trout[!is.na(trout$weight), ]
positive <- best(function(q) {
  mu <- four(trout$conc, q[1], 0, q[2], q[3])
  -sum(dgamma(trout$weight, shape = q[4], rate = q[4] / mu, log = TRUE))
}, c(1, 3, 200, 20))
say("O.mykiss gamma", loglik = -positive$value)

out <- do.call(rbind, rows)
out$value <- format(out$value, digits = 12, trim = TRUE, scientific = TRUE)
write.csv(out, "curve_comparisons.csv", row.names = FALSE)
