"""Checks that pandas, PyArrow and NumPy are there, under PySpark's names; programs call them before they go on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from pyrdd.errors import PySparkImportError

_LEAST = {"Pandas": "2.2.0", "PyArrow": "18.0.0", "NumPy": "1.23.2"}


def require_minimum_pandas_version() -> None:
    """Raises PySparkImportError (PACKAGE_NOT_INSTALLED, UNSUPPORTED_PACKAGE_VERSION) unless pandas is there, and new enough."""
    _require("Pandas")


def require_minimum_pyarrow_version() -> None:
    """Raises PySparkImportError (PACKAGE_NOT_INSTALLED, UNSUPPORTED_PACKAGE_VERSION) unless PyArrow is there, and new enough."""
    _require("PyArrow")


def require_minimum_numpy_version() -> None:
    """Raises PySparkImportError (PACKAGE_NOT_INSTALLED, UNSUPPORTED_PACKAGE_VERSION) unless NumPy is there, and new enough."""
    _require("NumPy")


def _require(package: str) -> None:
    least = _LEAST[package]
    try:
        current = version(package.lower())
    except PackageNotFoundError as error:
        raise PySparkImportError(
            errorClass="PACKAGE_NOT_INSTALLED", messageParameters={"package_name": package, "minimum_version": least}
        ) from error
    if _numbers(current) < _numbers(least):
        shown = {"package_name": package, "minimum_version": least, "current_version": current}
        raise PySparkImportError(errorClass="UNSUPPORTED_PACKAGE_VERSION", messageParameters=shown)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdecimal())
