"""How `DataFrame.show` lays out rows: as a table, vertically, or as HTML. Widths count East Asian characters as two."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_ESCAPES = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b", "\v": "\\v", "\a": "\\a"})
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]"
)
_LEAST_WIDTH = 3

Rows = Sequence[Sequence[str]]


def table_text(names: Sequence[str], rows: Rows, truncate: int, shown: int | None = None) -> str:
    """A table with borders. ``shown`` is how many rows there are if there are more that are not shown.

    >>> print(table_text(["id"], [["0"], ["1"]], 20))
    +---+
    | id|
    +---+
    |  0|
    |  1|
    +---+
    <BLANKLINE>
    """
    lines = [[name.translate(_ESCAPES) for name in names], *_cells(rows, truncate)]
    widths = [max(_LEAST_WIDTH, *(_width(line[i]) for line in lines)) for i in range(len(names))]
    border = "+" + "+".join("-" * width for width in widths) + "+\n"
    padded = [[_padded(c, w, truncate > 0) for c, w in zip(line, widths, strict=True)] for line in lines]
    texts = ["|" + "|".join(line) + "|\n" for line in padded]
    return border + texts[0] + border + "".join(texts[1:]) + border + _footer(shown)


def vertical_text(names: Sequence[str], rows: Rows, truncate: int, shown: int | None = None) -> str:
    """Each row as a list of its columns."""
    fields = [name.translate(_ESCAPES) for name in names]
    cells = _cells(rows, truncate)
    left = max([_LEAST_WIDTH, *map(_width, fields)])
    right = max([_LEAST_WIDTH, *(_width(cell) for row in cells for cell in row)])
    text = ""
    for i, row in enumerate(cells):
        text += f"-RECORD {i}".ljust(left + right + 5, "-") + "\n"
        text += "\n".join(
            f" {_padded(f, left, False)} | {_padded(c, right, False)} " for f, c in zip(fields, row, strict=True)
        )
        text += "\n"
    return text + (_footer(shown) if cells else "(0 rows)\n")


def html_text(names: Sequence[str], rows: Rows, truncate: int, shown: int | None = None) -> str:
    """A table for notebooks."""
    text = "<table border='1'>\n" + _html_row([name.translate(_ESCAPES) for name in names], "th")
    text += "".join(_html_row(row, "td") for row in _cells(rows, truncate))
    return text + "</table>\n" + _footer(shown)


def _html_row(cells: Sequence[str], tag: str) -> str:
    inner = f"</{tag}><{tag}>".join(html.escape(cell, quote=False).replace('"', "&quot;") for cell in cells)
    return f"<tr><{tag}>{inner}</{tag}></tr>\n"


def _cells(rows: Rows, truncate: int) -> list[list[str]]:
    return [[_cut(cell.translate(_ESCAPES), truncate) for cell in row] for row in rows]


def _cut(text: str, truncate: int) -> str:
    if truncate <= 0 or len(text) <= truncate:
        return text
    # no room for dots in a very narrow cell
    return text[:truncate] if truncate < 4 else text[: truncate - 3] + "..."


def _padded(text: str, width: int, to_the_right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if to_the_right else text + space


def _width(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def _footer(shown: int | None) -> str:
    return "" if shown is None else f"only showing top {shown} row{'' if shown == 1 else 's'}\n"
