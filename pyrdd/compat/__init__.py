"""Programs written for PySpark, unchanged: ``import pyspark`` means pyrdd, on request (`pyrdd.alias`).

    python -m pyrdd.compat app.py args...
"""

from __future__ import annotations

from pyrdd.alias import install, installed, uninstall

__all__ = ["install", "installed", "uninstall"]
