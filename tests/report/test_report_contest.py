"""The page of networks compared in a real browser: everything is drawn, at any width, and the console is silent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_report_browser import CHROMIUM, browse, sideways

from ogive.neural import compare
from ogive.report import contest_page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def page() -> str:
    """Two initialisations, one of them with a verdict; a saturating and a leaky activation."""
    x = np.random.default_rng(0).standard_normal((90, 3))
    names = {"activations": ("sigmoid", "leaky_relu"), "inits": ("auto", "glorot-plain"), "depths": (1, 8)}
    return contest_page(compare(x, x[:, 0] > x[:, 1], **names, epochs=3, seeds=2))


def test_all_figures_are_drawn_and_the_console_is_silent(page: str, tmp_path: Path) -> None:
    drawn, console = browse(page, tmp_path, "--window-size=375,900")
    assert console == []
    assert drawn.count('data-drawn="yes"') == page.count('class="plot"') == 5


def test_the_page_never_scrolls_sideways(page: str, tmp_path: Path) -> None:
    assert sideways(page, [320, 375, 1280], 5, tmp_path) == [320, 375, 1280]
