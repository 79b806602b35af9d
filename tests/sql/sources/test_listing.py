"""Files and partition directories are found as Spark finds them."""

import os
from decimal import Decimal

import pytest

from pyrdd.errors import AnalysisException, IllegalArgumentException, SparkRuntimeException
from pyrdd.sql.sources import Options, list_files
from pyrdd.sql.types import StringType, StructField, StructType

NEW_YORK = {"spark.sql.session.timeZone": "America/New_York"}


@pytest.fixture
def tree(tmp_path):
    def make(*files):
        for name in files:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(path.name)
        return str(tmp_path)

    return make


def found(paths, **options):
    listing = list_files([paths] if isinstance(paths, str) else paths, Options(options, NEW_YORK))
    kinds = {field.name: field.dataType.simpleString() for field in listing.partition_schema.fields}
    return kinds, sorted(
        ((file.path.rsplit("/", 1)[1], *file.partition_values) for file in listing.files),
        key=lambda found: [(value is None, value) for value in found],
    )


def test_directories_become_columns_and_files_beside_them_are_ignored(tree):
    assert found(tree("p=1/x", "p=2/y", "z")) == ({"p": "int"}, [("x", 1), ("y", 2)])


@pytest.mark.parametrize(
    ("raws", "kind", "values"),
    [
        (["1", "3000000000"], "bigint", [1, 3000000000]),
        (["1", "99999999999999999999"], "decimal(20,0)", [Decimal(1), Decimal("99999999999999999999")]),
        (["1", "1.5"], "double", [1.0, 1.5]),
        (["1.5", "a"], "string", ["1.5", "a"]),
        (["3000000000", "1.5"], "string", ["1.5", "3000000000"]),
        (["99999999999999999999", "1.5"], "string", ["1.5", "99999999999999999999"]),
        (["2020-01-01"], "date", [18262]),
        (["2020-01-01", "2020-01-01 10%3A00%3A00"], "timestamp", [1577854800000000, 1577890800000000]),
        (["2020-1-1"], "string", ["2020-1-1"]),
        (["2020-01-01 10:00"], "string", ["2020-01-01 10:00"]),
        (["10:30:00"], "time(6)", [37800000000]),
        (["1d"], "double", [1.0]),
        (["1L"], "string", ["1L"]),
        (["01"], "int", [1]),
        (["+1"], "int", [1]),
        (["٣"], "int", [3]),
        (["1 "], "double", [1.0]),
        (["1e5"], "decimal(6,0)", [Decimal(100000)]),
        (["true"], "string", ["true"]),
        (["a%20b"], "string", ["a b"]),
        (["99999999999999999999999999999999999999999"], "double", [1e41]),
        (["__HIVE_DEFAULT_PARTITION__"], "void", [None]),
        (["__HIVE_DEFAULT_PARTITION__", "1"], "int", [1, None]),
    ],
)
def test_the_type_of_a_partition_column_is_inferred(raws, kind, values, tree):
    kinds, files = found(tree(*(f"p={raw}/x" for raw in raws)))
    assert kinds == {"p": kind}
    assert sorted((value for _, value in files), key=lambda v: (v is None, v)) == values


def test_types_are_strings_when_inference_is_off(tree):
    root = tree("p=1/x", "p=__HIVE_DEFAULT_PARTITION__/x")
    off = {"spark.sql.sources.partitionColumnTypeInference.enabled": "false"}
    listing = list_files([root], Options({}, off))
    assert {file.partition_values for file in listing.files} == {("1",), (None,)}


def test_a_declared_type_and_spelling_wins(tree):
    declared = StructType([StructField("P", StringType())])
    listing = list_files([tree("p=01/x")], Options(), declared)
    assert listing.partition_schema.simpleString() == "struct<P:string>"
    assert listing.files[0].partition_values == ("01",)


@pytest.mark.parametrize(
    ("files", "condition"),
    [
        (["p=1/q=2/x", "p=1/r=2/y"], "CONFLICTING_PARTITION_COLUMN_NAMES"),
        (["p=1/x", "p=1/q=2/y"], "CONFLICTING_PARTITION_COLUMN_NAMES"),
        (["k/p=1/x", "l/p=1/x"], "CONFLICTING_DIRECTORY_STRUCTURES"),
        (["p=/x"], "EMPTY_PARTITION_COLUMN_VALUE"),
    ],
)
def test_directories_of_different_tables_are_an_error(files, condition, tree):
    with pytest.raises(SparkRuntimeException) as error:
        found(tree(*files))
    assert error.value.getCondition() == condition


def test_a_partition_read_alone_has_its_column_only_below_a_base_path(tree):
    root = tree("p=1/x", "p=2/y")
    assert found(f"{root}/p=1") == ({}, [("x",)])
    assert found(f"{root}/p=1", basePath=root) == ({"p": "int"}, [("x", 1)])
    assert found(f"{root}/p=*", basePath=root) == ({"p": "int"}, [("x", 1), ("y", 2)])
    assert found(f"{root}/p=1/x", basePath=root) == ({"p": "int"}, [("x", 1)])
    with pytest.raises(IllegalArgumentException, match="Option 'basePath' must be a directory"):
        found(f"{root}/p=1", basePath=f"{root}/p=1/x")


def test_hidden_files_are_not_data_but_hidden_names_with_an_equals_sign_are(tree):
    root = tree("_x", ".y", "z._COPYING_", "_p=1/w", "_SUCCESS")
    assert found(root) == ({"_p": "int"}, [("w", 1)])
    assert found(f"{root}/_x") == ({}, [])


def test_a_directory_that_is_named_is_read_whatever_its_name_is(tree):
    root = tree("_table/x", ".hidden/y", "_file")
    assert found(f"{root}/_table") == ({}, [("x",)])
    assert found(f"{root}/.hidden") == ({}, [("y",)])
    assert found(f"{root}/_*") == ({}, [("x",)])
    assert found(f"{root}/_file") == ({}, [])


def test_directories_that_are_no_partitions_are_read_only_when_asked(tree):
    root = tree("sub/x", "y")
    assert found(root) == ({}, [("y",)])
    assert found(root, recursiveFileLookup=True) == ({}, [("x",), ("y",)])


def test_globs_and_filters_choose_files(tree):
    root = tree("a.txt", "b.csv", "p/c.txt")
    os.utime(f"{root}/a.txt", (1590969600, 1590969600))  # 2020-06-01T00:00:00Z
    assert found(f"{root}/{{a,b}}*")[1] == [("a.txt",), ("b.csv",)]
    assert found(root, pathGlobFilter="*.txt", recursiveFileLookup=True)[1] == [("a.txt",), ("c.txt",)]
    assert found(root, modifiedBefore="2020-06-01T00:00:00")[1] == [("a.txt",)]
    assert found(root, modifiedBefore="2020-06-01T00:00:00", timeZone="UTC")[1] == []
    assert found(root, modifiedAfter="2020-06-01T00:00:00")[1] == [("b.csv",)]
    with pytest.raises(AnalysisException) as error:
        found(root, modifiedBefore="nope")
    assert error.value.getMessageParameters() == {"strategy": "modifiedbefore", "timeString": "nope"}


def test_a_path_without_files_is_an_error_that_names_it(tmp_path):
    for name in ("nope", "nope*"):
        with pytest.raises(AnalysisException) as error:
            found(f"{tmp_path}/{name}")
        assert error.value.getCondition() == "PATH_NOT_FOUND"
        assert error.value.getMessageParameters() == {"path": f"file:{tmp_path}/{name}"}
