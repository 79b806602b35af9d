"""Texts that Spark refuses are refused with its conditions and parameters."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import ParseException, PySparkNotImplementedError
from pyrdd.sql.parser import parse_expression, parse_multipart_identifier, parse_query, parse_statements

SYNTAX = "PARSE_SYNTAX_ERROR"
END = {"error": "end of input", "hint": ""}

REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("", "PARSE_EMPTY_STATEMENT", {}),
    ("-- just a comment", SYNTAX, END),
    ("SELECT", SYNTAX, END),
    ("SELECT (1", SYNTAX, END),
    ("SELECT * FROM t JOIN", SYNTAX, END),
    ("CREATE TABLE", SYNTAX, END),
    ("SELECT 'abc", SYNTAX, {"error": "'''", "hint": ""}),
    ("SELECT `a", SYNTAX, {"error": "'`'", "hint": ""}),
    ("SELECT 1 1", SYNTAX, {"error": "'1'", "hint": ": extra input '1'"}),
    ("SELECT ceil(1.5 TO 2)", SYNTAX, {"error": "'TO'", "hint": ""}),
    ("SELEC 1", SYNTAX, {"error": "'SELEC'", "hint": ""}),
    ("SELECT 1 FROM test-table", "INVALID_IDENTIFIER", {"ident": "test-table"}),
    ("SELECT CAST(a AS FOO)", "UNSUPPORTED_DATATYPE", {"typeName": '"FOO"'}),
    ("SELECT CAST(a AS INT(5))", "UNSUPPORTED_DATATYPE", {"typeName": '"INT(5)"'}),
    ("SELECT CAST(a AS CHAR)", "DATATYPE_MISSING_SIZE", {"type": '"CHAR"'}),
    ("SELECT CAST(a AS ARRAY)", "INCOMPLETE_TYPE_DEFINITION.ARRAY", {"elementType": "<INT>"}),
    (
        "SELECT CAST(a AS DECIMAL(40, 2))",
        "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
        {"precision": "40", "maxPrecision": "38"},
    ),
    (
        "SELECT foo 'bar'",
        "UNSUPPORTED_TYPED_LITERAL",
        {
            "unsupportedType": '"FOO"',
            "supportedTypes": '"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"',
        },
    ),
    (
        "SELECT 300Y",
        "INVALID_NUMERIC_LITERAL_RANGE",
        {"rawStrippedQualifier": "300", "minValue": "-128", "maxValue": "127", "typeName": "tinyint"},
    ),
    ("SELECT INTERVAL 1 YEAR 1 DAY", "_LEGACY_ERROR_TEMP_0029", {"literal": "INTERVAL 1 YEAR 1 DAY"}),
    ("SELECT INTERVAL 1 YEAR TO MONTH", "_LEGACY_ERROR_TEMP_0027", {}),
    ("SELECT INTERVAL '1-1' YEAR TO MONTH '1' YEAR", "_LEGACY_ERROR_TEMP_0024", {}),
    (
        "SELECT INTERVAL '1' YEAR TO SECOND",
        "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION",
        {"input": "1", "from": "year", "to": "second"},
    ),
    ("SELECT a ! IN (1)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", {"clause": "!"}),
    ("SELECT a LIKE ANY ()", "INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN", {}),
    ("SELECT a IN ()", "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", {}),
    ("WITH t AS (SELECT 1), T AS (SELECT 2) SELECT 1", "DUPLICATED_CTE_NAMES", {"duplicateNames": "`t`"}),
    ("SELECT a FROM t GROUP BY CUBE(a, ())", "_LEGACY_ERROR_TEMP_0051", {"element": "CUBE"}),
    (
        "SELECT 1 FROM t WINDOW w AS (), w AS ()",
        "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION",
        {"windowName": "`w`"},
    ),
    ("SELECT * FROM t JOIN LATERAL (SELECT 1 AS a) USING (a)", "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING", {}),
    (
        "SELECT * FROM t NATURAL JOIN LATERAL (SELECT 1 AS a)",
        "INCOMPATIBLE_JOIN_TYPES",
        {"joinType1": "LATERAL", "joinType2": "NATURAL"},
    ),
    (
        "SELECT * FROM VALUES (1, 2), (3)",
        "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
        {"expectedNumCols": "2", "actualNumCols": "1", "rowIndex": "1"},
    ),
    (
        "SELECT date_add('DAY', 1, d)",
        "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
        {"functionName": "`date_add`", "parameter": "`unit`", "invalidValue": "'DAY'"},
    ),
    (
        "SELECT * FROM f(TABLE t)",
        "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES",
        {"argumentName": "`t`"},
    ),
    ("SELECT * FROM t TABLESAMPLE (100B)", "_LEGACY_ERROR_TEMP_0015", {"msg": "byteLengthLiteral"}),
    ("CREATE TABLE t (a INT) COMMENT 'a' COMMENT 'b'", "DUPLICATE_CLAUSES", {"clauseName": "COMMENT"}),
    ("CREATE TABLE t (a INT) TBLPROPERTIES ('a' = 'b', 'a' = 'c')", "DUPLICATE_KEY", {"keyColumn": "`a`"}),
    ("SET x y", "INVALID_SET_SYNTAX", {}),
    ("SET TIME ZONE UTC", "_LEGACY_ERROR_TEMP_0045", {}),
    ("SHOW FOO FUNCTIONS", "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", {"scope": "`foo`"}),
]


@pytest.mark.parametrize(("text", "condition", "parameters"), REFUSED)
def test_a_text_is_refused_with_sparks_condition(text: str, condition: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ParseException) as caught:
        parse_query(text)
    assert (caught.value.getCondition(), caught.value.getMessageParameters()) == (condition, parameters)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT TRANSFORM(a) USING 'cat' AS (b) FROM t",
        "SELECT * FROM t VERSION AS OF 1",
        "SELECT a:b FROM t",
        "FROM t |> SET a = 1",
        "ADD JAR /x.jar",
        "LOAD DATA INPATH '/x' INTO TABLE t",
        "BEGIN SELECT 1; END",
        "CREATE TABLE t (a INT, PRIMARY KEY (a))",
    ],
)
def test_what_spark_has_and_we_have_not_is_named(text: str) -> None:
    with pytest.raises(PySparkNotImplementedError) as caught:
        parse_query(text)
    assert caught.value.getCondition() == "NOT_IMPLEMENTED"


def test_an_expression_must_be_the_whole_text() -> None:
    with pytest.raises(ParseException, match="PARSE_SYNTAX_ERROR"):
        parse_expression("a b c")


def test_statements_are_split_outside_of_strings_and_comments() -> None:
    text = "SELECT ';' /* ; */ ; -- ;\n SELECT `;`;;"
    assert [part.split("/*")[0].strip() for part in parse_statements(text)] == ["SELECT ';'", "SELECT `;`"]


def test_a_name_of_several_parts_is_split_at_its_dots() -> None:
    assert parse_multipart_identifier("a.`b.c`.d") == ("a", "b.c", "d")
    with pytest.raises(ParseException):
        parse_multipart_identifier("a.")
