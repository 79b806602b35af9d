"""``python -m pyrdd.compat app.py args...``: ``pyrdd submit --as-pyspark`` under another name."""

from __future__ import annotations

import sys

from pyrdd.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["submit", "--as-pyspark", *sys.argv[1:]]))
