"""Programs ask for packages by PySpark's own checks."""

from __future__ import annotations

import pytest

from pyrdd.errors import PySparkImportError
from pyrdd.sql.pandas import utils


def test_packages_that_are_new_enough_pass():
    utils.require_minimum_pandas_version()
    utils.require_minimum_pyarrow_version()
    utils.require_minimum_numpy_version()


@pytest.mark.parametrize("current", ["2.1.4", "1.5.3", "0.25.0rc1"])
def test_an_old_package_is_refused(monkeypatch, current):
    monkeypatch.setattr(utils, "version", lambda package: current)
    with pytest.raises(PySparkImportError) as raised:
        utils.require_minimum_pandas_version()
    assert raised.value.getCondition() == "UNSUPPORTED_PACKAGE_VERSION"
    shown = {"package_name": "Pandas", "minimum_version": "2.2.0", "current_version": current}
    assert raised.value.getMessageParameters() == shown


def test_a_missing_package_is_refused(monkeypatch):
    def version(package):
        raise utils.PackageNotFoundError(package)

    monkeypatch.setattr(utils, "version", version)
    with pytest.raises(PySparkImportError) as raised:
        utils.require_minimum_pyarrow_version()
    assert raised.value.getCondition() == "PACKAGE_NOT_INSTALLED"
    assert raised.value.getMessageParameters() == {"package_name": "PyArrow", "minimum_version": "18.0.0"}
