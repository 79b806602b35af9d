"""``python -m pyrdd.compat app.py args...``: ``pyrdd submit --as-pyspark`` under another name."""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    sys.argv[1:1] = ["submit", "--as-pyspark"]
    # by its name: the command line imports this package
    runpy.run_module("pyrdd", run_name="__main__", alter_sys=True)
