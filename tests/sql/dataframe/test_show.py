"""What `DataFrame.show` prints. Expected texts are PySpark's."""

from __future__ import annotations

from typing import Any

from pyrdd.sql import Row
from pyrdd.sql.show import html_text, table_text, vertical_text


def test_nested_values_and_nulls(spark: Any) -> None:
    schema = "a double,b string,c binary,d map<string,int>,e array<int>,f struct<x:int,y:int>,g boolean"
    df = spark.createDataFrame([(1.0, None, b"ab", {"a": 1}, [1, None], Row(x=1, y=None), True)], schema)
    assert df._show_string() == (
        "+---+----+-------+--------+---------+---------+----+\n"
        "|  a|   b|      c|       d|        e|        f|   g|\n"
        "+---+----+-------+--------+---------+---------+----+\n"
        "|1.0|NULL|[61 62]|{a -> 1}|[1, NULL]|{1, NULL}|true|\n"
        "+---+----+-------+--------+---------+---------+----+\n"
    )


def test_more_rows_than_shown(people: Any) -> None:
    assert people._show_string(1).endswith("+---+---+---+\nonly showing top 1 row\n")
    assert people._show_string(-1).endswith("+---+---+---+\nonly showing top 0 rows\n")


def test_vertical_rows() -> None:
    assert vertical_text(["i", "s"], [["1", "a"], ["2", "NULL"]], 20) == (
        "-RECORD 0---\n i   | 1    \n s   | a    \n-RECORD 1---\n i   | 2    \n s   | NULL \n"
    )
    assert vertical_text(["id"], [], 20) == "(0 rows)\n"


def test_no_columns_and_no_rows(spark: Any) -> None:
    assert spark.range(2).select()._show_string() == "++\n||\n++\n||\n||\n++\n"
    assert spark.range(0)._show_string() == "+---+\n| id|\n+---+\n+---+\n"


def test_cells_are_cut_and_names_escaped() -> None:
    text = table_text(["long\tname"], [["abcdefghijklmnopqrstuvwxyz"]], 20)
    assert text.splitlines()[1::2] == ["|          long\\tname|", "|abcdefghijklmnopq...|"]
    assert "|abc|" in table_text(["x"], [["abcdef"]], 3)


def test_wide_characters_take_two_places() -> None:
    assert table_text(["x"], [["日本"], ["x"]], 0) == "+----+\n|x   |\n+----+\n|日本|\n|x   |\n+----+\n"


def test_html_is_escaped() -> None:
    assert html_text(["a<b"], [["1"]], 20) == (
        "<table border='1'>\n<tr><th>a&lt;b</th></tr>\n<tr><td>1</td></tr>\n</table>\n"
    )
