# R's own self-starting curves: Rscript curves_selfstart.R DATA, where DATA is the folder with scurves/; writes curves_selfstart.csv.
# The data stand in the datasets of R as well (DNase, Orange, ChickWeight, uspop), and one series of diffusion in package diffusion.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
read <- function(name) read.csv(file.path(commandArgs(trailingOnly = TRUE)[1], "scurves", name))
found <- NULL
say <- function(file, group, model, formula, rows) {
  fit <- tryCatch(nls(formula, rows, control = nls.control(tol = 1e-7, maxiter = 500, minFactor = 1e-10)), error = function(e) NULL)
  if (is.null(fit)) return(invisible())  # nls comes to no end, as it does where its start is too far away
  terms <- summary(fit)$coefficients
  found <<- rbind(found, data.frame(file = file, group = group, model = model, term = rownames(terms), estimate = terms[, 1],
                                    std_error = terms[, 2], deviance = deviance(fit), points = nrow(rows)))
}
points <- function(x, y) data.frame(x = x, y = y)
logis <- y ~ SSlogis(x, Asym, xmid, scal)
fpl <- y ~ SSfpl(x, A, B, xmid, scal)
gompertz <- y ~ SSgompertz(x, Asym, b2, b3)

dnase <- read("r_DNase.csv")
for (run in unique(dnase$Run)) {
  rows <- with(dnase[dnase$Run == run, ], points(log(conc), density))
  say("r_DNase.csv", run, "SSlogis", logis, rows)
  say("r_DNase.csv", run, "SSfpl", fpl, rows)
  say("r_DNase.csv", run, "SSgompertz", gompertz, rows)
}
orange <- read("r_Orange.csv")
for (tree in unique(orange$Tree)) say("r_Orange.csv", tree, "SSlogis", logis, with(orange[orange$Tree == tree, ], points(age, circumference)))
chicks <- read("r_ChickWeight.csv")
for (chick in unique(chicks$Chick)) {
  rows <- with(chicks[chicks$Chick == chick, ], points(Time, weight))
  say("r_ChickWeight.csv", chick, "SSlogis", logis, rows)
  say("r_ChickWeight.csv", chick, "SSfpl", fpl, rows)
  say("r_ChickWeight.csv", chick, "SSgompertz", gompertz, rows)
}
say("r_uspop.csv", "", "SSlogis", logis, with(read("r_uspop.csv"), points(time, value)))
say("diffusion_tsMetal.csv", "", "SSlogis", logis, with(read("diffusion_tsMetal.csv"), points(year, substitution)))
found[5:7] <- lapply(found[5:7], function(a) sprintf("%.12g", a))
write.csv(found, file.path(here, "curves_selfstart.csv"), row.names = FALSE, quote = FALSE)
