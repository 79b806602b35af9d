"""Names in SQL text: splitting ``a.`b.c`.d`` into its parts, and quoting them."""

from __future__ import annotations

from pyrdd.errors import AnalysisException


def parse_attribute_name(name: str) -> tuple[str, ...]:
    """The parts of a column name as the Column API takes it; back-quotes protect dots, doubled ones stand for themselves.

    Raises AnalysisException (INVALID_ATTRIBUTE_NAME_SYNTAX) for quotes that do not match.

    >>> parse_attribute_name("a.`b.c`")
    ('a', 'b.c')
    """
    if "`" not in name:
        parts = tuple(name.split("."))
        if "" in parts and name != "":
            raise _bad(name)
        return parts
    parts_found: list[str] = []
    position = 0
    while True:
        part, position = _part(name, position)
        parts_found.append(part)
        if position == len(name):
            return tuple(parts_found)
        if name[position] != "." or position + 1 == len(name):
            raise _bad(name)
        position += 1


def _part(name: str, start: int) -> tuple[str, int]:
    if name[start] != "`":
        end = start
        while end < len(name) and name[end] != ".":
            if name[end] == "`":
                raise _bad(name)
            end += 1
        if end == start:
            raise _bad(name)
        return name[start:end], end
    text, end = "", start + 1
    while end < len(name):
        if name[end] != "`":
            text += name[end]
        elif name[end + 1 : end + 2] == "`":
            text += "`"
            end += 1
        else:
            return text, end + 1
        end += 1
    raise _bad(name)


def _bad(name: str) -> AnalysisException:
    return AnalysisException(errorClass="INVALID_ATTRIBUTE_NAME_SYNTAX", messageParameters={"name": name})


def quoted(name: str) -> str:
    """A name in back-quotes, as messages show it."""
    return "`" + name.replace("`", "``") + "`"


def quoted_if_needed(name: str) -> str:
    """A name as it can stand in SQL text: back-quoted unless it is a plain identifier."""
    plain = name.replace("_", "a").isalnum() and name.isascii() and not name[:1].isdigit()
    return name if plain else quoted(name)


def quoted_parts(parts: tuple[str, ...]) -> str:
    """A name of several parts, each in back-quotes."""
    return ".".join(quoted(part) for part in parts)
