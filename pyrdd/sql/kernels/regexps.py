"""The SQL functions of regular expressions and LIKE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pyrdd.errors import AnalysisException, IllegalArgumentException, SparkRuntimeException
from pyrdd.sql.kernels.datetime_parse import sql_literal
from pyrdd.sql.kernels.java_regex import JavaRegexError, compile_java


def _pattern(text: str, function: str) -> re.Pattern[str]:
    try:
        return compile_java(text).pattern
    except JavaRegexError:
        raise SparkRuntimeException(
            errorClass="INVALID_PARAMETER_VALUE.PATTERN",
            messageParameters={
                "parameter": "`regexp`",
                "functionName": f"`{function}`",
                "value": sql_literal(text),
            },
        ) from None


def rlike(text: str, pattern: str) -> bool:
    """Whether the pattern is found in the text.

    >>> rlike("abc", "^a.c$")
    True
    """
    return _pattern(pattern, "rlike").search(text) is not None


def _check_group(pattern: re.Pattern[str], group: int, function: str) -> None:
    if not 0 <= group <= pattern.groups:
        raise SparkRuntimeException(
            errorClass="INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
            messageParameters={
                "parameter": "`idx`",
                "functionName": f"`{function}`",
                "groupCount": pattern.groups,
                "groupIndex": group,
            },
        )


def regexp_extract(text: str, pattern: str, group: int = 1) -> str:
    """The group of the first match, or the empty string."""
    compiled = _pattern(pattern, "regexp_extract")
    match = compiled.search(text)
    if match is None:
        return ""
    _check_group(compiled, group, "regexp_extract")
    return match[group] or ""


def regexp_extract_all(text: str, pattern: str, group: int = 1) -> list[str]:
    """The group of every match."""
    compiled = _pattern(pattern, "regexp_extract_all")
    matches = list(compiled.finditer(text))
    if matches:
        _check_group(compiled, group, "regexp_extract_all")
    return [match[group] or "" for match in matches]


def regexp_count(text: str, pattern: str) -> int:
    """The number of matches."""
    return sum(1 for _ in _pattern(pattern, "regexp_extract_all").finditer(text))


def regexp_substr(text: str, pattern: str) -> str | None:
    """The first match, or ``None``; an empty match counts as none."""
    match = _pattern(pattern, "regexp_extract").search(text)
    return (match[0] or None) if match else None


def regexp_instr(text: str, pattern: str, group: int = 0) -> int:
    """Where the first match begins (1 is the first character), or 0. The group is checked by nobody."""
    match = _pattern(pattern, "regexp_instr").search(text)
    return 0 if match is None else match.start() + 1


def regexp_replace(text: str, pattern: str, replacement: str, position: int = 1) -> str:
    """Every match from a position on replaced; ``$1`` and ``${name}`` stand for groups, a backslash quotes.

    >>> regexp_replace("100-200", r"(\\d+)-(\\d+)", "$2-$1")
    '200-100'
    """
    compiled = _pattern(pattern, "regexp_replace")
    if position > len(text) and position > 1:
        return text
    head, tail = text[: position - 1], text[position - 1 :]
    try:
        return head + "".join(_replaced(compiled, tail, replacement))
    except (ValueError, IndexError):
        raise SparkRuntimeException(
            errorClass="INVALID_REGEXP_REPLACE",
            messageParameters={"source": text, "pattern": pattern, "replacement": replacement, "position": position},
        ) from None


def _replaced(pattern: re.Pattern[str], text: str, replacement: str) -> Iterator[str]:
    at = 0
    template: list[str | int] | None = None
    for match in pattern.finditer(text):
        if template is None:
            template = list(_template(replacement, pattern))
        yield text[at : match.start()]
        yield from (part if isinstance(part, str) else match[part] or "" for part in template)
        at = match.end()
    yield text[at:]


def _template(replacement: str, pattern: re.Pattern[str]) -> Iterator[str | int]:
    """The parts of a replacement: text, and numbers of groups."""
    at = 0
    while at < len(replacement):
        char = replacement[at]
        if char == "\\":
            yield replacement[at + 1]
            at += 2
        elif char == "$":
            group, at = _reference(replacement, at + 1, pattern)
            yield group
        else:
            yield char
            at += 1


def _reference(replacement: str, at: int, pattern: re.Pattern[str]) -> tuple[int, int]:
    if replacement[at] == "{":
        end = replacement.index("}", at)
        name = replacement[at + 1 : end]
        if name not in pattern.groupindex:
            raise ValueError(f"no group {name}")
        return pattern.groupindex[name], end + 1
    if not replacement[at].isdigit():
        raise ValueError("illegal group reference")
    group, at = int(replacement[at]), at + 1
    if group > pattern.groups:
        raise IndexError(f"no group {group}")
    while at < len(replacement) and replacement[at].isdigit() and group * 10 + int(replacement[at]) <= pattern.groups:
        group, at = group * 10 + int(replacement[at]), at + 1
    return group, at


def split(text: str, pattern: str, limit: int = -1) -> list[str]:
    """The parts between matches: at most ``limit`` of them when it is positive.

    >>> split("aXbYc", "[XY]", 2)
    ['a', 'bYc']
    """
    if not pattern:
        return _characters(text, limit)
    try:
        compiled = compile_java(pattern).pattern
    except JavaRegexError as error:
        raise IllegalArgumentException(message=f"{str(error)[:1].upper()}{str(error)[1:]}\n{pattern}") from None
    parts: list[str] = []
    at = 0
    for match in compiled.finditer(text):
        if 0 < limit <= len(parts) + 1:
            break
        if match.end() == 0 or (match.start() == match.end() == len(text)):
            continue
        parts.append(text[at : match.start()])
        at = match.end()
    return [*parts, text[at:]]


def _characters(text: str, limit: int) -> list[str]:
    if not text:
        return [""]
    count = len(text) if limit <= 0 or limit > len(text) else limit
    return [*text[: count - 1], text[count - 1 :]]


@lru_cache(512)
def like_pattern(pattern: str, escape: str = "\\", ignore_case: bool = False) -> re.Pattern[str]:
    """A LIKE pattern compiled; ``AnalysisException`` (INVALID_FORMAT.ESC_...) for a wrong escape."""
    parts, at = [], 0
    while at < len(pattern):
        char = pattern[at]
        if char == escape:
            at += 1
            parts.append(re.escape(_escaped(pattern, at, escape)))
        else:
            parts.append({"_": ".", "%": ".*"}.get(char) or re.escape(char))
        at += 1
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _escaped(pattern: str, at: int, escape: str) -> str:
    char = pattern[at : at + 1]
    if char and char in ("_", "%", escape):
        return char
    if not char:
        raise AnalysisException(
            errorClass="INVALID_FORMAT.ESC_AT_THE_END", messageParameters={"format": sql_literal(pattern)}
        )
    raise AnalysisException(
        errorClass="INVALID_FORMAT.ESC_IN_THE_MIDDLE",
        messageParameters={"format": sql_literal(pattern), "char": sql_literal(char)},
    )


def like(text: str, pattern: str, escape: str = "\\") -> bool:
    """Whether the whole text matches: ``_`` is one character, ``%`` any number.

    >>> like("a%c", "a/%_", "/")
    True
    """
    return like_pattern(pattern, escape).fullmatch(text) is not None


def ilike(text: str, pattern: str, escape: str = "\\") -> bool:
    """`like` without regard to case."""
    return like_pattern(pattern.lower(), escape.lower()).fullmatch(text.lower()) is not None
