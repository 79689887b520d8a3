"""Write first_model.json, as the first version of the file did: without the fields that came later.

Run with that version; a later one writes more, and must still read the file as it stands.
"""

from __future__ import annotations

from pathlib import Path

import ogive

TABLE = {
    "dose": [i % 6 for i in range(60)],
    "ill": [int((i * 7919 % 13) / 13 < (i % 6 + 1) / 8) for i in range(60)],
}

if __name__ == "__main__":
    ogive.fit(TABLE, "ill", numbers=["dose"]).save(Path(__file__).with_name("first_model.json"))
