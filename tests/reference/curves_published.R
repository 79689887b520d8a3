# Curves of the families fitted to published data by R's nls: Rscript curves_published.R DATA, where DATA is the folder with the
# files that curves_cases.csv names. The formulas and where nls starts stand there as well; a parameter that cannot be below 0 is
# bounded there.
normal <- pnorm
maximum <- pmax
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
data_folder <- commandArgs(trailingOnly = TRUE)[1]

one <- function(case) {
  path <- file.path(data_folder, case$file)
  rows <- if (grepl("txt$", path)) read.delim(path) else read.csv(path)
  if (nzchar(case$where)) rows <- rows[eval(str2lang(case$where), rows), ]
  used <- intersect(c(all.vars(str2lang(case$x)), all.vars(str2lang(case$y))), names(rows))
  rows <- rows[complete.cases(rows[used]), ]
  points <- data.frame(x = eval(str2lang(case$x), rows), y = eval(str2lang(case$y), rows))
  start <- eval(str2lang(paste0("list(", case$start, ")")))
  lower <- ifelse(names(start) %in% c("guess", "lapse", "lag", "stimulus"), 0, -Inf)
  found <- nls(as.formula(paste("y ~", case$formula)), points, start, algorithm = "port", lower = lower,
               control = nls.control(maxiter = 500, tol = 1e-12, warnOnly = TRUE))
  at_bound <- coef(found) <= lower
  se <- if (any(at_bound)) NA else summary(found)$coefficients[, "Std. Error"]
  data.frame(family = case$family, term = names(coef(found)), estimate = coef(found), std_error = se,
             deviance = deviance(found))
}

cases <- read.csv(file.path(here, "curves_cases.csv"), colClasses = "character")
found <- do.call(rbind, lapply(split(cases, cases$family), one))
found[3:5] <- lapply(found[3:5], function(a) ifelse(is.na(a), "", sprintf("%.12g", a)))
write.csv(found, file.path(here, "curves_published.csv"), row.names = FALSE, quote = FALSE)
