"""PageRank: pages are important when important pages link to them (Zaharia et al., NSDI 2012, section 3.2.2).

python examples/pagerank.py [PATH [ROUNDS]]        PATH: lines of "page linked-page"
"""

import sys

from pyrdd import SparkContext

LINKS = ["home about", "home docs", "about home", "docs home", "docs api", "api docs", "blog docs"]

sc = SparkContext(master="local[*]", appName="PageRank")
lines = sc.textFile(sys.argv[1]) if len(sys.argv) > 1 else sc.parallelize(LINKS)
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10

# Cached, because every round joins with it; partitioned once, so that no round shuffles it again.
links = lines.map(str.split).map(tuple).groupByKey().mapValues(list).cache()
ranks = links.mapValues(lambda targets: 1.0)


def contributions(page):
    targets, rank = page[1]
    return [(target, rank / len(targets)) for target in targets]


for _ in range(rounds):
    received = links.join(ranks).flatMap(contributions).reduceByKey(lambda a, b: a + b)
    ranks = received.mapValues(lambda total: 0.15 + 0.85 * total)

for page, rank in ranks.takeOrdered(10, key=lambda pair: (-pair[1], pair[0])):
    print(f"{rank:.4f} {page}")
sc.stop()
