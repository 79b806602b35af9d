"""Analysis errors that several modules raise, with Spark's conditions."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from pyrdd.errors import AnalysisException
from pyrdd.errors.utils import ErrorClassesReader
from pyrdd.sql.expressions.text import pretty_name, sql_type
from pyrdd.sql.names import quoted, quoted_parts

_READER = ErrorClassesReader()


def analysis_error(condition: str, /, **parameters: Any) -> AnalysisException:
    """An AnalysisException of a condition. Parameters that its sentence does not have are left out."""
    return AnalysisException(errorClass=condition, messageParameters=_READER.fitting(condition, parameters))


def quoted_sql(expression: Any) -> str:
    """An expression in double quotes, as messages show it."""
    return f'"{pretty_name(expression)}"'


def quoted_type(data_type: Any) -> str:
    """A type in double quotes, as messages show it."""
    return f'"{sql_type(data_type)}"'


def unresolved_column(parts: Sequence[str], candidates: Sequence[Any], kind: str = "COLUMN") -> AnalysisException:
    """UNRESOLVED_COLUMN, with the names that come closest as a suggestion."""
    name = quoted_parts(tuple(parts))
    if not candidates:
        return analysis_error(f"UNRESOLVED_{kind}.WITHOUT_SUGGESTION", objectName=name)
    written = ".".join(parts).lower()
    texts = {quoted_parts((*_shown_qualifier(c, parts), c.name)): c for c in candidates}
    ranked = sorted(texts, key=lambda text: -SequenceMatcher(None, written, text.replace("`", "").lower()).ratio())
    return analysis_error(f"UNRESOLVED_{kind}.WITH_SUGGESTION", objectName=name, proposal=", ".join(ranked[:5]))


def _shown_qualifier(candidate: Any, parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(candidate.qualifier[-1:]) if len(parts) > 1 or len(candidate.qualifier) == 1 else ()


def ambiguous(parts: Sequence[str], found: Sequence[Any]) -> AnalysisException:
    """AMBIGUOUS_REFERENCE: a name that several columns have."""
    names = ", ".join(sorted(quoted_parts((*c.qualifier, c.name)) for c in found))
    return analysis_error("AMBIGUOUS_REFERENCE", name=quoted_parts(tuple(parts)), referenceNames=f"[{names}]")


def mismatch(condition: str, call: Any, **parameters: Any) -> AnalysisException:
    """DATATYPE_MISMATCH with a sub-condition, naming the call."""
    text = call if isinstance(call, str) else quoted_sql(call)
    return analysis_error(f"DATATYPE_MISMATCH.{condition}", sqlExpr=text, **parameters)


def wrong_arg_count(name: str, expected: str, actual: int) -> AnalysisException:
    """WRONG_NUM_ARGS for a call by name."""
    return analysis_error(
        "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
        functionName=quoted(name),
        expectedNum=expected,
        actualNum=actual,
        docroot="https://spark.apache.org/docs/latest",
    )
