from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pyrdd.errors
from pyrdd.errors.conditions import CONDITIONS, OPTIONAL_PARAMETERS, SQL_STATES
from pyrdd.errors.error_classes import ERROR_CLASSES_MAP
from pyrdd.errors.utils import _PARAMETER, ErrorClassesReader

PACKAGE = Path(pyrdd.errors.__file__).parents[1]


def uses() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where the source names a condition: place, condition, parameter names when they are literal."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                words = {word.arg: word.value for word in node.keywords}
                condition = words.get("errorClass")
                if isinstance(condition, ast.Constant) and isinstance(condition.value, str):
                    place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                    yield place, condition.value, literal_keys(words.get("messageParameters"))


RAISERS = {"analysis_error": "", "raised": "", "raise_sql": "", "mismatch": "DATATYPE_MISMATCH."}
"""Functions of the DataFrame layer whose first argument is a condition, and what they put before it."""


def raised_by_name() -> Iterator[tuple[str, str]]:
    """Where the source hands a condition to one of these functions."""
    for path in sorted((PACKAGE / "sql").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", None)
            if name in RAISERS and isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                condition = str(node.args[0].value)
                # another function of the name takes sentences
                if condition.replace("_", "A").replace(".", "A").isalnum() and condition.isupper():
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", RAISERS[name] + condition


def literal_keys(node: ast.expr | None) -> set[str] | None:
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return {key.value for key in node.keys if isinstance(key, ast.Constant)}  # type: ignore[misc]
    return set() if node is None else None


def problems() -> Iterator[str]:
    for place, condition, given in uses():
        if condition not in CONDITIONS:
            yield f"{place}: {condition} is not declared"
        elif given is not None:
            wanted = set(_PARAMETER.findall(ErrorClassesReader().get_message_template(condition)))
            if not (given <= wanted and wanted - given <= OPTIONAL_PARAMETERS):
                yield f"{place}: {condition} takes {sorted(wanted)}, not {sorted(given)}"


def test_every_condition_that_the_package_names_is_declared_with_its_parameters() -> None:
    assert list(problems()) == []


def test_every_condition_that_the_dataframe_layer_raises_by_name_is_declared() -> None:
    assert [f"{place}: {name}" for place, name in raised_by_name() if name not in CONDITIONS] == []


def test_sql_states_belong_to_declared_conditions() -> None:
    assert set(SQL_STATES) <= set(CONDITIONS)


def test_pysparks_map_has_every_condition_in_its_shape() -> None:
    assert set(ERROR_CLASSES_MAP) == {name.partition(".")[0] for name in CONDITIONS}
    subs = {f"{main}.{sub}" for main, entry in ERROR_CLASSES_MAP.items() for sub in entry.get("sub_class", ())}
    assert subs == {name for name in CONDITIONS if "." in name}
    assert all(name.partition(".")[0] in CONDITIONS for name in subs), "a sub-condition without its main one"
    assert ERROR_CLASSES_MAP["NOT_IMPLEMENTED"]["sqlState"] == "0A000"
    assert ERROR_CLASSES_MAP["CANNOT_BE_NONE"]["message"] == [CONDITIONS["CANNOT_BE_NONE"]]


def test_the_reader_knows_states_and_no_breaking_changes() -> None:
    reader = ErrorClassesReader()
    assert reader.get_sqlstate(None) is None
    assert reader.get_sqlstate("NOT_ITERABLE") == "42K09"
    assert reader.get_breaking_change_info("NOT_ITERABLE") is None


def test_an_unknown_condition_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="NOPE"):
        ErrorClassesReader().get_message_template("NOPE")
