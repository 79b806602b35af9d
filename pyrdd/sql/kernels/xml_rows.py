"""from_xml, to_xml and schema_of_xml.

Attributes are fields whose names begin with ``_``, the text of an element that has some is its field ``_VALUE``;
repeated elements are arrays. A row is a tuple; dates and times are numbers (see the package). Prefixes of namespaces are
part of the names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.kernels import number_text
from pyrdd.sql.kernels.csv_rows import CsvOptions, CsvReader, CsvWriter, infer_type
from pyrdd.sql.kernels.json_rows import finish_type, merge_types
from pyrdd.sql.kernels.xml_tree import Element, XmlError, parse_element
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_IN_ATTRIBUTES = str.maketrans({'"': "&quot;", "\n": "&#xa;", "\r": "&#xd;", "\t": "&#x9;"})
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NAME = re.compile(r"[^\W\d][\w.-]*(:[\w.-]+)?")


class _BadField(ValueError):
    """A value that its type cannot hold."""


def tag_names(options: CsvOptions) -> tuple[str, str]:
    """The prefix of attributes and the name of an element's text."""
    return options.text("attributePrefix", "_"), options.text("valueTag", "_VALUE")


def _trimmed(text: str, options: CsvOptions) -> str:
    return text.strip() if options.flag("ignoreSurroundingSpaces", True) else text


def _own_text(element: Element, options: CsvOptions) -> str:
    return _trimmed("".join(element.texts), options)


def _own_texts(element: Element, options: CsvOptions) -> list[str]:
    return [_trimmed(text, options) for text in element.texts if not text.isspace()]


# --- from_xml --------------------------------------------------------------------------------------------------------


def from_xml(
    text: str, schema: StructType, options: Mapping[str, str] | None = None, zone: str = "UTC"
) -> tuple[Any, ...]:
    """The row of an XML element. Fields that do not fit are null, and then the corrupt-record column has the text; in
    the mode FAILFAST that raises MALFORMED_RECORD_IN_PARSING.

    >>> from_xml("<p><a>1</a></p>", StructType([StructField("a", IntegerType())]))
    (1,)
    """
    return XmlReader(schema, CsvOptions(options or {}, zone)).read(text)


