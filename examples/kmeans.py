"""k-means: the centres of k groups of points, moved round by round to the mean of the points nearest to them.

python examples/kmeans.py [PATH [K]]        PATH: a point per line, numbers separated by spaces
"""

import sys
from math import dist

from pyrdd import SparkContext

POINTS = ["0 0", "9 8", "1 0", "0 1", "8 8", "1 1", "9 9", "8 9"]

sc = SparkContext(master="local[*]", appName="k-means")
lines = sc.textFile(sys.argv[1]) if len(sys.argv) > 1 else sc.parallelize(POINTS, 2)
k = int(sys.argv[2]) if len(sys.argv) > 2 else 2
points = lines.map(lambda line: tuple(map(float, line.split()))).cache()


def plus(p, q):
    return tuple(a + b for a, b in zip(p, q, strict=True))


def nearest(p, centres):
    return min(range(k), key=lambda i: dist(p, centres[i]))


centres, moved = points.take(k), 1.0
while moved > 1e-6:
    # The centres of this round travel to the tasks inside the closure; large ones would be broadcast.
    groups = points.map(lambda p, centres=centres: (nearest(p, centres), (p, 1)))
    sums = groups.reduceByKey(lambda a, b: (plus(a[0], b[0]), a[1] + b[1])).collectAsMap()
    means = [tuple(x / sums[i][1] for x in sums[i][0]) if i in sums else centres[i] for i in range(k)]
    moved, centres = max(map(dist, centres, means)), means

for centre in sorted(centres):
    print(" ".join(f"{x:.2f}" for x in centre))
sc.stop()
