# Reference numbers for logistic regression, computed by R on real public tables.
#
#   Rscript glm_reference.R DATA_FOLDER
#
# reads glm_models.csv (the models) and the tables below DATA_FOLDER, and writes beside itself
#   glm_fits.csv, glm_coefficients.csv, glm_tests.csv, glm_inflation.csv
# with 17 significant digits. Needs R >= 4.1 with MASS, rms (Nagelkerke) and car (inflation factors).
#
# How the numbers are made accurate:
# - glm(epsilon = 1e-14, maxit = 100). Rows with a frequency weight are repeated that many times.
# - summary.glm uses the weights of the iteration before the last, so standard errors are computed here
#   from the information at the final coefficients: chol2inv(qr.R(qr(sqrt(w) * X))).
# - Profile limits: root of the signed root of the deviance by uniroot(tol = 1e-12, in units of the
#   standard error) around glm.fit with the coefficient held in the offset. confint() interpolates and
#   agrees to about 1e-5, which is checked.
# - Score tests: U' I^-1 U at the reduced fit; drop1(test = "Rao") is checked to agree.
# - Factors: treatment contrasts, levels of the text as it stands in the file, sorted in the C locale.
# - Rows with a missing value in a column of the model are left out.
# - Average marginal effects: derivative for numbers, discrete change against the reference level for
#   factors, standard errors by the delta method with a numerical Jacobian (central differences,
#   Richardson-extrapolated once), good to about 1e-8.

suppressMessages({library(MASS); library(rms); library(car)})
options(warn = 1)
invisible(Sys.setlocale("LC_COLLATE", "C"))
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
data_folder <- commandArgs(trailingOnly = TRUE)[1]
control <- glm.control(epsilon = 1e-14, maxit = 100)
digits <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))
words <- function(x) if (is.na(x) || x == "") character(0) else strsplit(x, " ")[[1]]

read_model <- function(m) {
  header <- length(words(m$columns)) == 0
  table <- read.table(file.path(data_folder, m$file), header = header, colClasses = "character",
                      sep = if (m$separator == "tab") "\t" else ",", quote = "\"'", comment.char = "",
                      check.names = FALSE, na.strings = c("NA", "?", ""))
  if (!header) names(table) <- words(m$columns)
  if (m$positive == "grouped") {   # successes of trials: two rows, with how often each occurred
    successes <- as.numeric(table[[m$target]]); trials <- as.numeric(table[[m$weights]])
    table <- rbind(table, table)
    y <- rep(c(1, 0), each = length(trials)); weights <- c(successes, trials - successes)
  } else {
    y <- as.numeric(table[[m$target]] %in% strsplit(m$positive, "|", fixed = TRUE)[[1]])
    weights <- if (m$weights == "") rep(1, nrow(table)) else as.numeric(table[[m$weights]])
  }
  frame <- data.frame(.y = y)
  for (name in words(m$numbers)) frame[[name]] <- as.numeric(table[[name]])
  for (name in words(m$categories)) frame[[name]] <- factor(table[[name]])
  frame$.offset <- if (m$offset == "") 0 else log(as.numeric(table[[m$offset]]))
  frame <- frame[rep(seq_len(nrow(frame)), weights), ]
  droplevels(frame[complete.cases(frame), ])
}

information_inverse <- function(X, eta) chol2inv(qr.R(qr(sqrt(plogis(eta) * plogis(-eta)) * X)))

loglik <- function(y, eta) sum(plogis(ifelse(y == 1, eta, -eta), log.p = TRUE))

