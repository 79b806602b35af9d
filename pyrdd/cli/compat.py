"""``pyrdd compat``: the compatibility table, or what of some programs would not work."""

from __future__ import annotations

import argparse
import json
import sys

from pyrdd.compat.scan import Finding, Report, scan
from pyrdd.compat.table import is_below, summary, table


def run(args: argparse.Namespace) -> int:
    """Prints the table, or scans ``args.paths``; 1 if something in these would not work."""
    if not args.paths:
        _print_table(args)
        return 0
    try:
        report = scan(args.paths)
    except FileNotFoundError as error:
        print(f"pyrdd compat: {error}", file=sys.stderr)
        return 2
    shown = [finding for finding in report.findings if _is_wanted(args, finding.name, finding.support.level)]
    if args.json:
        print(json.dumps({"findings": list(map(_as_json, shown)), "fine": sorted(report.fine)}, indent=1))
    else:
        _print_report(report, shown)
    return 1 if report.count("no") else 0


def _print_table(args: argparse.Namespace) -> None:
    wanted = {name: support for name, support in table().items() if _is_wanted(args, name, support.level)}
    if args.json:
        print(json.dumps({name: support.as_json() for name, support in wanted.items()}, indent=1))
        return
    for name, support in wanted.items():
        print(f"{support.level:<8} {name}{_note(support.note)}")
    counts = summary(args.module)
    print(f"{counts['yes']} yes, {counts['partial']} partial, {counts['no']} no")


def _print_report(report: Report, shown: list[Finding]) -> None:
    for path in report.unreadable:
        print(f"{path}: this is no Python that can be read", file=sys.stderr)
    for finding in shown:
        note = _note(finding.support.note)
        print(f"{finding.path}:{finding.line}: {finding.support.level:<8} {finding.name}{note}")
    no, partial, fine = report.count("no"), report.count("partial"), len(report.fine)
    print(f"{no} no, {partial} partial; {fine} other members in use are there")


def _is_wanted(args: argparse.Namespace, name: str, level: str) -> bool:
    return args.only in (None, level) and is_below(name, args.module)


def _note(note: str) -> str:
    return f": {note}" if note else ""


def _as_json(finding: Finding) -> dict[str, str | int]:
    return {"path": finding.path, "line": finding.line, "member": finding.name, **finding.support.as_json()}
