"""Strategies for values as SQL text, and for small tables of all types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Text = st.SearchStrategy[str]

# class of expressions -> the columns that are leaves of it: name and type
COLUMNS: dict[str, dict[str, str]] = {
    "byte": {"y": "tinyint"},
    "short": {"h": "smallint"},
    "int": {"i": "int", "j": "int"},
    "long": {"l": "bigint"},
    "decimal": {
        "d5": "decimal(5,2)", "d10": "decimal(10,0)", "d18": "decimal(18,6)", "d28": "decimal(28,10)", "d38": "decimal(38,18)",
        "d39": "decimal(38,0)", "dd": "decimal(4,4)",
    },
    "float": {"f": "float"},
    "double": {"e": "double", "g": "double"},
    "str": {"s": "string", "r": "string"},
    "bin": {"b": "binary"},
    "bool": {"p": "boolean", "q": "boolean"},
    "date": {"n": "date", "m": "date"},
    "ts": {"t": "timestamp", "u": "timestamp"},
    "ntz": {"w": "timestamp_ntz"},
    "dti": {"v": "interval day to second"},
    "ymi": {"x": "interval year to month"},
    "ints": {"ai": "array<int>", "aj": "array<int>"},
    "strs": {"ar": "array<string>"},
    "doubles": {"ad": "array<double>"},
    "lists": {"al": "array<array<int>>"},
    "map": {"mm": "map<string,int>"},
    "imap": {"mi": "map<int,double>"},
    "struct": {"st": "struct<a:int,b:string>"},
    "structs": {"ak": "array<struct<a:int,b:double>>"},
}  # fmt: skip

LIMITS = {"tinyint": 7, "smallint": 15, "int": 31, "bigint": 63}
DECIMALS = {
    "decimal(5,2)": (5, 2), "decimal(10,0)": (10, 0), "decimal(18,6)": (18, 6), "decimal(28,10)": (28, 10),
    "decimal(38,18)": (38, 18), "decimal(38,0)": (38, 0), "decimal(4,4)": (4, 4),
}  # fmt: skip

PLAIN_STRINGS = ["", "a", "b", "ab", "Abc", "hello world", "xyz", "Z", "aab", "abcabc"]
ODD_STRINGS = [
    " ", "  ab ", "\t", "\n", "a\nb", "é", "e\u0301", "ß", "ẞ", "İ", "ı", "日本語", "😀", "a😀b", "\u00a0x\u00a0", "%", "_", "a%b",
    "\\", "a\\b", "'", '"', "a,b,,c", ",", "A.B.C", "NULL", "null", "ÀÉ", "ﬁ", "Σας", "ΑΣ", "\u2003", "\x00", "\x1f", "0x1F", "{}", "[1]", "$1", "(",
]  # fmt: skip
NUMBER_STRINGS = [
    "0", "1", "-1", "+1", " 1 ", "1.5", "-0.5", ".5", "5.", "1e3", "1E-3", "-0", "-0.0", "NaN", "nan", "Infinity", "-inf", "inf", "1d", "1f", "2L",
    "127", "128", "-128", "-129", "32768", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
    "1e400", "1e-400", "123456789012345678901234567890", "0.1", "99999.995", "1_000", "1,000", "0x10", "１", "1.2.3", "--1", "1e", "e1", "1.9999999",
    "-1.9", "00012", "1\t", "\x001", "3.4028236e38", "1.17549435E-38",
]  # fmt: skip
BOOLEAN_STRINGS = ["true", "FALSE", "t", "f", "yes", "no", "y", "n", "1", "0", " true ", "on", "tr"]
DATE_STRINGS = [
    "2020-02-29", "2019-02-29", "2020-2-9", "2020", "2020-02", "1582-10-10", "1582-10-04", "0001-01-01", "0000-01-01", "-0001-01-01", "9999-12-31",
    "10000-01-01", "+12345-06-07", "2020-13-01", "2020-01-32", " 2020-01-01 ", "2020-01-01T", "2020-01-01 x", "2020-01-01T10", "today", "now", "epoch",
    "20200101", "2020/01/01",
]  # fmt: skip
TIME_STRINGS = [
    "2020-01-01 10:20:30", "2020-01-01T10:20:30.123456", "2020-01-01 10:20:30.1234567", "2020-01-01 10:20:30Z", "2020-01-01 10:20:30+05:30",
    "2020-01-01 10:20:30 America/Los_Angeles", "2020-03-08 02:30:00", "2020-11-01 01:30:00", "2020-01-01 24:00:00", "2020-01-01 10:60:00", "10:20:30",
    "T10:20", "2020-01-01 1:2:3", "2020-01-01 10:20:", "2020-01-01 10", "2020-01-01 10:20", "1500-01-01 00:00:00", "1850-06-15 12:00:00",
    "2020-01-01 10:20:30-8", "2020-01-01 10:20:30 UTC+1", "2020-01-01 10:20:30GMT-07:30", "2020-01-01 10:20:30.",
]  # fmt: skip
ALL_STRINGS = PLAIN_STRINGS + ODD_STRINGS + NUMBER_STRINGS + BOOLEAN_STRINGS + DATE_STRINGS + TIME_STRINGS

DOUBLES = [
    "0.0", "-0.0", "1.0", "-1.0", "0.1", "1.5", "2.5", "-2.5", "NaN", "Infinity", "-Infinity", "1e-3", "9.999e-4", "1e7", "9999999.0", "1.0E10",
    "123456.789", "4.9E-324", "1.7976931348623157E308", "2.2250738585072014E-308", "3.4028234663852886E38", "1e16", "1e17", "1.0e21", "1e23", "2e23",
    "9007199254740993", "9223372036854775807", "-9223372036854775808", "2147483647.5", "0.30000000000000004", "1e-5", "100", "3.14159", "-7",
    "127.9", "128", "-128.9", "32767.5",
]  # fmt: skip
FLOATS = ["3.4028235E38", "1.4E-45", "1.17549435E-38", "16777217", "0.3", "1e10", "1.1"]
PLAIN_DOUBLES = ["0.0", "1.0", "-1.5", "2.5", "0.1", "3.0", "100.25", "-7.0", "0.5"]

DATES = [
    "1970-01-01", "1969-12-31", "2020-02-29", "2021-03-31", "1900-01-01", "1899-12-31", "1582-10-15", "1582-10-14", "1582-10-04", "1500-02-28",
    "0001-01-01", "9999-12-31", "2020-12-31", "2024-01-01", "2020-03-08", "2020-11-01", "1883-11-18", "2000-02-28", "2017-07-31", "2018-12-30", "2019-01-06",
]  # fmt: skip
CLOCKS = ["00:00:00", "23:59:59.999999", "01:30:00", "02:30:00", "03:00:00", "12:34:56.789", "10:00:00.000001"]


def quoted(text: str) -> str:
    """A string literal; what could confuse a lexer is written by its code."""
    made = []
    for character in text:
        code = ord(character)
        if character in "'\\\"%_" or code < 32 or (127 <= code < 160):
            made.append({"%": "%", "_": "_"}.get(character) or f"\\u{code:04x}")
        else:
            made.append(character)
    return "'" + "".join(made) + "'"


def _integers(kind: str, wild: bool) -> Text:
    top = 1 << LIMITS[kind]
    small = st.integers(-10, 10)
    edges = st.sampled_from([0, 1, -1, top - 1, -top, top - 2, top // 2, -top + 1])
    numbers = st.one_of(small, edges, st.integers(-top, top - 1)) if wild else st.one_of(small, st.integers(-100, 100))
    return numbers.map(lambda n: f"cast('{n}' as {kind})")


def _decimals(kind: str, wild: bool) -> Text:
    precision, scale = DECIMALS[kind]
    top = 10**precision - 1
    small = st.integers(-(10 ** min(precision, scale + 2)), 10 ** min(precision, scale + 2)).map(
        lambda n: max(-top, min(top, n))
    )
    edges = st.sampled_from(
        [0, 1, -1, top, -top, 10**scale if scale < precision else top, 5 * 10 ** max(scale - 1, 0), top // 2]
    )
    numbers = (
        st.one_of(small, edges, st.integers(-top, top))
        if wild
        else st.one_of(small, small, edges.filter(lambda n: abs(n) < 10**10))
    )
    return numbers.map(lambda n: f"cast('{n}e-{scale}' as {kind})")


def _floating(kind: str, wild: bool) -> Text:
    plain = st.sampled_from(PLAIN_DOUBLES)
    width = 32 if kind == "float" else 64
    odd = st.sampled_from(DOUBLES + FLOATS)
    anything = st.floats(width=width).map(lambda x: repr(x).replace("inf", "Infinity").replace("nan", "NaN"))
    short = st.builds(lambda n, k: f"{n}e{k}", st.integers(-999, 999), st.integers(-8, 12))
    return (st.one_of(plain, odd, odd, anything, short) if wild else plain).map(lambda x: f"cast('{x}' as {kind})")


def _strings(wild: bool) -> Text:
    plain = st.sampled_from(PLAIN_STRINGS)
    made = st.text("aAbB1 .,%_é日😀", max_size=6)
    return (st.one_of(plain, st.sampled_from(ALL_STRINGS), st.sampled_from(ODD_STRINGS), made) if wild else plain).map(
        quoted
    )


def _binaries(wild: bool) -> Text:
    odd = st.sampled_from(["", "00", "ff", "61", "c3a9", "c3", "e697a5", "f09f9880", "6162", "80"])
    return (
        st.one_of(odd, st.binary(max_size=5).map(bytes.hex)) if wild else st.sampled_from(["", "61", "6162", "c3a9"])
    ).map(lambda h: f"X'{h}'")


def _dates(wild: bool) -> Text:
    modern = st.dates().filter(lambda d: 1990 < d.year < 2040).map(str) if not wild else st.dates().map(str)
    return st.one_of(st.sampled_from(DATES if wild else [d for d in DATES if d > "1960" and d < "3"]), modern).map(
        lambda d: f"date'{d}'"
    )


def _moments(wild: bool) -> Text:
    days = st.sampled_from(DATES if wild else [d for d in DATES if d > "1960" and d < "3"])
    return st.builds(lambda d, c: f"{d} {c}", days, st.sampled_from(CLOCKS))


def _day_times(wild: bool) -> Text:
    plain = st.sampled_from([0, 1, -1, 86_400_000_000, -86_400_000_001, 3_600_000_000, 90_061_000_001, -1_500_000])
    numbers = st.one_of(plain, st.integers(-(2**63), 2**63 - 1)) if wild else plain
    return numbers.map(_day_time)


def _day_time(micros: int) -> str:
    sign, n = ("-" if micros < 0 else ""), abs(micros)
    days, rest = divmod(n, 86_400_000_000)
    hours, rest = divmod(rest, 3_600_000_000)
    minutes, rest = divmod(rest, 60_000_000)
    return f"interval '{sign}{days} {hours:02}:{minutes:02}:{rest // 1_000_000:02}.{rest % 1_000_000:06}' day to second"


def _year_months(wild: bool) -> Text:
    plain = st.sampled_from([0, 1, -1, 12, 13, -25, 1200])
    numbers = st.one_of(plain, st.integers(-(2**31), 2**31 - 1)) if wild else plain
    return numbers.map(lambda n: f"interval '{'-' if n < 0 else ''}{abs(n) // 12}-{abs(n) % 12}' year to month")


def _lists(items: Text, kind: str, size: int = 4) -> Text:
    return st.lists(items, max_size=size).map(lambda found: f"cast(array({', '.join(found)}) as array<{kind}>)")


def _maps(keys: list[str], values: Text, kind: str) -> Text:
    chosen = st.lists(st.sampled_from(keys), unique=True, max_size=3)

    def made(names: list[str]) -> Text:
        pairs = st.tuples(*[values for _ in names])
        return pairs.map(
            lambda found: f"cast(map({', '.join(f'{k}, {v}' for k, v in zip(names, found, strict=True))}) as {kind})"
        )

    return chosen.flatmap(made)


def values(kind: str, wild: bool = True, nulls: bool = True) -> Text:
    """Literals of a type as SQL text; ``wild`` ones are at the edges, which most arithmetic does not survive."""
    base = _makers(wild)[kind]()
    missing = st.just(f"cast(null as {kind})")
    return st.one_of(base, base, base, base, missing) if nulls else base


def _makers(wild: bool) -> dict[str, Callable[[], Text]]:
    def of(kind: str) -> Text:
        return values(kind, wild)

    makers: dict[str, Callable[[], Text]] = {
        **{kind: (lambda kind=kind: _integers(kind, wild)) for kind in LIMITS},
        **{kind: (lambda kind=kind: _decimals(kind, wild)) for kind in DECIMALS},
        "float": lambda: _floating("float", wild),
        "double": lambda: _floating("double", wild),
        "string": lambda: _strings(wild),
        "binary": lambda: _binaries(wild),
        "boolean": lambda: st.sampled_from(["true", "false"]),
        "date": lambda: _dates(wild),
        "timestamp": lambda: _moments(wild).map(lambda m: f"timestamp'{m}'"),
        "timestamp_ntz": lambda: _moments(wild).map(lambda m: f"timestamp_ntz'{m}'"),
        "interval day to second": lambda: _day_times(wild),
        "interval year to month": lambda: _year_months(wild),
        "array<int>": lambda: _lists(of("int"), "int"),
        "array<string>": lambda: _lists(of("string"), "string"),
        "array<double>": lambda: _lists(of("double"), "double"),
        "array<array<int>>": lambda: _lists(of("array<int>"), "array<int>", 3),
        "map<string,int>": lambda: _maps(["'a'", "'b'", "''", "'é'"], of("int"), "map<string,int>"),
        "map<int,double>": lambda: _maps(["1", "2", "-1"], of("double"), "map<int,double>"),
        "struct<a:int,b:string>": lambda: st.builds(
            lambda a, b: f"named_struct('a', {a}, 'b', {b})", of("int"), of("string")
        ),
        "array<struct<a:int,b:double>>": lambda: _lists(
            st.builds(lambda a, b: f"named_struct('a', {a}, 'b', {b})", of("int"), of("double")),
            "struct<a:int,b:double>",
            3,
        ),
    }
    return makers


@st.composite
def tables(draw: Any, wild: bool, rows: int = 5) -> str:
    """A query that makes a table of all types: ``rid`` numbers the rows, the other columns are those of COLUMNS."""
    kinds = {name: kind for columns in COLUMNS.values() for name, kind in columns.items()}
    strategies = {kind: values(kind, wild) for kind in set(kinds.values())}
    made = []
    for row in range(draw(st.integers(1, rows))):
        made.append(f"({row}, " + ", ".join(draw(strategies[kind]) for kind in kinds.values()) + ")")
    return f"select * from values {', '.join(made)} as t(rid, {', '.join(kinds)})"