# Limits of the profile likelihood: where the deviance has risen by the quantile of chi-square(1).
profile_limits <- function(X, y, offset, coef, se, level = 0.95) {
  best <- -2 * loglik(y, drop(X %*% coef) + offset)
  z <- sqrt(qchisq(level, 1))
  signed_root <- function(t, j) {
    fixed <- coef[j] + t * se[j]
    # No start values: glm.fit has no step halving and can run away from a start that is far off.
    fit <- suppressWarnings(glm.fit(X[, -j, drop = FALSE], y, offset = offset + X[, j] * fixed,
                                    family = binomial(), control = control))
    others <- X[, -j, drop = FALSE]
    stopifnot(abs(crossprod(others, y - fit$fitted.values)) < 1e-7 * colSums(abs(others)))
    sign(t) * sqrt(max(-2 * loglik(y, fit$linear.predictors) - best, 0))
  }
  limit <- function(j, side) {
    far <- 2 * z
    while (side * signed_root(side * far, j) < z) { far <- 2 * far; stopifnot(far < 1000) }
    excess <- function(t) signed_root(t, j) - side * z
    coef[j] + se[j] * uniroot(excess, sort(side * c(z / 8, far)), tol = 1e-12)$root
  }
  t(sapply(seq_along(coef), function(j) c(limit(j, -1), limit(j, 1))))
}

score_test <- function(X, keep, y, offset) {
  fit <- glm.fit(X[, keep, drop = FALSE], y, offset = offset, family = binomial(), control = control)
  eta <- drop(X[, keep, drop = FALSE] %*% fit$coefficients) + offset
  U <- crossprod(X, y - plogis(eta))
  drop(crossprod(U, information_inverse(X, eta) %*% U))
}

# Average marginal effects and their delta-method standard errors, one row a coefficient.
marginal_effects <- function(frame, X, coef, V, assigned, terms) {
  p <- length(coef)
  effect <- function(b, j) {
    term <- terms[assigned[j]]
    eta <- drop(X %*% b) + frame$.offset
    if (!is.factor(frame[[term]])) return(b[j] * mean(plogis(eta) * plogis(-eta)))
    columns <- which(assigned == assigned[j])
    base <- eta - drop(X[, columns, drop = FALSE] %*% b[columns])
    mean(plogis(base + b[j]) - plogis(base))
  }
  rows <- lapply(seq_len(p), function(j) {
    if (assigned[j] == 0) return(c(NA, NA))
    slope <- function(k, h) {
      e <- replace(numeric(p), k, h)
      (effect(coef + e, j) - effect(coef - e, j)) / (2 * h)
    }
    gradient <- sapply(seq_len(p), function(k) {
      h <- 2e-3 * sqrt(V[k, k])
      (4 * slope(k, h / 2) - slope(k, h)) / 3
    })
    c(effect(coef, j), sqrt(drop(gradient %*% V %*% gradient)))
  })
  do.call(rbind, rows)
}

