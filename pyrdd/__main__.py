"""``python -m pyrdd`` is the ``pyrdd`` command."""

import sys

from pyrdd.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
