"""The two kinds of `QueryContext`: a piece of a SQL text, and a call of a program.

They are also what expressions carry as their origin, so they are small, immutable, and pickle with one copy of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from pyrdd.errors.exceptions.base import QueryContext, QueryContextType, UnsupportedOperationException

_MOST_AROUND = 32
_CUT = "..."


def _unsupported(kind: str, method: str) -> NoReturn:
    raise UnsupportedOperationException(
        errorClass="UNSUPPORTED_CALL.WITHOUT_SUGGESTION", messageParameters={"className": kind, "methodName": method}
    )


@dataclass(frozen=True, slots=True)
class SQLQueryContext(QueryContext):
    """The characters ``start`` to ``stop`` (included) of a text, which may be that of a view or a function.

    >>> print(SQLQueryContext("SELECT 1/0", 7, 9).summary())
    == SQL (line 1, position 8) ==
    SELECT 1/0
           ^^^
    <BLANKLINE>
    """

    text: str
    start: int
    stop: int
    object_type: str = ""
    object_name: str = ""

    def contextType(self) -> QueryContextType:
        return QueryContextType.SQL

    def objectType(self) -> str:
        return self.object_type

    def objectName(self) -> str:
        return self.object_name

    def startIndex(self) -> int:
        return self.start

    def stopIndex(self) -> int:
        return self.stop

    def fragment(self) -> str:
        return self.text[self.start : self.stop + 1]

    def callSite(self) -> NoReturn:
        """Raises UnsupportedOperationException: a text has none."""
        _unsupported("SQLQueryContext", "callSite")

    @property
    def position(self) -> tuple[int, int]:
        """The line, from 1, and the place in it, from 0."""
        before = self.text[: self.start]
        return before.count("\n") + 1, self.start - (before.rfind("\n") + 1)

    def place(self) -> str:
        line, place = self.position
        return f"; line {line} pos {place}"

    def summary(self) -> str:
        line, place = self.position
        of = f" of {self.object_type} {self.object_name}" if self.object_type else ""
        return f"== SQL{of} (line {line}, position {place + 1}) ==\n{self._marked()}"

    def _marked(self) -> str:
        """The lines of the fragment, each above a line that marks it, and a little of what stands around it in them."""
        before = self.text[self.text.rfind("\n", 0, self.start) + 1 : self.start]
        after = self.text[self.stop + 1 :].partition("\n")[0]
        head = _CUT + before[-_MOST_AROUND:] if len(before) >= _MOST_AROUND else before
        tail = after[:_MOST_AROUND] + _CUT if len(after) >= _MOST_AROUND else after
        shown, marks = [], []
        for piece in self.fragment().split("\n"):
            shown.append(piece)
            marks.append("^" * len(piece))
        shown[0], marks[0] = head + shown[0], " " * len(head) + marks[0]
        shown[-1] += tail
        return "".join(f"{line}\n{mark}\n" for line, mark in zip(shown, marks, strict=True))


@dataclass(frozen=True, slots=True)
class DataFrameQueryContext(QueryContext):
    """A call of a Column's or a DataFrame's method, or of a function, in a line of the program."""

    function: str
    file: str
    line: int

    def contextType(self) -> QueryContextType:
        return QueryContextType.DataFrame

    def objectType(self) -> NoReturn:
        """Raises UnsupportedOperationException: a call has none."""
        _unsupported("DataFrameQueryContext", "objectType")

    def objectName(self) -> NoReturn:
        """Raises UnsupportedOperationException: a call has none."""
        _unsupported("DataFrameQueryContext", "objectName")

    def startIndex(self) -> NoReturn:
        """Raises UnsupportedOperationException: a call has none."""
        _unsupported("DataFrameQueryContext", "startIndex")

    def stopIndex(self) -> NoReturn:
        """Raises UnsupportedOperationException: a call has none."""
        _unsupported("DataFrameQueryContext", "stopIndex")

    def fragment(self) -> str:
        return self.function

    def callSite(self) -> str:
        return f"{self.file}:{self.line}"

    def summary(self) -> str:
        return f'== DataFrame ==\n"{self.function}" was called from\n{self.callSite()}\n'
