"""The page in a real browser: everything is drawn, nothing is said on the console, nothing is fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest
from test_report_page import Page, hostile

from ogive.report import EvaluationSummary, Summary, html_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--v=0",
    "--virtual-time-budget=20000",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def browse(source: str, folder: Path, *options: str) -> tuple[str, list[str]]:
    """Open a page; return its elements once drawn, and what was said on the console."""
    path = folder / "page.html"
    path.write_text(source, encoding="utf-8")
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, *FLAGS, *options, f"--user-data-dir={folder / 'profile'}", "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


# blink: 0 is dark, 1 is light
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
@pytest.mark.parametrize("width", [375, 1280])
def test_all_figures_are_drawn_and_the_console_is_silent(
    summary: Summary, tmp_path: Path, width: int, scheme: int
) -> None:
    drawn, console = browse(
        html_page(summary),
        tmp_path,
        f"--window-size={width},900",
        f"--blink-settings=preferredColorScheme={scheme}",
    )
    assert console == []
    assert drawn.count('data-drawn="yes"') == 10
    assert len(re.findall(r"<svg[^>]*class=\"marks\"", drawn)) == 10


def test_another_table(judged: EvaluationSummary, tmp_path: Path) -> None:
    drawn, console = browse(html_page(judged), tmp_path)
    assert console == []
    assert drawn.count('data-drawn="yes"') == 5


def test_hostile_names_do_nothing(summary: Summary, tmp_path: Path) -> None:
    drawn, console = browse(html_page(hostile(summary)), tmp_path)
    assert console == []
    assert drawn.count('data-drawn="yes"') == 10
    assert not Page(drawn).all("img")


def test_a_page_that_fetched_something_would_be_noticed(summary: Summary, tmp_path: Path) -> None:
    spoiled = html_page(summary).replace("</main>", '<img src="http://127.0.0.1:9/x.png" alt=""></main>')
    _, console = browse(spoiled, tmp_path)
    assert any("Content Security Policy" in line for line in console)


def sideways(page: str, widths: list[int], figures: int, folder: Path) -> list[int]:
    """Open a page in frames of so many widths; return the widths of its content once its figures are drawn."""
    # Chromium's own window has a least width, a frame has none
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border:0" srcdoc="{escape(page)}"></iframe>'
        for width in widths
    )
    document = f"""<!doctype html><title></title>{frames}<script>
        const frames = [...document.querySelectorAll("iframe")];
        const look = () => {{
          const pages = frames.map((frame) => frame.contentDocument);
          if (pages.some((p) => p.querySelectorAll("[data-drawn]").length < {figures})) return setTimeout(look, 50);
          document.title = pages.map((p) => p.documentElement.scrollWidth).join(" ");
        }};
        addEventListener("load", look);
        </script>"""
    drawn, _ = browse(document, folder, "--window-size=1400,1000")
    return [int(width) for width in re.findall(r"<title>([\d ]+)</title>", drawn)[0].split()]


def test_the_page_never_scrolls_sideways(summary: Summary, tmp_path: Path) -> None:
    assert sideways(html_page(summary), [320, 375, 1280], 10, tmp_path) == [320, 375, 1280]
