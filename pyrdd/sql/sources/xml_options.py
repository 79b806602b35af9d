"""The options of XML files, checked as Spark checks them, and handed to the kernels that read and write elements."""

from __future__ import annotations

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.kernels.csv_rows import CsvOptions
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.errors import analysis_error, not_implemented


def row_tag(options: Options) -> str:
    """The name of the elements that are rows. Raises ``XML_ROW_TAG_MISSING`` for none."""
    name = options.get("rowTag")
    if name is None:
        raise analysis_error("XML_ROW_TAG_MISSING", rowTag="`rowTag`")
    _require(name != "", "'rowTag' option should not be an empty string.")
    _require(not {"<", ">"} & set(name), "'rowTag' should not include angle brackets")
    return name


def check_options(options: Options, texts: bool = False) -> None:
    """Raises for options that have no meaning. ``texts``: of texts in a column, which are a row each."""
    if not texts:
        row_tag(options)
    prefix = options.get("attributePrefix", "_")
    _require(prefix != "", "'attributePrefix' option should not be empty string.")
    _require(options.get("valueTag", "_VALUE") != "", "'valueTag' option should not be empty string.")
    _require(
        options.get("valueTag", "_VALUE") != prefix,
        "'valueTag' and 'attributePrefix' options should not be the same.",
    )
    if "rowValidationXSDPath" in options:
        raise not_implemented("The option rowValidationXSDPath of XML", "Validate the files beforehand.")
    if "singleVariantColumn" in options:
        raise not_implemented("The option singleVariantColumn of XML", "Read with a schema.")


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise IllegalArgumentException(f"requirement failed: {sentence}")


def of_kernels(options: Options) -> CsvOptions:
    """The options as kernels take them."""
    return CsvOptions(dict(options), options.timezone)