class XmlReader:
    """Reads XML elements in one schema."""

    def __init__(
        self,
        schema: StructType,
        options: CsvOptions,
        corrupt_column: str = "_corrupt_record",
        case_sensitive: bool = False,
    ) -> None:
        self._schema, self._options = schema, options
        self._prefix, self._value_tag = tag_names(options)
        self._key: Callable[[str], str] = str if case_sensitive else str.lower
        self._wildcard = self._key(options.text("wildcardColName", "xs_any"))
        self._known: dict[int, dict[str, int]] = {}
        self._corrupt = options.get("columnNameOfCorruptRecord") or corrupt_column
        self._scalars = CsvReader(StructType([]), _without_mode(options))

    def read(self, text: str) -> tuple[Any, ...]:
        """The row of one text."""
        row, fine = self.row_of(text)
        return row if fine else self.malformed(row, text)

    def row_of(self, text: str) -> tuple[tuple[Any, ...], bool]:
        """The row of one text, and whether it fits."""
        try:
            return self.row(parse_element(text))
        except XmlError:
            return self.nothing, False

    def row(self, element: Element) -> tuple[tuple[Any, ...], bool]:
        """The row of an element, and whether it fits. It is read up to the first value that does not; what comes behind
        that is null."""
        row = list(self.nothing)
        try:
            self._fill(row, element, self._schema)
        except _BadField:
            return tuple(row), False
        return tuple(row), True

    @property
    def nothing(self) -> tuple[Any, ...]:
        """A row of nulls."""
        return (None,) * len(self._schema.fields)

    def malformed(self, row: tuple[Any, ...], text: str) -> tuple[Any, ...]:
        """What stands for a text that does not fit: the row with the text in its corrupt-record column. Raises
        MALFORMED_RECORD_IN_PARSING in the mode FAILFAST."""
        if self._options.mode("from_xml") == "FAILFAST":
            raise SparkRuntimeException(
                errorClass="MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                messageParameters={"badRecord": text, "failFastMode": "FAILFAST"},
            )
        return tuple(
            text if field.name == self._corrupt else item for field, item in zip(self._schema.fields, row, strict=True)
        )

    def _struct(self, element: Element, schema: StructType) -> tuple[Any, ...]:
        row: list[Any] = [None] * len(schema.fields)
        self._fill(row, element, schema)
        return tuple(row)

    def _fill(self, row: list[Any], element: Element, schema: StructType) -> None:
        """Puts attributes, texts and elements where their names are, in the order in which they stand."""
        if not self._options.flag("excludeAttribute"):
            for name, value in element.attributes.items():
                self._put(row, schema, self._prefix + name, value)
        for item in element.content:
            if not isinstance(item, str):
                self._put(row, schema, item.tag, item)
            elif not item.isspace():
                self._put(row, schema, self._value_tag, _trimmed(item, self._options))

    def _put(self, row: list[Any], schema: StructType, name: str, item: Any) -> None:
        places = self._places(schema)
        at = places.get(self._key(name))
        if at is None:
            at = None if isinstance(item, str) else places.get(self._wildcard)
            item = item if at is None else _trimmed(item.inner(), self._options)
        if at is None or schema.fields[at].name == self._corrupt:
            return
        data_type = schema.fields[at].dataType
        if isinstance(data_type, ArrayType):
            value = self._convert(item, data_type.elementType)
            row[at] = [*(row[at] or ()), value]
        else:
            row[at] = self._convert(item, data_type)

    def _places(self, schema: StructType) -> dict[str, int]:
        """Where the fields of a struct are, by the form of their names that is compared."""
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = {self._key(name): at for at, name in enumerate(schema.fieldNames())}
        return known

    def _convert(self, item: Any, data_type: DataType) -> Any:
        if isinstance(data_type, StructType):
            if isinstance(item, str):
                raise _BadField
            return self._struct(item, data_type)
        if isinstance(data_type, MapType):
            return [(child.tag, self._convert(child, data_type.valueType)) for child in item]
        if isinstance(data_type, ArrayType):
            return [self._convert(child, data_type.elementType) for child in item]
        return self._scalar(item, data_type)

    def _scalar(self, item: Any, data_type: DataType) -> Any:
        if not _is_text(item) and item.has_elements and isinstance(data_type, StringType):
            return _trimmed(item.inner(), self._options)
        text = item if _is_text(item) else _own_text(item, self._options)
        if text == self._options.get("nullValue"):
            return None
        if isinstance(data_type, StringType):
            return text
        if not text.strip():
            return None
        try:
            return self._typed(text, data_type)
        except (ValueError, ArithmeticError):
            raise _BadField from None

    def _typed(self, text: str, data_type: DataType) -> Any:
        if isinstance(data_type, BooleanType):
            found = _BOOLEANS.get(text.strip().lower())
            if found is None:
                raise _BadField
            return found
        if isinstance(data_type, BinaryType):
            raise _BadField  # Spark reads none either
        return self._scalars._convert(text, data_type)


def _is_text(item: Any) -> TypeGuard[str]:
    return isinstance(item, str)


def _without_mode(options: CsvOptions) -> CsvOptions:
    """The options for values alone: what a value's failure means is not for their reader to say."""
    return CsvOptions(
        {name: value for name, value in options.given.items() if name.lower() != "mode"}, options.session_zone
    )


# --- to_xml ----------------------------------------------------------------------------------------------------------


def to_xml(row: Any, schema: StructType, options: Mapping[str, str] | None = None, zone: str = "UTC") -> str:
    """The row as an XML element, ``ROW`` unless ``rowTag`` says otherwise.

    >>> to_xml((1,), StructType([StructField("a", IntegerType())]), {"indent": " "})
    '<ROW>\\n <a>1</a>\\n</ROW>'
    """
    return XmlWriter(CsvOptions(options or {}, zone)).write(row, schema)


