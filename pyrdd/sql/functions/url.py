"""URL functions."""

from __future__ import annotations

from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.functions.datetime_tools import by_mode
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import STRING
from pyrdd.sql.functions.string_tools import kernel
from pyrdd.sql.kernels import urls


@scalar(STRING, STRING, STRING, returns=STRING, nullable=True, python=by_mode(urls.parse_url))
def parse_url(url: ColumnOrName, partToExtract: ColumnOrName, key: ColumnOrName | None = None) -> Column:
    """A part of a URL (HOST, PATH, QUERY, ...), or the value of a key of its query. Raises INVALID_URL when it is computed."""


@scalar(STRING, STRING, STRING, returns=STRING, nullable=True, python=kernel(urls.try_parse_url))
def try_parse_url(url: ColumnOrName, partToExtract: ColumnOrName, key: ColumnOrName | None = None) -> Column:
    """As `parse_url`, but null for what is no URL."""


@scalar(STRING, returns=STRING, nullable=True, python=kernel(urls.url_encode))
def url_encode(str: ColumnOrName) -> Column:
    """The text as a form encodes it."""


@scalar(STRING, returns=STRING, nullable=True, python=kernel(urls.url_decode))
def url_decode(str: ColumnOrName) -> Column:
    """The text of a form's encoding. Raises CANNOT_DECODE_URL when it is computed."""


@scalar(STRING, returns=STRING, nullable=True, python=kernel(urls.try_url_decode))
def try_url_decode(str: ColumnOrName) -> Column:
    """As `url_decode`, but null for a wrong percent sequence."""
