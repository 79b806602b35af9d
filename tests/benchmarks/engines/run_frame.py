"""The child process of bench_sql: runs one row on one engine and prints ``RESULT {json}``.

python run_frame.py ENGINE ROW SIZE DATA MASTER ROUNDS

``first`` is the first round in a session that is there, ``seconds`` the median of the later ones, ``cpu`` the processor
time of such a round in this process and its descendants. ``first_result`` has one round, and the parent measures from
the start of the process.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from pathlib import Path
from time import perf_counter

TICK = 1 / os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """Processor time of this process and its descendants so far, with those that ended."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # the name of the program, in parentheses, may have spaces
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])) * TICK)
    family = {os.getpid()}
    while grown := {pid for pid, (parent, _) in stats.items() if parent in family} - family:
        family |= grown
    return sum(stats[pid][1] for pid in family)


def main(engine: str, row: str, size: str, data: str, master: str, rounds: str) -> None:
    from engines import frames  # here: the path of the package is set below

    spark = frames.open_session(engine, master)
    work = frames.ROWS[row](spark, int(size), data)
    seconds, checksum, cpu = [], 0, 0.0
    for number in range(int(rounds)):
        if number == min(1, int(rounds) - 1):
            cpu = cpu_seconds()
        started = perf_counter()
        checksum = work()
        seconds.append(perf_counter() - started)
    later = statistics.median(seconds[1:] or seconds)
    cpu = (cpu_seconds() - cpu) / max(1, len(seconds) - 1)
    print("RESULT", json.dumps({"seconds": later, "first": seconds[0], "cpu": cpu, "checksum": checksum}), flush=True)
    spark.stop()


if __name__ == "__main__":
    # The directory of the `engines` package, for this process and for the workers that it starts.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    main(*sys.argv[1:])
