"""Monte-Carlo pi: the share of random points that fall into a quarter circle is pi / 4.

python examples/monte_carlo_pi.py [POINTS]
"""

import random
import sys

from pyrdd import SparkContext

points = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
tasks = 4


def hits(index, _):
    # One generator per partition, seeded by its index: the same answer in every run, on every master.
    rng = random.Random(index)
    yield sum(rng.random() ** 2 + rng.random() ** 2 < 1 for _ in range(points // tasks))


sc = SparkContext(master="local[*]", appName="pi")
inside = sc.parallelize(range(tasks), tasks).mapPartitionsWithIndex(hits).sum()
print(f"pi is about {4 * inside / (points // tasks * tasks):.4f}")
sc.stop()
