"""Secondary sort: the records of each key arrive together and in order, without any key's group in memory.

python examples/secondary_sort.py [PATH]        PATH: lines of "sensor time value"
"""

import sys
from itertools import groupby, pairwise
from operator import itemgetter

from pyrdd import SparkContext

READINGS = ["b 3 30", "a 2 20", "b 1 10", "a 1 15", "c 1 7", "a 3 12", "b 2 50"]

sc = SparkContext(master="local[*]", appName="secondary sort")
lines = sc.textFile(sys.argv[1]) if len(sys.argv) > 1 else sc.parallelize(READINGS, 3)

# The key is (sensor, time): partitioned by the sensor alone, sorted by both in the shuffle.
readings = lines.map(str.split).map(lambda parts: ((parts[0], int(parts[1])), float(parts[2])))
in_order = readings.repartitionAndSortWithinPartitions(
    numPartitions=2, partitionFunc=lambda key: sum(map(ord, key[0])), keyfunc=lambda key: key
)


def changes(records):
    """The steps between a sensor's neighbouring readings, one sensor at a time."""
    for sensor, series in groupby(records, key=lambda record: record[0][0]):
        values = list(map(itemgetter(1), series))
        yield sensor, [after - before for before, after in pairwise(values)]


for sensor, steps in sorted(in_order.mapPartitions(changes).collect()):
    print(sensor, *(f"{step:+g}" for step in steps))
sc.stop()
