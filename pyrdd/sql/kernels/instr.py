"""`instr` with a place to begin at and the number of the appearance."""

from __future__ import annotations


def instr_from(text: str, part: str, start: int, occurrence: int = 1) -> int:
    """Where the part appears for the n-th time, counted from 1; a negative start searches backwards from the end; 0 for nowhere.

    >>> instr_from("abcabc", "c", 1, 2), instr_from("abcabc", "c", -1, 2), instr_from("abc", "x", 1)
    (6, 3, 0)
    """
    if not start or occurrence < 1:
        return 0
    forward = start > 0
    at = start - 1 if forward else len(text) + start
    for _ in range(occurrence):
        found = text.find(part, at) if forward else text.rfind(part, 0, at + len(part)) if at >= 0 else -1
        if found < 0:
            return 0
        at = found + 1 if forward else found - 1
    return found + 1
