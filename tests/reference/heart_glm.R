# Fits the bundled heart disease table by R's glm, in the coding that Ogive states: a missing number is the median
# with an indicator, a missing level is a level of its own, each category compares with its most frequent level.
#
#     Rscript tests/reference/heart_glm.R src/ogive/datasets/heart.csv > tests/reference/heart_glm.csv

data <- read.csv(commandArgs(TRUE)[1], na.strings = "", stringsAsFactors = FALSE)
columns <- data.frame(disease = data$disease)
for (name in c("age", "trestbps", "chol", "thalach", "oldpeak", "ca")) {
  x <- data[[name]]
  if (anyNA(x)) columns[[paste0(name, ".missing")]] <- as.numeric(is.na(x))
  x[is.na(x)] <- median(x, na.rm = TRUE)
  columns[[name]] <- x
}
for (name in c("sex", "cp", "fbs", "restecg", "exang", "slope", "thal")) {
  x <- data[[name]]
  x[is.na(x)] <- "missing"
  counts <- sort(table(x[x != "missing"]), decreasing = TRUE)
  for (level in setdiff(unique(x), names(counts)[1])) {
    columns[[paste0(name, ": ", level)]] <- as.numeric(x == level)
  }
}
names(columns)[names(columns) == "ca.missing"] <- "ca: missing"
fit <- glm(disease ~ ., family = binomial, data = columns, control = list(epsilon = 1e-14, maxit = 50))
found <- summary(fit)$coefficients
rownames(found) <- gsub("`", "", rownames(found))
rownames(found)[1] <- "(intercept)"
cat(sprintf("# R %s.%s, deviance %.15g, null deviance %.15g\n", R.version$major, R.version$minor, fit$deviance,
            fit$null.deviance))
cat("name,coefficient,standard_error\n")
for (name in rownames(found)) {
  cat(sprintf("%s,%.15g,%.15g\n", name, found[name, 1], found[name, 2]))
}
