"""from_xml, to_xml and schema_of_xml.

Attributes are fields whose names begin with ``_``, the text of an element that has some is its field ``_VALUE``;
repeated elements are arrays. A row is a tuple; dates and times are numbers (see the package). Namespaces are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from pyrdd.errors import PySparkNotImplementedError, SparkRuntimeException
from pyrdd.sql.kernels.csv_rows import CsvOptions, CsvReader, CsvWriter, infer_type
from pyrdd.sql.kernels.json_rows import finish_type, merge_types
from pyrdd.sql.types import (
    ArrayType,
    DataType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
)


class _BadField(ValueError):
    """A value that its type cannot hold; ``partial`` is what could be kept of it."""

    def __init__(self, partial: Any = None) -> None:
        super().__init__()
        self.partial = partial


def _names(options: CsvOptions) -> tuple[str, str]:
    """The prefix of attributes and the name of an element's text."""
    return options.text("attributePrefix", "_"), options.text("valueTag", "_VALUE")


def _load(xml: str) -> ElementTree.Element:
    root = ElementTree.fromstring(xml)
    if any("{" in element.tag for element in root.iter()):
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": "XML with namespaces", "alternative": "Remove them, or use a Python UDF."},
        )
    return root


def _own_text(element: ElementTree.Element, options: CsvOptions) -> str:
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    return text.strip() if options.flag("ignoreSurroundingSpaces", True) else text


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

    def __init__(self, schema: StructType, options: CsvOptions, corrupt_column: str = "_corrupt_record") -> None:
        self._schema, self._options = schema, options
        self._prefix, self._value_tag = _names(options)
        self._fail_fast = options.mode("from_xml") == "FAILFAST"
        self._corrupt = options.get("columnNameOfCorruptRecord") or corrupt_column
        self._scalars = CsvReader(StructType([]), options)

    def read(self, text: str) -> tuple[Any, ...]:
        """The row of one text."""
        try:
            return self._struct(_load(text), self._schema)
        except ElementTree.ParseError:
            row: tuple[Any, ...] = (None,) * len(self._schema.fields)
        except _BadField as error:
            row = error.partial
        if self._fail_fast:
            raise SparkRuntimeException(
                errorClass="MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                messageParameters={"badRecord": text, "failFastMode": "FAILFAST"},
            )
        return tuple(
            text if field.name == self._corrupt else item for field, item in zip(self._schema.fields, row, strict=True)
        )

    def _parts(self, element: ElementTree.Element) -> dict[str, list[Any]]:
        """Attributes, children and text by the lower-case name of their field."""
        parts: dict[str, list[Any]] = {}
        if not self._options.flag("excludeAttribute"):
            for name, value in element.attrib.items():
                parts.setdefault((self._prefix + name).lower(), []).append(value)
        for child in element:
            parts.setdefault(child.tag.lower(), []).append(child)
        text = _own_text(element, self._options)
        if text:
            parts.setdefault(self._value_tag.lower(), []).append(text)
        return parts

    def _struct(self, element: ElementTree.Element, schema: StructType) -> tuple[Any, ...]:
        parts = self._parts(element)
        row, bad = [], False
        for field in schema.fields:
            try:
                row.append(self._field(parts.get(field.name.lower(), []), field))
            except _BadField as error:
                bad = True
                row.append(error.partial)
        if bad:
            raise _BadField(tuple(row))
        return tuple(row)

    def _field(self, found: list[Any], field: StructField) -> Any:
        if not found or field.name == self._corrupt:
            return None
        if isinstance(field.dataType, ArrayType):
            return [self._convert(item, field.dataType.elementType) for item in found]
        return self._convert(found[-1], field.dataType)

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
        if not isinstance(item, str) and len(item) and isinstance(data_type, StringType):
            return (item.text or "") + "".join(ElementTree.tostring(child, "unicode") for child in item)
        text = item if isinstance(item, str) else _own_text(item, self._options)
        null = self._options.get("nullValue")
        if text == null:
            return None
        if isinstance(data_type, StringType):
            return text
        if not text:
            return None
        try:
            return self._scalars._convert(text, data_type)
        except (ValueError, ArithmeticError):
            raise _BadField from None


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
        self._prefix, self._value_tag = _names(options)
        self._indent = options.text("indent", "    ")
        self._null = options.get("nullValue")
        self._scalars = CsvWriter(options)

    def write(self, row: Any, schema: StructType) -> str:
        """The element of a row."""
        text = "".join(self._element(self._options.text("rowTag", "ROW"), row, schema, 0))
        return text.removeprefix("\n") if self._indent else text.replace("\n", "") + "\n"

    def _line(self, depth: int) -> str:
        return "\n" + self._indent * depth

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
            if key == self._value_tag:
                text += "" if item is None else _escaped(self._scalars._plain(item, kind))
            elif self._prefix and key.startswith(self._prefix):
                attributes += self._attribute(key.removeprefix(self._prefix), item, kind)
            else:
                children += "".join(self._element(key, item, kind, depth + 1))
        end = self._line(depth) if children else ""
        yield f"{self._line(depth)}<{name}{attributes}>{text}{children}{end}</{name}>"

    def _attribute(self, name: str, value: Any, data_type: DataType) -> str:
        if value is None:
            return "" if self._null is None else f' {name}="{self._null}"'
        text = _escaped(self._scalars._plain(value, data_type)).replace('"', "&quot;")
        return f' {name}="{text}"'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


# --- schema_of_xml ---------------------------------------------------------------------------------------------------


def schema_of_xml(text: str, options: Mapping[str, str] | None = None) -> DataType:
    """The type of an XML element: fields in the order of their names. ``SyntaxError`` (the parser's) for other text.

    >>> schema_of_xml("<p><b>1</b><a>x</a></p>").simpleString()
    'struct<a:string,b:bigint>'
    """
    chosen = CsvOptions(options or {})
    return finish_type(_type_of(_load(text), chosen))


def _type_of(element: ElementTree.Element, options: CsvOptions) -> DataType:
    prefix, value_tag = _names(options)
    fields: dict[str, DataType] = {}
    if not options.flag("excludeAttribute"):
        fields.update((prefix + name, _scalar_type(value, options)) for name, value in element.attrib.items())
    text = _own_text(element, options)
    if not len(element) and not fields:
        return _scalar_type(text, options)
    if text:
        fields[value_tag] = _scalar_type(text, options)
    for name in dict.fromkeys(child.tag for child in element):
        fields[name] = _merged([_type_of(child, options) for child in element if child.tag == name], value_tag)
    return StructType([StructField(name, fields[name]) for name in sorted(fields)])


def _merged(types: list[DataType], value_tag: str) -> DataType:
    """The type of the elements of one name: an array of a common type when there are several."""
    if any(isinstance(found, StructType) for found in types):
        types = [
            found if isinstance(found, (StructType, NullType)) else StructType([StructField(value_tag, found)])
            for found in types
        ]
    merged: DataType = NullType()
    for found in types:
        merged = merge_types(merged, found)
    return ArrayType(merged) if len(types) > 1 else merged


def _scalar_type(text: str, options: CsvOptions) -> DataType:
    if not text:
        return NullType()
    found = infer_type(text, options)
    if isinstance(found, DoubleType) and text[-1] in "dDfF":  # Java's suffixes are for CSV only
        return StringType()
    if isinstance(found, IntegerType):
        return LongType()
    return DoubleType() if isinstance(found, DecimalType) else found
