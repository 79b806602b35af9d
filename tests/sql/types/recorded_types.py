"""What programs see of PySpark's types, as one dictionary of answers: run on PySpark once, and on pyrdd in each test.

python recorded_types.py pyspark > recorded_types.json
"""

# ruff: noqa
import array
import collections
import datetime as dt
import decimal
import importlib
import json
import pickle
import struct
import sys
from decimal import Decimal as D

NT = collections.namedtuple("NT", "x y")
utc = dt.timezone.utc


class Obj:
    def __init__(self, **k):
        self.__dict__.update(k)


def answers(package):
    """{name of the case: the value's repr, or the error's class, condition and parameters}."""
    T = importlib.import_module(package + ".sql.types")
    globals().update({k: getattr(T, k) for k in T.__all__})
    I, M, S, V = T._infer_type, T._merge_type, T._infer_schema, T._make_type_verifier
    U = T.UserDefinedType

    class PointUDT(U):
        @classmethod
        def sqlType(cls):
            return ArrayType(DoubleType(), False)

        @classmethod
        def module(cls):
            return "__main__"

        def serialize(self, o):
            return [o.x, o.y]

        def deserialize(self, d):
            return Point(*d)

    class Point:
        __UDT__ = PointUDT()

        def __init__(self, x, y):
            self.x, self.y = x, y

        def __repr__(self):
            return f"Point({self.x},{self.y})"

    vals = [
        None,
        True,
        1,
        1 << 70,
        1.5,
        "a",
        b"a",
        bytearray(b"a"),
        D("1.5"),
        dt.date(2020, 1, 1),
        dt.datetime(2020, 1, 1),
        dt.datetime(2020, 1, 1, tzinfo=utc),
        dt.time(1),
        dt.timedelta(1),
        [],
        [1],
        [1, None],
        [1, "a"],
        [1, 1.5],
        [None],
        {},
        {"a": 1},
        {"a": None},
        {"a": 1, "b": "x"},
        {1: [1], 2: []},
        (1, "a"),
        (),
        NT(1, "a"),
        Row(a=1, b=None),
        Row("a", "b"),
        Obj(b=1, a="x"),
        array.array("i", [1]),
        array.array("I", [1]),
        array.array("l", [1]),
        array.array("L", [1]),
        array.array("f", [1]),
        array.array("b", [1]),
        array.array("B", [1]),
        array.array("H", [1]),
        array.array("u", "a"),
        object(),
        {1},
        frozenset(),
        1j,
        Point(1, 2),
        [Point(1, 2)],
        Geometry(b"", 0),
        Geography(b"", 4326),
        VariantVal(b"\0", b"\1\0\0"),
        range(3),
        lambda: 1,
        [{"a": 1}, {"a": "x"}],
        [[1], ["a"]],
        {"a": {"b": 1}},
        [(1, 2), (3, "a")],
        int,
        {"a": object()},
        [dt.datetime(2020, 1, 1)],
        Obj(),
        {None: 1},
    ]
    out = []

    def rec(name, f):
        try:
            out.append([name, repr(f())])
        except Exception as e:
            c = getattr(e, "getCondition", lambda: None)()
            mp = e.getMessageParameters() if hasattr(e, "getMessageParameters") else None
            if mp:
                mp = {k: (v if "0x" not in v else "ADDR") for k, v in mp.items()}
            out.append([name, [type(e).__name__, c, mp if c != "NOT_IMPLEMENTED" else None]])

    for i, v in enumerate(vals):
        rec(f"infer {i} {type(v).__name__}", lambda: I(v))
        rec(f"infer struct {i}", lambda: I(v, infer_dict_as_struct=True))
        rec(f"infer first {i}", lambda: I(v, infer_array_from_first_element=True, infer_map_from_first_pair=True))
        rec(f"infer ntz {i}", lambda: I(v, prefer_timestamp_ntz=True))
        rec(f"schema names {i}", lambda: S(v, ["n1"]))
    st = lambda *f: StructType([StructField(n, t) for n, t in f])
    types = [
        NullType(),
        LongType(),
        DoubleType(),
        StringType(),
        StringType("UNICODE"),
        TimestampType(),
        TimestampNTZType(),
        BooleanType(),
        DecimalType(38, 18),
        DecimalType(5, 2),
        ArrayType(LongType(), False),
        ArrayType(StringType()),
        ArrayType(NullType()),
        MapType(StringType(), LongType()),
        MapType(LongType(), StringType(), False),
        st(("a", LongType())),
        st(("a", StringType()), ("b", DateType())),
        GeometryType(0),
        GeometryType(4326),
        GeographyType(4326),
        GeographyType("ANY"),
        VariantType(),
        CalendarIntervalType(),
        DayTimeIntervalType(),
        YearMonthIntervalType(),
        CharType(3),
        PointUDT(),
    ]
    for i, a in enumerate(types):
        for j, b in enumerate(types):
            rec(f"merge {i} {j}", lambda: M(a, b))
        rec(f"merge name {i}", lambda: M(a, types[3], "n"))
    vt = [
        BooleanType(),
        ByteType(),
        ShortType(),
        IntegerType(),
        LongType(),
        FloatType(),
        DoubleType(),
        DecimalType(5, 2),
        StringType(),
        CharType(2),
        BinaryType(),
        DateType(),
        TimestampType(),
        TimestampNTZType(),
        TimeType(),
        DayTimeIntervalType(),
        ArrayType(IntegerType()),
        ArrayType(IntegerType(), False),
        MapType(StringType(), IntegerType(), False),
        st(("a", IntegerType()), ("b", StringType())),
        VariantType(),
        GeometryType(0),
        PointUDT(),
        NullType(),
        CalendarIntervalType(),
        ArrayType(ArrayType(st(("a", ByteType())))),
    ]
    vv = vals + [
        127,
        128,
        -129,
        32768,
        1 << 31,
        1 << 63,
        D("NaN"),
        float("nan"),
        (1,),
        (1, 2),
        (1, "a", 3),
        {"a": 1},
        {"a": "x"},
        {"k": None},
        {None: 1},
        [[(1,)], [(1000,)]],
        [[(None,)]],
    ]

    def verdict(t, v):
        try:
            return V(t)(v)
        except Exception as e:
            return e.getCondition() if hasattr(e, "getCondition") else type(e).__name__

    for i, t in enumerate(vt):
        rec(f"verify {i}", lambda: [verdict(t, v) for v in vv])
        for j in (0, 1, 3, 5):
            rec(f"verify named {i} {j}", lambda: V(t, False, "nm")(vv[j]))
    alltypes = (
        types
        + vt
        + [
            BinaryType(),
            ShortType(),
            ByteType(),
            FloatType(),
            TimeType(3),
            VarcharType(4),
            StringType("fr_CI"),
            DayTimeIntervalType(1),
            DayTimeIntervalType(1, 2),
            YearMonthIntervalType(0),
            YearMonthIntervalType(1, 1),
            GeometryType("ANY"),
            st(
                ("a", ArrayType(StringType("UNICODE"))),
                ("m", MapType(StringType("UTF8_LCASE"), st(("z", StringType("de"))))),
            ),
        ]
    )
    for i, t in enumerate(alltypes):
        if not isinstance(t, U):
            rec(f"json {i}", lambda: t.json())
            rec(f"rt {i}", lambda: T._parse_datatype_json_string(t.json()) == t)
        for m in ("simpleString", "typeName", "needConversion", "__repr__", "_as_nullable"):
            rec(f"{m} {i}", lambda: getattr(t, m)())
        rec(f"pickle {i}", lambda: pickle.loads(pickle.dumps(t)) == t)
        rec(f"hash {i}", lambda: hash(t) == hash(pickle.loads(pickle.dumps(t))))
        rec(f"eq {i}", lambda: "".join("01"[t == u] for u in alltypes))
        rec(f"tree {i}", lambda: StructType().add("f\n", t, False).treeString())
        rec(f"tree2 {i}", lambda: StructType().add("f", t, False).treeString(2))
    s = StructType().add("a", "integer").add("b", "string", False, {"comment": "c"}).add(StructField("c", DateType()))
    for k in ("a", "z", 0, -1, 5, slice(0, 2), 1.5, None, "c"):
        rec(f"getitem {k}", lambda: s[k])
    rec("add1", lambda: StructType().add("a"))
    rec("add2", lambda: StructType().add("a", "nope"))
    rec("add3", lambda: StructType().add("a", "decimal(3,1)"))
    rec("add4", lambda: StructType().add("a", {"type": "array", "elementType": "integer", "containsNull": True}))
    rec("add5", lambda: StructType().add("a", 5))
    rec("add6", lambda: StructType(5))
    rec("field", lambda: StructField("a", "int"))
    rec("field2", lambda: StructField(1, DateType()))
    rec("arr", lambda: ArrayType("int"))
    rec("typeName field", lambda: s["a"].typeName())
    rec("in", lambda: [("a" in s), (s["a"] in s), list(s)])
    rec("len", lambda: (len(s), s.names, s.fieldNames(), bool(StructType())))
    rec("json", lambda: s.json())
    rec("fromJson nometa", lambda: StructType.fromJson({"fields": [{"name": "a", "type": "integer"}]}))
    for j in (
        "udt",
        "interval day to year",
        "interval second to day",
        "char(3",
        "array",
        {"type": "nope"},
        {"type": "struct", "fields": []},
        "timestamp_ltz",
        "Integer",
        "varchar( 5 )",
        "decimal",
        "decimal( 3 , -1 )",
        "geometry",
        "geometry(OGC:CRS84)",
        "geometry(EPSG:1)",
        "geography",
        "geography(OGC:CRS84)",
        "geography(SPHERICAL)",
        "geography(VINCENTY)",
        "geography(OGC:CRS84, SPHERICAL)",
        "geometry(srid:any)",
        "time(2)",
        "string collate fr",
        "interval year",
        "interval month to month",
    ):
        rec(f"pj {j}", lambda: T._parse_datatype_json_value(j))
    rec(
        "collations bad",
        lambda: StructType.fromJson(
            {"fields": [{"name": "a", "type": "string", "metadata": {"__COLLATIONS": {"a": "x.UNICODE"}}}]}
        ),
    )
    rec(
        "collations bad2",
        lambda: StructType.fromJson(
            {"fields": [{"name": "a", "type": "integer", "metadata": {"__COLLATIONS": {"a": "icu.UNICODE"}}}]}
        ),
    )
    rec(
        "collations ok",
        lambda: StructType.fromJson(
            {
                "fields": [
                    {
                        "name": "a",
                        "type": {"type": "map", "keyType": "string", "valueType": "string", "valueContainsNull": True},
                        "metadata": {"x": 1, "__COLLATIONS": {"a.value": "icu.UNICODE"}},
                    }
                ]
            }
        ).jsonValue(),
    )
    for a, b in ((0, 9), (None, 1), (1, 0), (4, None)):
        rec(f"dti {a} {b}", lambda: DayTimeIntervalType(a, b))
        rec(f"ymi {a} {b}", lambda: YearMonthIntervalType(a, b))
    rec("geom bad", lambda: GeometryType(7))
    rec("geog bad", lambda: GeographyType("x"))
    r = Row(name="A", age=1)
    for n, f in {
        "repr": lambda: r,
        "cls": lambda: Row("a", "b"),
        "call": lambda: Row("a", "b")(1, 2),
        "call short": lambda: Row("a", "b")(1),
        "call long": lambda: Row("a", "b")(1, 2, 3),
        "get": lambda: (r["name"], r.age, r[0], r[-1], r[0:1]),
        "missing": lambda: r["zz"],
        "missing attr": lambda: r.zz,
        "idx": lambda: r[9],
        "short get": lambda: Row("a", "b")(1)["b"],
        "short attr": lambda: Row("a", "b")(1).b,
        "both": lambda: Row(1, a=2),
        "set": lambda: setattr(r, "x", 1),
        "in": lambda: ("name" in r, "A" in r, "a" in Row("a"), 1 in Row(1)),
        "asDict": lambda: r.asDict(),
        "asDict rec": lambda: Row(a=[Row(b=1)], c={"k": Row(d=2)}, e=(Row(f=1),)).asDict(True),
        "asDict un": lambda: Row("a").asDict(),
        "eq": lambda: (Row(a=1) == Row(b=1), Row(a=1) == (1,), Row(1) == Row(a=1)),
        "hash": lambda: hash(Row(a=1)) == hash((1,)),
        "pickle": lambda: pickle.loads(pickle.dumps(r)),
        "pickle2": lambda: pickle.loads(pickle.dumps(Row("a"))),
        "dup": lambda: T._create_row(["a", "a"], [1, 2]),
        "dup dict": lambda: T._create_row(["a", "a"], [1, 2]).asDict(),
        "dup get": lambda: T._create_row(["a", "a"], [1, 2]).a,
        "special": lambda: Row(count=5)["count"],
        "special idx": lambda: Row(**{"a b": 5}),
        "empty": lambda: Row(),
        "sort": lambda: sorted([Row(a=2), Row(a=1)]),
        "add": lambda: Row(a=1) + (2,),
        "__fields__": lambda: r.__fields__,
        "nofields": lambda: Row("a").__fields__,
        "magic": lambda: r.__foo__,
    }.items():
        rec("row " + n, f)
    for t, vs in (
        (DateType(), [dt.date(2020, 1, 1), dt.date(1, 1, 1), None]),
        (TimestampNTZType(), [dt.datetime(2020, 1, 1, 1, 2, 3, 4), dt.datetime(1, 1, 1)]),
        (TimestampType(), [dt.datetime(2020, 1, 1, tzinfo=utc)]),
        (TimeType(), [dt.time(1, 2, 3, 4)]),
        (DayTimeIntervalType(), [dt.timedelta(-1, 5, 7)]),
        (ArrayType(DateType()), [[dt.date(2020, 1, 1), None], None, []]),
        (MapType(StringType(), DateType()), [{"a": dt.date(2020, 1, 1)}]),
        (
            st(("a", DateType()), ("b", LongType())),
            [(dt.date(2020, 1, 1), 1), {"a": dt.date(2020, 1, 1)}, Obj(b=4), None],
        ),
        (PointUDT(), [Point(1.0, 2.0)]),
        (LongType(), [5]),
        (YearMonthIntervalType(), [1]),
        (CalendarIntervalType(), [1]),
        (VariantType(), [VariantVal(b"\0", b"\1\0\0"), None]),
        (GeometryType(0), [Geometry(b"a", 0)]),
        (st(("a", LongType())), [1, (5,), [6]]),
    ):
        for v in vs:
            rec(f"toInternal {t} {v!r}"[:90], lambda: t.toInternal(v))
            if not isinstance(t, (TimestampType, GeometryType)):
                rec(f"fromInternal {t} {v!r}"[:90], lambda: t.fromInternal(t.toInternal(v)))
    js = [
        "null",
        "true",
        "1",
        "-128",
        "128",
        "32768",
        "2147483648",
        "9223372036854775808",
        "1.5",
        "1e3",
        "1.5e-3",
        "123456789.12",
        "1234567890123.123",
        "12345678901234567890.5",
        "0.000000000000000000000000000000000000001",
        '"a"',
        '"' + "x" * 64 + '"',
        "[]",
        "{}",
        '[1,[2,{"a":null}]]',
        '{"b":1,"a":{"b":2,"c":[1.25,"x"]}}',
        '{"k":"é\\n\\"q"}',
        "-0.0",
        "0.10",
        "[" + ",".join(map(str, range(300))) + "]",
        "{" + ",".join(f'"k{i}":{i}' for i in range(300)) + "}",
        "NaN",
        '{"a":1,"a":2}',
        "-5.25",
        "100000000000000000000000000000000000000000",
    ]
    for j in js:
        n = j[:30]
        rec(f"vparse {n}", lambda: repr(VariantVal.parseJson(j)))
        rec(f"vpy {n}", lambda: VariantVal.parseJson(j).toPython())
        rec(f"vjson {n}", lambda: VariantVal.parseJson(j).toJson())
    p = lambda k, b=b"": VariantVal(bytes([k << 2]) + b, b"\1\0\0")
    for k, b in (
        (11, struct.pack("<i", 18262)),
        (12, struct.pack("<q", 1577836800123456)),
        (13, struct.pack("<q", 1577836800123456)),
        (14, struct.pack("<f", 1.5)),
        (7, struct.pack("<d", 1e20)),
        (15, b"\3\0\0\0abc"),
        (16, b"\3\0\0\0abc"),
        (17, b""),
        (20, b""),
        (3, b""),
        (8, b"\x02\x05\0\0\0"),
        (10, b"\x02" + b"\5" + b"\0" * 15),
        (9, b"\x13" + b"\5" + b"\0" * 7),
        (12, struct.pack("<q", -1)),
    ):
        rec(f"vraw {k}", lambda: p(k, b).toPython())
        rec(f"vrawj {k}", lambda: p(k, b).toJson("America/New_York"))
        rec(f"vraws {k}", lambda: str(p(k, b)))
    rec("vempty", lambda: VariantVal(b"", b"").toPython())
    rec("vtrunc", lambda: VariantVal(VariantVal.parseJson('{"a":[1,2]}').value[:5], b"\1\1\0\1a").toPython())
    rec("vmeta", lambda: VariantVal(VariantVal.parseJson('{"a":1}').value, b"\1\0\0").toPython())
    return dict(out)


if __name__ == "__main__":
    json.dump(answers(sys.argv[1]), sys.stdout, indent=0)
