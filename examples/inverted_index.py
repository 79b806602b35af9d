"""Inverted index: for each word, the documents that contain it; what a search engine looks up.

python examples/inverted_index.py [DIRECTORY]        every file of the directory is a document
"""

import os
import re
import sys

from pyrdd import SparkContext

DOCUMENTS = [
    ("rdd.txt", "resilient distributed datasets are partitioned"),
    ("dag.txt", "stages end where datasets are shuffled"),
    ("cache.txt", "cached datasets are kept"),
]

sc = SparkContext(master="local[*]", appName="inverted index")
documents = sc.wholeTextFiles(sys.argv[1]) if len(sys.argv) > 1 else sc.parallelize(DOCUMENTS, 2)


def postings(document):
    name, text = document
    return {(word, os.path.basename(name)) for word in re.findall(r"\w+", text.lower())}


index = documents.flatMap(postings).groupByKey().mapValues(sorted).sortByKey().cache()
for word, names in index.filter(lambda entry: len(entry[1]) > 1).take(10):
    print(f"{word}: {' '.join(names)}")
print(index.count(), "words; datasets is in", index.lookup("datasets"))
sc.stop()
