"""Write Vega, Vega-Lite and vega-embed as one script: the figure library of the HTML report."""

import sys
from pathlib import Path

import vl_convert

Path(sys.argv[1]).write_text(vl_convert.javascript_bundle(), encoding="utf-8")
