"""How results show themselves: as text, as the gist in a notebook, as a page."""

from __future__ import annotations

import os

from ogive._base import write_whole
from ogive.report import AnySummary, html_fragment, html_page, terminal_summary
from ogive.views import as_text, line_width


class Displayed:
    """A result that is a summary: it prints as text, and a notebook shows it as HTML."""

    @property
    def _shown(self) -> AnySummary:
        raise NotImplementedError

    def summary(self, *, all_terms: bool = True, width: int | None = None) -> str:
        """Return the summary as text.

        Parameters
        ----------
        all_terms : bool
            Every coefficient, or the strongest only.
        width : int, optional
            Of a line; that of the terminal unless given.
        """
        width = width or line_width()
        return as_text(terminal_summary(self._shown, all_terms=all_terms), width)

    def to_html(self) -> str:
        """Return the report as one self-contained page."""
        return html_page(self._shown)

    def save_report(self, path: str | os.PathLike[str]) -> None:
        """Write the report as one self-contained HTML file, whole or not at all."""
        write_whole(path, self.to_html().encode())

    def __repr__(self) -> str:
        return self.summary(all_terms=False)

    def _repr_html_(self) -> str:
        return html_fragment(self._shown)