class XmlWriter:
    """Writes rows as XML elements."""

    def __init__(self, options: CsvOptions) -> None:
        self._options = options
        self._prefix, self._value_tag = tag_names(options)
        self._indent = options.text("indent", "    ")
        self._null = options.get("nullValue")
        self._validated = options.flag("validateName", True)
        self._scalars = CsvWriter(options)

    def write(self, row: Any, schema: StructType) -> str:
        """The element of a row."""
        text = self.element(row, schema, 0)
        return text.removeprefix("\n") + ("" if self._indent else "\n")

    def element(self, row: Any, schema: StructType, depth: int) -> str:
        """The element of a row inside of others: it begins with the end of a line."""
        text = "".join(self._element(self._options.text("rowTag", "ROW"), row, schema, depth))
        return text if self._indent else "\n" + text

    def _name(self, name: str) -> str:
        """The name, which must be one that XML has. Raises ``ValueError``."""
        if self._validated and not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a name that XML has; rename the column, or set validateName to false.")
        return name

    def _line(self, depth: int) -> str:
        return "\n" + self._indent * depth if self._indent else ""

    def _element(self, name: str, value: Any, data_type: DataType, depth: int) -> Iterator[str]:
        if value is None:
            if self._null is not None:
                yield f"{self._line(depth)}<{name}>{_escaped(self._null)}</{name}>"
        elif isinstance(data_type, ArrayType):
            yield from self._items(name, value, data_type, depth)
        elif isinstance(data_type, (StructType, MapType)):
            yield from self._nested(name, value, data_type, depth)
        else:
            yield f"{self._line(depth)}<{name}>{_escaped(self._scalars._plain(value, data_type))}</{name}>"

    def _items(self, name: str, value: Any, data_type: ArrayType, depth: int) -> Iterator[str]:
        inner = data_type.elementType
        for item in value:
            if isinstance(inner, ArrayType):
                children = "".join(self._items(self._options.text("arrayElementName", "item"), item, inner, depth + 1))
                yield f"{self._line(depth)}<{name}>{children}{self._line(depth)}</{name}>"
            else:
                yield from self._element(name, item, inner, depth)

    def _nested(self, name: str, value: Any, data_type: StructType | MapType, depth: int) -> Iterator[str]:
        if isinstance(data_type, MapType):
            pairs = value.items() if isinstance(value, Mapping) else value
            entries = [(str(key), item, data_type.valueType) for key, item in pairs]
        else:
            items = value.values() if isinstance(value, Mapping) else value
            entries = [(f.name, item, f.dataType) for f, item in zip(data_type.fields, items, strict=True)]
        attributes = text = children = ""
        for key, item, kind in entries:
            self._name(key)
            if key == self._value_tag:
                text += "" if item is None else _escaped(self._scalars._plain(item, kind))
            elif self._prefix and key.startswith(self._prefix):
                attributes += self._attribute(key.removeprefix(self._prefix), item, kind)
            else:
                children += "".join(self._element(key, item, kind, depth + 1))
        end = self._line(depth) if children else ""
        if text or children:
            yield f"{self._line(depth)}<{name}{attributes}>{text}{children}{end}</{name}>"
        else:
            yield f"{self._line(depth)}<{name}{attributes}/>"

    def _attribute(self, name: str, value: Any, data_type: DataType) -> str:
        if value is None:
            return "" if self._null is None else f' {name}="{self._null}"'
        text = _escaped(self._scalars._plain(value, data_type)).translate(_IN_ATTRIBUTES)
        return f' {name}="{text}"'


def _escaped(text: str) -> str:
    if _NOT_IN_XML.search(text):
        raise ValueError(f"{text!r} has a control character, which XML has no form for.")
    return text.replace("&", "&amp;").replace("<", "&lt;")


# --- schema_of_xml ---------------------------------------------------------------------------------------------------


def schema_of_xml(text: str, options: Mapping[str, str] | None = None) -> DataType:
    """The type of an XML element: fields in the order of their names. `XmlError` for other text.

    >>> schema_of_xml("<p><b>1</b><a>x</a></p>").simpleString()
    'struct<a:string,b:bigint>'
    """
    chosen = CsvOptions(options or {})
    return finish_type(type_of_row(parse_element(text), chosen))


