"""What is known of each function and cannot be computed: its formula, what it is for, and who said so."""

from __future__ import annotations

from typing import NamedTuple


class About(NamedTuple):
    """Formula, typical use and the source of that use; `parameters` are those the facts are computed at."""

    formula: str
    use: str
    source: str
    parameters: tuple[float, ...] = ()


_GOOD = "Good, Rational decisions, J. R. Stat. Soc. B 14 (1952)"
_BLANCHARD = (
    "Blanchard, Higham, Higham, Accurately computing the log-sum-exp and softmax functions, "
    "IMA J. Numer. Anal. 41 (2021)"
)
_BRIDLE = "Bridle, Probabilistic interpretation of feedforward classification network outputs, Neurocomputing (1990)"
_CLEVERT = (
    "Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by exponential linear units, "
    "ICLR (2016)"
)
_HENDRYCKS = "Hendrycks, Gimpel, Gaussian error linear units, arXiv 1606.08415 (2016)"

ABOUT: dict[str, About] = {
    "sigmoid": About(
        "1 / (1 + exp(-x))",
        "probability from log-odds: logistic regression, output of a binary classifier, gates",
        "Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20 (1958)",
    ),
    "logit": About(
        "log(p / (1 - p))",
        "log-odds from a probability",
        "Berkson, Application of the logistic function to bio-assay, J. Am. Stat. Assoc. 39 (1944)",
    ),
    "log_sigmoid": About(
        "-log(1 + exp(-x))",
        "log-likelihood of an outcome that happened",
        "Mikolov et al., Distributed representations of words and phrases, NeurIPS (2013)",
    ),
    "log1m_sigmoid": About(
        "-log(1 + exp(x))",
        "log-likelihood of an outcome that did not happen",
        "Mächler, Accurately computing log(1 - exp(-|a|)), vignette of Rmpfr (2012)",
    ),
    "softplus": About(
        "log(1 + exp(x))",
        "keeps a parameter positive; a smooth ReLU",
        "Dugas et al., Incorporating second-order functional knowledge for better option pricing, NeurIPS (2000)",
    ),
    "tanh": About(
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        "hidden layers, state of recurrent networks",
        "LeCun et al., Efficient BackProp (1998)",
    ),
    "hard_sigmoid": About(
        "min(max(x/6 + 1/2, 0), 1)",
        "gates on small devices",
        "Howard et al., Searching for MobileNetV3, ICCV (2019)",
    ),
    "softsign": About(
        "x / (1 + |x|)",
        "hidden layers, with tails that saturate slowly",
        "Turian, Bergstra, Bengio, Quadratic features and deep architectures for chunking, NAACL (2009)",
    ),
    "arctan_sigmoid": About(
        "(2/pi) atan(pi x / 2)",
        "surrogate of a step whose slope has heavy tails, in spiking networks",
        "Fang et al., Incorporating learnable membrane time constant, ICCV (2021)",
    ),
    "algebraic_sigmoid": About(
        "x / sqrt(1 + x^2)",
        "an S-curve without an exponential",
        "Carlile et al., Improving deep learning by inverse square root linear units, arXiv 1710.09967 (2017)",
    ),
    "normal_cdf": About(
        "(1 + erf(x / sqrt(2))) / 2",
        "probit regression, the normal ogive",
        "Bliss, The method of probits, Science 79 (1934)",
    ),
    "normal_quantile": About(
        "the x at which normal_cdf(x) = p",
        "probits, limits of intervals, normal plots",
        "Wichura, Algorithm AS 241, Appl. Stat. 37 (1988)",
    ),
    "cloglog_inverse": About(
        "1 - exp(-exp(x))",
        "probability of at least one event; survival in discrete time",
        "Prentice, Gloeckler, Regression analysis of grouped survival data, Biometrics 34 (1978)",
    ),
    "cloglog": About(
        "log(-log(1 - p))",
        "log of the rate from a probability of at least one event",
        "Fisher, On the mathematical foundations of theoretical statistics, Phil. Trans. A 222 (1922)",
    ),
    "gompertz": About(
        "exp(-exp(-x))",
        "growth that slows late",
        "Winsor, The Gompertz curve as a growth curve, PNAS 18 (1932)",
    ),
    "relu": About(
        "max(x, 0)",
        "hidden layers; the usual first choice",
        "Glorot, Bordes, Bengio, Deep sparse rectifier neural networks, AISTATS (2011)",
    ),
    "leaky_relu": About(
        "x where x > 0, else 0.01 x",
        "hidden layers whose units must not die",
        "Maas, Hannun, Ng, Rectifier nonlinearities improve neural network acoustic models, ICML (2013)",
    ),
    "prelu": About(
        "x where x > 0, else slope x",
        "hidden layers that learn the slope below 0",
        "He et al., Delving deep into rectifiers, ICCV (2015)",
        (0.25,),
    ),
    "elu": About("x where x > 0, else exp(x) - 1", "hidden layers with a mean near 0", _CLEVERT),
    "elu_alpha": About(
        "x where x > 0, else alpha (exp(x) - 1)", "hidden layers with a chosen floor", _CLEVERT, (1.0,)
    ),
    "selu": About(
        "1.0507 (x where x > 0, else 1.6733 (exp(x) - 1))",
        "deep networks that normalise themselves",
        "Klambauer et al., Self-normalizing neural networks, NeurIPS (2017)",
    ),
    "gelu": About("x normal_cdf(x)", "transformers", _HENDRYCKS),
    "gelu_tanh": About(
        "x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2",
        "transformers trained with this approximation of GELU",
        _HENDRYCKS,
    ),
    "silu": About(
        "x sigmoid(x)",
        "convolutional networks, transformers",
        "Elfwing, Uchibe, Doya, Sigmoid-weighted linear units, Neural Networks 107 (2018)",
    ),
    "swish": About(
        "x sigmoid(beta x)",
        "SiLU with a chosen or learnt steepness",
        "Ramachandran, Zoph, Le, Searching for activation functions, arXiv 1710.05941 (2017)",
        (1.0,),
    ),
    "mish": About(
        "x tanh(softplus(x))",
        "convolutional networks, object detection",
        "Misra, Mish: a self regularized non-monotonic activation function, BMVC (2020)",
    ),
    "softmax": About("exp(z) / sum exp(z)", "probabilities of several classes", _BRIDLE),
    "log_softmax": About("z - log sum exp(z)", "log-likelihood of several classes", _BLANCHARD),
    "log_sum_exp": About("log sum exp(z)", "a smooth maximum; sums of likelihoods", _BLANCHARD),
    "binary_cross_entropy": About(
        "softplus(z) - y z", "loss of a logit z, for the outcome y", _GOOD, (1.0,)
    ),
    "binary_cross_entropy_from_probability": About(
        "-y log(p) - (1 - y) log(1 - p)", "loss of a probability p, for the outcome y", _GOOD, (1.0,)
    ),
    "cross_entropy": About(
        "log_sum_exp(z) - z[label]", "loss of the logits of several classes", _BRIDLE
    ),
    "focal_loss": About(
        "-(1 - q)^gamma log(q), q the probability given to what happened",
        "loss where easy rows outnumber the others by far",
        "Lin et al., Focal loss for dense object detection, ICCV (2017)",
        (1.0, 2.0),
    ),
}  # fmt: skip

# Members that undo each other.
INVERSES = {
    "sigmoid": "logit",
    "normal_cdf": "normal_quantile",
    "cloglog_inverse": "cloglog",
}
INVERSES |= {inverse: name for name, inverse in INVERSES.items()}

# What else the functions are called.
OTHER_NAMES = {
    "logistic": "sigmoid",
    "expit": "sigmoid",
    "swish1": "silu",
    "probit": "normal_quantile",
    "phi": "normal_cdf",
    "ndtr": "normal_cdf",
    "erf": "normal_cdf",
    "logsumexp": "log_sum_exp",
    "logsigmoid": "log_sigmoid",
    "atan": "arctan_sigmoid",
    "isru": "algebraic_sigmoid",
    "bce": "binary_cross_entropy",
    "log_loss": "binary_cross_entropy",
}
