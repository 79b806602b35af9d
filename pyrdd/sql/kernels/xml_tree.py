"""XML texts and files as trees of elements, which keep the names as they are written.

Prefixes of namespaces stay part of the names and declarations of namespaces are attributes, as Spark has it; so no
parser that resolves them will do. Entities that a document declares are refused: a few of them can stand for more text
than any memory holds.

    text --parse_element--> Element                     chunks of a file --RowFinder.feed--> Elements of one name
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat


class XmlError(ValueError):
    """Text that is no XML."""


class Element:
    """An element: its name, its attributes, and its content in order, which is texts and elements. A comment, like an
    element, ends a text."""

    __slots__ = ("attributes", "content", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.content: list[str | Element] = []

    def __iter__(self) -> Iterator[Element]:
        return (item for item in self.content if isinstance(item, Element))

    @property
    def has_elements(self) -> bool:
        """Whether there are elements in it."""
        return any(isinstance(item, Element) for item in self.content)

    @property
    def texts(self) -> list[str]:
        """Its own texts, without those of elements in it."""
        return [item for item in self.content if isinstance(item, str)]

    def inner(self) -> str:
        """Its content as XML."""
        return "".join(_escaped(item) if isinstance(item, str) else item.outer() for item in self.content)

    def outer(self) -> str:
        """The element as XML."""
        attributes = "".join(f' {name}="{_quotable(value)}"' for name, value in self.attributes.items())
        inner = self.inner()
        return f"<{self.tag}{attributes}>{inner}</{self.tag}>" if inner else f"<{self.tag}{attributes}/>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _quotable(text: str) -> str:
    return _escaped(text).replace('"', "&quot;")


class RowFinder:
    """Parses a document piece by piece and hands out the elements of a name (all roots, for None) once they are whole.
    An element of that name inside of another is a part of it. ``local`` takes the prefixes of names away."""

    def __init__(self, tag: str | None, local: bool = False) -> None:
        self._tag, self._local = tag, local
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._apart = True
        self._parser = self._made()

    def _made(self) -> Any:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._part
        parser.ProcessingInstructionHandler = self._part
        parser.EntityDeclHandler = _refuse
        parser.SkippedEntityHandler = _refuse
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._apart = True
        if self._local:
            name, attributes = _local(name), {_local(key): value for key, value in attributes.items()}
        if not self._open and self._tag is not None and name != self._tag:
            return
        made = Element(name, attributes)
        if self._open:
            self._open[-1].content.append(made)
        self._open.append(made)

    def _end(self, name: str) -> None:
        self._apart = True
        if self._open:
            last = self._open.pop()
            if not self._open:
                self._done.append(last)

    def _text(self, text: str) -> None:
        if not self._open:
            return
        content = self._open[-1].content
        if not self._apart and content:
            content[-1] = str(content[-1]) + text
        else:
            content.append(text)
        self._apart = False

    def _part(self, *_: str) -> None:
        self._apart = True

    def feed(self, data: str | bytes, last: bool = False) -> tuple[list[Element], bool]:
        """The elements that end in this piece, and whether the document is still well-formed. One that ends outside of
        all such elements is, though others are open."""
        fine = True
        try:
            self._parser.Parse(data, last)
        except XmlError:
            fine = False
        except expat.ExpatError as error:
            code = expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]
            fine = last and error.code == code and not self._open
        found, self._done = self._done, []
        return found, fine


def _refuse(*_: Any) -> None:
    raise XmlError("entities of a document's own")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def parse_element(text: str, local: bool = False) -> Element:
    """The element that a text is. Raises `XmlError` for other text.

    >>> parse_element("<a:b c='1'>x</a:b>").outer()
    '<a:b c="1">x</a:b>'
    """
    found, fine = RowFinder(None, local).feed(text, True)
    if not fine or len(found) != 1:
        raise XmlError(text)
    return found[0]
