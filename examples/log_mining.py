"""Log mining: the errors of a log, loaded into memory once, then asked (NSDI 2012, section 2.2.1).

python examples/log_mining.py [PATH]        PATH: lines of "LEVEL component message"
"""

import sys

from pyrdd import SparkContext

LOG = [
    "INFO web GET /index",
    "ERROR mysql connection refused",
    "ERROR web GET /cart failed: mysql connection refused",
    "WARN disk 91 % full",
    "ERROR disk no space left",
    "ERROR mysql connection reset",
]

sc = SparkContext(master="local[*]", appName="log mining")
lines = sc.textFile(sys.argv[1]) if len(sys.argv) > 1 else sc.parallelize(LOG, 2)
bad = sc.accumulator(0)


def parse(line):
    parts = line.split(" ", 2)
    if len(parts) == 3:
        return [parts]
    bad.add(1)
    return []


errors = lines.flatMap(parse).filter(lambda parts: parts[0] == "ERROR").cache()
print("errors:", errors.count())
print("about mysql:", errors.filter(lambda parts: "mysql" in parts[2] or parts[1] == "mysql").count())
print("by component:", sorted(errors.map(lambda parts: parts[1]).countByValue().items()))
print("unreadable lines:", bad.value)
sc.stop()