def type_of_row(element: Element, options: CsvOptions, key: Callable[[str], str] = str.lower) -> StructType:
    """The type of a row: that of its element, whose text is a field in any case."""
    found = type_of_element(element, options, key)
    if isinstance(found, StructType):
        return found
    fields = [] if isinstance(found, NullType) else [StructField(tag_names(options)[1], found)]
    return StructType(fields)


def type_of_element(element: Element, options: CsvOptions, key: Callable[[str], str] = str.lower) -> DataType:
    """The type that an element's content has; ``key`` tells which names are the same."""
    prefix, value_tag = tag_names(options)
    fields = Fields(value_tag, key)
    if not options.flag("excludeAttribute"):
        for name, value in element.attributes.items():
            fields.add(prefix + name, scalar_type(value, options))
    texts = _own_texts(element, options)
    if not element.has_elements and not fields and len(texts) < 2:
        return scalar_type(_own_text(element, options), options)
    for text in texts:
        fields.add(value_tag, scalar_type(text, options))
    for child in element:
        fields.add(child.tag, type_of_element(child, options, key))
    return fields.struct()


class Fields:
    """The fields of a struct, as an element shows them one after the other: those of one name make an array."""

    def __init__(self, value_tag: str, key: Callable[[str], str]) -> None:
        self._value_tag, self._key = value_tag, key
        self._found: dict[str, tuple[str, DataType]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, name: str, data_type: DataType) -> None:
        """One more field."""
        key = self._key(name)
        if key not in self._found:
            self._found[key] = name, data_type
            return
        first, known = self._found[key]
        inner = known.elementType if isinstance(known, ArrayType) else known
        self._found[key] = first, ArrayType(merged_types(inner, data_type, self._value_tag, self._key))

    def struct(self) -> StructType:
        """The struct, sorted by name."""
        return StructType([StructField(name, kind) for name, kind in sorted(self._found.values(), key=lambda f: f[0])])


def merged_types(first: DataType, second: DataType, value_tag: str, key: Callable[[str], str] = str.lower) -> DataType:
    """The type that holds values of both, as Spark's reader of XML merges them: an array takes in its elements' type,
    a struct with a text of its own takes in texts."""
    if first == second or isinstance(second, NullType):
        return first
    if isinstance(first, NullType):
        return second
    if isinstance(first, StructType) and isinstance(second, StructType):
        known = {key(field.name): field for field in first.fields}
        for field in second.fields:
            old = known.get(key(field.name))
            kind = field.dataType if old is None else merged_types(old.dataType, field.dataType, value_tag, key)
            known[key(field.name)] = StructField(field.name if old is None else old.name, kind)
        return StructType(sorted(known.values(), key=lambda field: field.name))
    if isinstance(first, ArrayType) or isinstance(second, ArrayType):
        inner = [kind.elementType if isinstance(kind, ArrayType) else kind for kind in (first, second)]
        return ArrayType(merged_types(inner[0], inner[1], value_tag, key))
    for struct, other in ((first, second), (second, first)):
        if isinstance(struct, StructType) and value_tag in struct.fieldNames():
            text = StructType([StructField(value_tag, other)])
            return merged_types(struct, text, value_tag, key)
    if {type(first), type(second)} <= {DateType, TimestampType}:
        return TimestampType()
    return merge_types(first, second)


def scalar_type(text: str, options: CsvOptions) -> DataType:
    """The type of a text: BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP or STRING; void for none."""
    if not text or text == options.get("nullValue"):
        return NullType()
    if not options.flag("inferSchema", True):
        return StringType()
    found = infer_type(text, options)
    if isinstance(found, DoubleType | DecimalType) and options.flag("prefersDecimal"):
        return _decimal_type(text) or found
    if isinstance(found, DoubleType) and text[-1].isalpha():  # Java's suffixes and names of numbers are for CSV only
        return StringType()
    if isinstance(found, IntegerType):
        return LongType()
    return DoubleType() if isinstance(found, DecimalType) else found


def _decimal_type(text: str) -> DecimalType | None:
    exact = number_text.parse_decimal(text)
    if exact is None:
        return None
    _, digits, exponent = exact.as_tuple()
    scale = max(-int(exponent), 0)
    precision = max(len(digits) + max(int(exponent), 0), scale)
    return DecimalType(precision, scale) if precision <= 38 else None