run <- function(m) {
  frame <- read_model(m)
  terms <- c(words(m$numbers), words(m$categories))
  formula <- reformulate(sprintf("`%s`", terms), ".y")
  fit <- glm(formula, binomial(), frame, offset = .offset, control = control)
  null <- glm(.y ~ 1, binomial(), frame, offset = .offset, control = control)
  X <- model.matrix(fit); y <- frame$.y; offset <- frame$.offset; coef <- unname(fit$coefficients)
  assigned <- attr(X, "assign")
  eta <- drop(X %*% coef) + offset
  V <- information_inverse(X, eta); se <- sqrt(diag(V))
  limits <- profile_limits(X, y, offset, coef, se)
  rough <- suppressMessages(confint(fit))
  stopifnot(abs(limits - rough) < 2e-3 * se, abs(se - sqrt(diag(vcov(fit)))) < 1e-6 * se)

  n <- length(y); ll <- loglik(y, eta); ll0 <- loglik(y, null$linear.predictors)
  nagelkerke <- (1 - exp(2 * (ll0 - ll) / n)) / (1 - exp(2 * ll0 / n))
  if (m$offset == "") {
    R2 <- lrm.fit(X[, -1], y, tol = 1e-14, maxit = 100, eps = 1e-12)$stats[["R2"]]
    stopifnot(abs(R2 - nagelkerke) < 1e-6)
  }
  p <- plogis(eta)
  ame <- marginal_effects(frame, X, coef, V, assigned, terms)
  level <- mapply(function(a, name) {
    if (a == 0 || !is.factor(frame[[terms[a]]])) "" else substring(gsub("`", "", name), nchar(terms[a]) + 1)
  }, assigned, colnames(X))
  out <- list()
  out$fits <- data.frame(
    model = m$model, n = n, events = sum(y), condition = digits(kappa(cor(X[, -1, drop = FALSE]), exact = TRUE)),
    deviance = digits(deviance(fit)), null_deviance = digits(fit$null.deviance), log_likelihood = digits(ll),
    aic = digits(AIC(fit)), bic = digits(BIC(fit)), mcfadden = digits(1 - ll / ll0),
    nagelkerke = digits(nagelkerke),
    tjur = digits(mean(p[y == 1]) - mean(p[y == 0])), formula = paste(deparse(formula, 500), collapse = ""),
    r_version = R.version.string)
  out$coefficients <- data.frame(
    model = m$model, term = c("(intercept)", terms)[assigned + 1], level = level, estimate = digits(coef),
    standard_error = digits(se), z = digits(coef / se), p = digits(2 * pnorm(-abs(coef / se))),
    profile_low = digits(limits[, 1]), profile_high = digits(limits[, 2]),
    marginal_effect = digits(ame[, 1]), marginal_error = digits(ame[, 2]))

  dropped <- suppressWarnings(drop1(fit, test = "LRT"))[-1, ]
  rao <- suppressWarnings(drop1(fit, test = "Rao"))[-1, ]
  score <- c(sapply(seq_along(terms), function(a) score_test(X, assigned != a, y, offset)),
             score_test(X, assigned == 0, y, offset))
  stopifnot(abs(rao[["Rao score"]] - score[seq_along(terms)]) < 1e-5 * score[seq_along(terms)] + 1e-8)
  ratio <- c(sapply(seq_along(terms), function(a) {
    kept <- X[, assigned != a, drop = FALSE]
    reduced <- glm.fit(kept, y, offset = offset, family = binomial(), control = control)
    2 * (ll - loglik(y, reduced$linear.predictors))
  }), 2 * (ll - ll0))
  stopifnot(abs(dropped[["LRT"]] - ratio[seq_along(terms)]) < 1e-7)
  df <- c(dropped$Df, length(coef) - 1)
  out$tests <- data.frame(
    model = m$model, term = c(terms, "(model)"), df = df, likelihood_ratio = digits(ratio),
    likelihood_ratio_p = digits(pchisq(ratio, df, lower.tail = FALSE)), score = digits(score),
    score_p = digits(pchisq(score, df, lower.tail = FALSE)))

  # Generalised variance-inflation factors (Fox and Monette 1992) from the accurate covariance; car::vif
  # on the same fit is checked to agree.
  R <- cov2cor(V[-1, -1, drop = FALSE])
  gvif <- sapply(seq_along(terms), function(a) {
    s <- which(assigned[-1] == a)
    if (length(s) == ncol(R)) 1 else det(R[s, s, drop = FALSE]) * det(R[-s, -s, drop = FALSE]) / det(R)
  })
  if (length(terms) > 1) stopifnot(abs(as.matrix(vif(fit))[, 1] / gvif - 1) < 1e-5)
  out$inflation <- data.frame(model = m$model, term = terms, gvif = digits(gvif))
  cat(m$model, "n =", n, "p =", length(coef), "condition", out$fits$condition, "converged", fit$converged, "\n")
  out
}

models <- read.csv(file.path(here, "glm_models.csv"), colClasses = "character", na.strings = character(0))
results <- lapply(seq_len(nrow(models)), function(i) run(as.list(models[i, ])))
for (part in c("fits", "coefficients", "tests", "inflation")) {
  whole <- do.call(rbind, lapply(results, `[[`, part))
  write.csv(whole, file.path(here, paste0("glm_", part, ".csv")), row.names = FALSE)
}
