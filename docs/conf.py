"""How the guides and the reference are built: `sphinx-build -W docs docs/_build`."""

from __future__ import annotations

import sys
from pathlib import Path

import ogive

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "Ogive"
author = "The Ogive developers"
project_copyright = "2026, The Ogive developers"
version = release = ogive.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "options",
    "figures",
    "calibrated",
    "drawn",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"Ogive {version}"
html_show_sphinx = False

default_role = "code"
smartquotes_action = "D"  # dashes; quotes stay as they are written
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say shapes and units, which types do not
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_preprocess_types = False
