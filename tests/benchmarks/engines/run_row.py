"""The child process of a benchmark: runs one row on one engine and prints ``RESULT {json}``.

python run_row.py ENGINE ROW SIZE TEXT MASTER

``seconds`` is the work itself: the context or pool exists, the data does not.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from time import perf_counter

IMPORTS = {
    "pyrdd": "pyrdd",
    "pyspark": "pyspark",
    "pysparkling": "pysparkling",
    "by_hand": "multiprocessing.pool",
    "dask": "dask.bag",
}
PROGRAMS = {"by_hand": "engines.by_hand", "dask": "engines.dask_bag"}


def main(engine: str, row: str, size: int, text: str, master: str) -> None:
    if row == "import_time":
        started = perf_counter()
        import_module(IMPORTS[engine])
        return report(seconds=perf_counter() - started, checksum=0)
    program = import_module(PROGRAMS.get(engine, "engines.rdd"))
    if row not in program.ROWS:
        return report(unsupported=True)
    context = program.open_context(engine, master)
    started = perf_counter()
    checksum = program.ROWS[row](context, size, text)
    report(seconds=perf_counter() - started, checksum=checksum)
    program.close_context(context)
    return None


def report(**result: object) -> None:
    print("RESULT", json.dumps(result), flush=True)


if __name__ == "__main__":
    # The directory of the `engines` package, for this process and for the workers that it starts.
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path[0] = here
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
