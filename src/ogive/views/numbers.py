"""The one home of how numbers are written: as many digits as the data support, and a unit."""

from __future__ import annotations

import math

from ogive._base import Estimate, interval_texts

DASH = "–"


def count(value: float) -> str:
    """Return a number of rows with thousands separators; a sum of weights keeps one decimal.

    Examples
    --------
    >>> count(1250000), count(12.5)
    ('1,250,000', '12.5')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def short_count(value: float) -> str:
    """Return a number of rows in at most four characters or so, as it fits above a bar.

    Examples
    --------
    >>> short_count(12.0), short_count(1234), short_count(45_678), short_count(2_340_000), short_count(0.4)
    ('12', '1.2k', '46k', '2.3M', '0.4')
    """
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= 0.9995 * unit:
            return f"{value / unit:.1f}{name}" if value < 9.95 * unit else f"{value / unit:.0f}{name}"
    return f"{value:.0f}" if value >= 9.95 or float(value).is_integer() else f"{value:.1f}"


def number(value: float, digits: int = 3) -> str:
    """Return `value` to so many significant digits (a whole part keeps all of its own).

    Examples
    --------
    >>> number(0.012345), number(54321.0), number(2.5e-7), number(6.0)
    ('0.0123', '54,321', '2.5e-7', '6')
    """
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if not -4 <= size < 7:
        return exponent(value, digits)
    text = f"{value:,.{max(digits - 1 - size, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def brief(value: float) -> str:
    """Return a number with at most seven digits.

    Examples
    --------
    >>> brief(-2.0), brief(0.11920292202), brief(-0.0)
    ('-2', '0.1192029', '0')
    """
    return f"{value + 0.0:.7g}"


def place(x: float, digits: int = 6) -> str:
    """Return a place on an axis: as `number` does, but four digits without a comma, as in years.

    Examples
    --------
    >>> place(1990.0), place(12500.0), place(0.25)
    ('1990', '12,500', '0.25')
    """
    text = number(x, digits)
    return text.replace(",", "") if abs(x) < 10_000 else text


def exponent(value: float, digits: int = 2) -> str:
    """Return `value` as in "3.2e-12".

    Examples
    --------
    >>> exponent(3.21e-12), exponent(2000.0, 1)
    ('3.2e-12', '2e3')
    """
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(power)}"


def p_value(p: float | None) -> str:
    """Return a p-value; none below 0.001 is worth its digits.

    Examples
    --------
    >>> p_value(1e-9), p_value(0.0312), p_value(0.413), p_value(0.999), p_value(None)
    ('<0.001', '0.031', '0.41', '>0.99', '–')
    """
    if p is None:
        return DASH
    if p < 0.001:
        return "<0.001"
    if p > 0.99:
        return ">0.99"
    return f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"


def percent(share: float, digits: int = 1) -> str:
    """Return a share as in "45.9 %".

    Examples
    --------
    >>> percent(0.4587), percent(0.95, 0)
    ('45.9 %', '95 %')
    """
    return f"{100 * share:.{digits}f} %"


def percentage(share: float) -> str:
    """Return a share, or a level of confidence, without decimals that say nothing.

    Examples
    --------
    >>> percentage(0.95), percentage(0.999)
    ('95 %', '99.9 %')
    """
    return f"{100 * share:g} %"


def probability(p: float) -> str:
    """Return a probability: two decimals, and near 0 and 1 as many as tell it from certainty (up to four).

    Examples
    --------
    >>> probability(0.4567), probability(0.0031), probability(0.9987), probability(1e-9), probability(1.0)
    ('0.46', '0.003', '0.999', '<0.0001', '1.00')
    """
    if p in (0.0, 1.0):
        return f"{p:.2f}"
    for digits in (2, 3, 4):
        text = f"{p:.{digits}f}"
        if 0 < float(text) < 1:
            return text
    return "<0.0001" if p < 0.5 else ">0.9999"


def whole_percent(share: float) -> str:
    """Return a share in whole percent, with as many decimals as keep it from being 0 or all (up to two).

    Examples
    --------
    >>> whole_percent(0.7512), whole_percent(0.9972), whole_percent(1.0), whole_percent(0.0001)
    ('75 %', '99.7 %', '100 %', '0.01 %')
    """
    for digits in (0, 1, 2):
        text = percent(share, digits)
        if share in (0.0, 1.0) or 0 < float(text[:-2]) < 100:
            return text
    return "<0.01 %" if share < 0.5 else ">99.99 %"


def points(change: float) -> str:
    """Return a change of a probability in percentage points, signed: two significant digits, two decimals.

    Examples
    --------
    >>> points(0.1134), points(-0.0271), points(0.00004), points(1.2)
    ('+11', '-2.7', '0.00', '+120')
    """
    value = 100 * change
    if abs(value) < 0.01:
        return "0.00"
    return f"{value:+.{min(_decimals(abs(value), 2), 2)}f}"


def ratio_text(value: float, digits: int) -> str:
    """Return an odds ratio to so many decimals, with an exponent where that would be no number to read.

    Examples
    --------
    >>> ratio_text(4.2138, 2), ratio_text(2.1e-7, 2), ratio_text(math.inf, 2)
    ('4.21', '2.1e-7', 'very large')
    """
    if not math.isfinite(value):
        return "very large"
    if value and not 1e-4 <= value < 1e6:
        return exponent(value)
    return f"{value:,.{digits}f}" if value else "0"


def odds_ratio(estimate: Estimate) -> Estimate:
    """Return the exponential of a log-odds estimate and of its limits; overflow becomes infinity.

    Examples
    --------
    >>> odds_ratio(Estimate(value=0.0, low=-1.0, high=1.0)).value
    1.0
    """
    limits = [None if v is None else exponential(v) for v in (estimate.low, estimate.high)]
    return Estimate(
        value=exponential(estimate.value),
        low=limits[0],
        high=limits[1],
        level=estimate.level,
        method=estimate.method,
    )


def exponential(value: float) -> float:
    """Return e to the power `value`, infinity where that is too large."""
    return math.exp(value) if value < 709 else math.inf


def ratio_parts(ratio: Estimate) -> tuple[str, str, str]:
    """Return an odds ratio, its lower and its upper limit as texts; the limits are empty where unknown.

    All have the same decimals, usually two; large ones have fewer, small ones and narrow intervals more.

    Examples
    --------
    >>> ratio_parts(Estimate(value=4.2138, low=2.0512, high=8.799))
    ('4.21', '2.05', '8.80')
    >>> ratio_parts(Estimate(value=1.00412, low=0.9961, high=1.0122))
    ('1.004', '0.996', '1.012')
    >>> ratio_parts(Estimate(value=131.2, low=17.6, high=1030.0))
    ('131', '17.6', '1,030')
    >>> ratio_parts(Estimate(value=2.39, low=0.05, high=229.4))
    ('2.39', '0.05', '229')
    >>> ratio_parts(Estimate(value=1.0252)), ratio_parts(Estimate(value=0.0123))
    (('1.025', '', ''), ('0.012', '', ''))
    """
    value, low, high = ratio.value, ratio.low, ratio.high
    if low is None or high is None:
        near = min(_decimals(abs(value - 1), 2), 6) if 0.5 < value < 1.5 else 0
        return ratio_text(value, max(near, _decimals(value, 3 if value >= 1 else 2))), "", ""
    narrow = min(_decimals(high - low, 2), 6) if high - low < 1 else 0
    digits = max(min(2, _decimals(value, 3)), _decimals(value, 2), _decimals(max(low, 1e-4), 1), narrow)
    texts = [ratio_text(x, digits if x < 10 else max(_decimals(x, 3), narrow)) for x in (value, low, high)]
    return texts[0], texts[1], texts[2]


def measured_text(estimate: Estimate) -> str:
    """Return an estimate with its interval, or with the one limit that it has.

    Examples
    --------
    >>> measured_text(Estimate(value=3.0579, low=2.6651, high=3.4506)), measured_text(Estimate(value=9.0, low=4.21))
    ('3.06 (2.67 – 3.45)', 'at least 4.21')
    """
    value, low, high = interval_texts(estimate.value, estimate.low, estimate.high)
    if low and high:
        return f"{value} ({low} {DASH} {high})"
    if low or high:
        return f"at least {low}" if low else f"at most {high}"
    return value


def _decimals(value: float, digits: int) -> int:
    """Return the decimals that show so many significant digits."""
    if value <= 0 or not math.isfinite(value):
        return 0
    return max(digits - 1 - math.floor(math.log10(value)), 0)


def size(n_bytes: int) -> str:
    """Return a size of a file.

    Examples
    --------
    >>> size(11_300), size(1_240_000)
    ('11 kB', '1.2 MB')
    """
    if n_bytes < 1000:
        return f"{n_bytes} bytes"
    return f"{n_bytes / 1000:.0f} kB" if n_bytes < 999_500 else f"{n_bytes / 1e6:.1f} MB"


def duration(milliseconds: float) -> str:
    """Return a time.

    Examples
    --------
    >>> duration(0.42), duration(4.2), duration(2345.0)
    ('0.4 ms', '4 ms', '2.3 s')
    """
    if milliseconds < 1000:
        return f"{milliseconds:.1f} ms" if milliseconds < 1 else f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"


def align_decimals(texts: list[str], space: str = " ", point: str = " ") -> list[str]:
    """Pad texts on the right so that, set flush right, their decimal points stand under each other.

    `space` pads a missing digit and `point` a missing decimal point; a proportional font has its own spaces
    for them (U+2007 and U+2008).

    Examples
    --------
    >>> align_decimals(["4.21", "131", "0.5"])
    ['4.21', '131   ', '0.5 ']
    """
    tails = [len(t) - t.rfind(".") - 1 if "." in t else -1 for t in texts]
    longest = max(tails, default=-1)
    return [
        t + (point if tail < 0 <= longest else "") + space * (longest - max(tail, 0))
        for t, tail in zip(texts, tails, strict=True)
    ]


def interval(low: str, high: str) -> str:
    """Return two limits as one text; a dash where there is no interval.

    Examples
    --------
    >>> interval("2.05", "8.80"), interval("", "")
    ('2.05 – 8.80', '–')
    """
    return f"{low} {DASH} {high}" if low else DASH


def align_intervals(texts: list[str], space: str = " ", point: str = " ") -> list[str]:
    """Pad intervals so that both limits stand on their decimal points.

    Examples
    --------
    >>> align_intervals(["2.05 – 8.80", "–", "0.9 – 12.25"])
    ['2.05 –  8.80', '', '0.9  – 12.25']
    """
    pairs = [t.split(f" {DASH} ") if t != DASH else ["", ""] for t in texts]
    sides = [align_decimals([pair[k] for pair in pairs], space, point) for k in (0, 1)]
    widths = [max(map(len, side), default=0) for side in sides]
    padded = [[cell.rjust(width, space) for cell in side] for side, width in zip(sides, widths, strict=True)]
    return [
        f"{low} {DASH} {high}" if text != DASH else "" for text, low, high in zip(texts, *padded, strict=True)
    ]
