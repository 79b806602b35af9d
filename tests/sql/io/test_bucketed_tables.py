"""Tables in buckets."""

from __future__ import annotations

from typing import Any


def test_tables_have_buckets_where_sparks_hash_puts_rows(make_session: Any) -> None:
    spark = make_session("local[2]")
    df = spark.range(8).selectExpr("id", "concat('k', id) as s").repartition(1)
    df.write.bucketBy(3, "id", "s").sortBy("s").saveAsTable("tb")
    rows = spark.table("tb").select("_metadata.file_name", "id").collect()
    buckets = {row.id: int(row.file_name.split("_")[-1].split(".")[0]) for row in rows}
    assert buckets == {1: 0, 2: 0, 3: 0, 5: 0, 7: 0, 6: 1, 0: 2, 4: 2}
