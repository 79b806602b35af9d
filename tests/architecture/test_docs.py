"""The pages are true: their examples run, their links lead somewhere, their file names exist, their lists are
current."""

import doctest
import re
from pathlib import Path

import pytest
from imports import ROOT

from pyrdd import settings

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*.md")])
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


def title(page):
    return str(page.relative_to(ROOT))


def examples_of(page):
    """The page's doctests, with the fences around them blanked: they are not part of what is expected."""
    text = re.sub(r"^ *(```|:::).*$", "", page.read_text("utf-8"), flags=re.MULTILINE)
    return doctest.DocTestParser().get_doctest(text, {}, title(page), str(page), 0)


@pytest.mark.parametrize("page", [page for page in PAGES if ">>> " in page.read_text("utf-8")], ids=title)
def test_the_examples_of_a_page_give_what_it_shows(page, sc):
    found = examples_of(page)
    found.globs.update(sc=sc, __name__="__main__")
    report = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(found, out=report.append)
    assert result.attempted
    assert not result.failed, "".join(report)


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_the_links_of_a_page_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_the_modules_that_a_page_names_exist(page):
    named = set(re.findall(r"`([\w./]+/[\w.]*\.py)`", page.read_text("utf-8")))
    missing = [name for name in named if not any((base / name).exists() for base in (ROOT, ROOT / "pyrdd"))]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_the_functions_that_a_page_places_in_a_file_are_there(page):
    placed = re.findall(r"`([\w/]+\.py)::([\w.]+)`", page.read_text("utf-8"))
    missing = [f"{file}::{name}" for file, name in placed if not is_defined(ROOT / "pyrdd" / file, name)]
    assert missing == []


def is_defined(path: Path, name: str) -> bool:
    text = path.read_text("utf-8") if path.exists() else ""
    return all(re.search(rf"^\s*(def|class) {part}\b", text, re.MULTILINE) for part in name.split("."))


def test_the_settings_reference_is_what_the_declarations_say():
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    command = "python -c 'from pyrdd import settings; print(settings.reference(), end=\"\")' > docs/settings.md"
    assert page == settings.reference(), f"make it current: {command}"


def test_the_readmes_second_command_is_what_ci_runs():
    command = re.findall(r"```sh\n(python3 .*)\n```", (ROOT / "README.md").read_text("utf-8"))[1]
    assert command in (ROOT / ".ci" / "run").read_text("utf-8")
