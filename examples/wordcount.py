"""Word count: how often each word occurs in a text. The program that every cluster runs first.

python examples/wordcount.py [PATH]        PATH: file, directory or glob; this script when left out
"""

import re
import sys

from pyrdd import SparkContext

path = sys.argv[1] if len(sys.argv) > 1 else __file__
sc = SparkContext(master="local[*]", appName="word count")

counts = (
    sc.textFile(path)
    .flatMap(lambda line: re.findall(r"[a-z]+", line.lower()))
    .map(lambda word: (word, 1))
    .reduceByKey(lambda a, b: a + b)
)

for word, count in counts.takeOrdered(10, key=lambda pair: (-pair[1], pair[0])):
    print(f"{count:8} {word}")
sc.stop()
