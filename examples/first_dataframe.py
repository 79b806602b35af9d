"""A first DataFrame: people older than thirty, and what each town spends. Needs the extra `sql`.

python examples/first_dataframe.py [FILE]        FILE: CSV with name, age, town, spent; a small one when left out
"""

import sys
import tempfile
from pathlib import Path

from pyrdd.sql import SparkSession
from pyrdd.sql import functions as F

PEOPLE = "name,age,town,spent\nAnn,31,Oslo,12.5\nBob,20,Bergen,3\nCid,45,Oslo,8\nDan,52,Bergen,30.25\n"

spark = SparkSession.builder.master("local[2]").appName("first dataframe").getOrCreate()
with tempfile.TemporaryDirectory() as directory:
    path = sys.argv[1] if len(sys.argv) > 1 else str(Path(directory, "people.csv"))
    if len(sys.argv) == 1:
        Path(path).write_text(PEOPLE)
    people = spark.read.csv(path, header=True)
    people.filter(people["age"] > 30).select("name", "town").show()
    towns = people.groupBy("town").agg(F.sum("spent").alias("spent"), F.count("*").alias("people"))
    towns.orderBy("town").show()
spark.stop()
