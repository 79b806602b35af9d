"""Random expressions: templates whose ``{class}`` holes are filled by expressions of that class.

A class is what an argument should be, roughly (``num`` may turn out to be a decimal or a double): a query that does not
type-check is compared by its error like any other.
"""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from tests.parity.families import FAMILIES
from tests.parity.values import COLUMNS, values

NUMBERS = ("byte", "short", "int", "long", "decimal", "float", "double")
# a class that is any of others
UNIONS: dict[str, tuple[str, ...]] = {
    "num": NUMBERS,
    "integral": ("byte", "short", "int", "long"),
    "real": ("float", "double"),
    "atom": (*NUMBERS, "str", "bin", "bool", "date", "ts", "ntz", "dti", "ymi"),
    "any": (
        *NUMBERS,
        "str",
        "bin",
        "bool",
        "date",
        "ts",
        "ntz",
        "dti",
        "ymi",
        "ints",
        "strs",
        "doubles",
        "map",
        "struct",
        "structs",
        "null",
    ),
    "arr": ("ints", "strs", "doubles", "lists", "structs"),
    "time": ("date", "ts", "ntz"),
    "printable": (*NUMBERS, "str", "bool", "date", "ts", "ntz", "dti"),
    "text": ("str", "num", "bool", "date", "ts"),
    "anymap": ("map", "imap"),
}
TYPES = (
    "tinyint", "smallint", "int", "bigint", "decimal(5,2)", "decimal(10,0)", "decimal(38,18)", "decimal(4,4)", "decimal(20,3)", "float", "double", "string",
    "binary", "boolean", "date", "timestamp", "timestamp_ntz", "interval day to second", "interval year to month", "interval hour to minute",
    "interval year", "array<string>", "array<int>", "map<string,string>", "struct<a:string,b:double>", "varchar(3)", "char(4)",
)  # fmt: skip
FORMATS = (
    "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "dd/MM/yy", "E, d MMM y", "EEEE", "D", "HH:mm:ss.SSS", "yyyyMMdd", "hh a", "MMMM", "Q", "yy", "y-M-d H:m:s", "G", "L",
    "'T'HH", "SSSSSS", "z", "XXX", "VV", "Z", "B", "ww", "u", "QQQ", "k:mm", "K:mm", "O", "x", "",
)  # fmt: skip

# what fills holes of a class beside columns and literals, once nested
NESTED: dict[str, tuple[str, ...]] = {
    "int": ("{int} + {int}", "length({str})", "cast({num} as int)", "year({time})", "size({ints})", "{int} % {int}", "abs({int})", "element_at({ints}, 1)"),
    "long": ("{long} * {int}", "cast({int} as bigint)", "{int} div {int}", "count"),
    "decimal": ("{decimal} + {decimal}", "{decimal} * {decimal}", "{decimal} / {decimal}", "cast({num} as decimal(12,4))", "{decimal} - {int}"),
    "double": ("{double} + {int}", "{int} / {int}", "cast({num} as double)", "{double} * {double}", "{double} - {double}"),
    "str": ("upper({str})", "concat({str}, {str})", "cast({printable} as string)", "substring({str}, {int}, {int})", "trim({str})", "coalesce({str}, {str})"),
    "bool": ("{num} < {num}", "{str} = {str}", "not {bool}", "{bool} and {bool}", "{bool} or {bool}", "{any} is null", "{date} > {date}", "{str} like 'a%'"),
    "date": ("date_add({date}, {byte})", "cast({ts} as date)", "last_day({date})", "add_months({date}, {byte})"),
    "ts": ("cast({date} as timestamp)", "{ts} + interval 1 hour", "date_trunc('month', {ts})", "cast({ntz} as timestamp)"),
    "ints": ("array({int}, {int})", "array_distinct({ints})", "slice({ints}, 1, 2)", "map_values({map})"),
    "strs": ("array({str}, {str})", "split({str}, ',')", "map_keys({map})"),
}  # fmt: skip

CATEGORIES: dict[str, tuple[str, ...]] = {
    "arithmetic": (
        "{num} + {num}", "{num} - {num}", "{num} * {num}", "{num} / {num}", "{num} % {num}", "{num} div {num}", "- {num}", "+ {num}", "abs({num})",
        "pmod({num}, {num})", "try_add({num}, {num})", "try_subtract({num}, {num})", "try_multiply({num}, {num})", "try_divide({num}, {num})",
        "{integral} & {integral}", "{integral} | {integral}", "{integral} ^ {integral}", "~ {integral}", "{int} << {byte}", "{long} >> {byte}",
        "shiftrightunsigned({int}, {byte})", "{decimal} + {decimal}", "{decimal} - {decimal}", "{decimal} * {decimal}", "{decimal} / {decimal}",
        "{decimal} % {decimal}", "{decimal} div {decimal}", "try_mod({num}, {num})", "{str} + {num}", "{num} * {str}", "{str} / {str}",
    ),
    "math": (
        "round({num})", "round({num}, 1)", "round({num}, -1)", "bround({num})", "bround({num}, 1)", "ceil({num})", "floor({num})", "ceil({num}, 1)", "floor({num}, -1)", "sqrt({num})", "cbrt({num})",
        "exp({num})", "expm1({num})", "ln({num})", "log({num})", "log10({num})", "log2({num})", "log1p({num})", "log({num}, {num})", "power({num}, {num})", "sin({num})",
        "cos({num})", "tan({num})", "asin({num})", "acos({num})", "atan({num})", "atan2({num}, {num})", "sinh({num})", "cosh({num})", "tanh({num})", "asinh({num})",
        "acosh({num})", "atanh({num})", "cot({num})", "sec({num})", "csc({num})", "degrees({num})", "radians({num})", "sign({num})", "signum({num})", "rint({num})",
        "hypot({num}, {num})", "factorial({int})", "greatest({num}, {num}, {num})", "least({num}, {num})", "bin({long})", "hex({long})", "hex({str})", "hex({bin})", "unhex({str})",
        "conv({str}, 10, 16)", "conv({str}, 16, 10)", "conv({str}, 36, -10)", "width_bucket({double}, {double}, {double}, {int})", "isnan({real})", "nanvl({double}, {double})",
        "bit_count({integral})", "getbit({long}, {byte})", "e()", "pi()", "negative({num})", "positive({num})", "format_number({num}, 2)", "format_number({num}, 0)", "uniform(1, 1, 0)",
        "bit_get({int}, {int})",
    ),
    "casts": tuple(f"{form}({{any}} as {kind})" for kind in TYPES for form in ("cast", "try_cast")),
    "strings_to": tuple(f"{form}({{str}} as {kind})" for kind in TYPES for form in ("cast", "try_cast")),
    "comparisons": (
        "{num} = {num}", "{num} < {num}", "{num} >= {num}", "{num} <=> {num}", "{num} != {num}", "{atom} = {atom}", "{atom} < {atom}", "{str} = {num}", "{str} < {num}", "{str} > {date}",
        "{date} = {ts}", "{ntz} < {ts}", "{ints} = {ints}", "{ints} < {ints}", "{doubles} = {doubles}", "{struct} = {struct}", "{struct} <= {struct}", "{map} = {map}", "{any} <=> {any}", "{double} in ({double}, {num})",
        "{num} in ({num}, {num}, null)", "{str} in ({str}, {str})", "{num} between {num} and {num}", "{str} between {str} and {str}", "{str} like {str}", "{str} rlike 'a|b'", "{str} ilike 'A%'", "{str} like '%a_%'",
        "{bool} = {bool}", "{bool} < {bool}", "{bin} = {bin}", "{bin} < {bin}", "{str} = {bin}", "{bool} = {num}", "{bool} = {str}", "equal_null({any}, {any})", "{structs} = {structs}", "{dti} < {dti}", "{ymi} >= {ymi}", "{doubles} < {doubles}",
    ),
    "conditionals": (
        "if({bool}, {num}, {num})", "if({bool}, {any}, {any})", "case when {bool} then {num} else {num} end", "case when {bool} then {str} when {bool} then {num} end", "case {int} when 1 then {str} when {num} then 'x' else {str} end",
        "coalesce({num}, {num})", "coalesce({any}, {any}, {any})", "nvl({str}, {str})", "nvl({num}, {num})", "nvl2({any}, {num}, {num})", "nullif({num}, {num})", "nullif({str}, {str})", "ifnull({date}, {ts})", "greatest({str}, {str})", "least({time}, {time})",
        "greatest({double}, {double}, {float})", "{bool} and {bool}", "{bool} or {bool}", "not {bool}", "{any} is null", "{any} is not null", "{bool} is true", "{bool} is not false", "{bool} is unknown", "decode({int}, 1, 'a', 2, 'b', 'c')", "decode({int}, {int}, {str}, {str})",
        "nullifzero({num})", "zeroifnull({num})", "if({int} = 0, 0, 100 / {int})", "case when {int} != 0 then {int} % {int} else 0 end", "typeof({any})", "assert_true({bool})", "{bool} and {int} / {int} > 1", "coalesce({int}, 1 / 0)",
    ),
    "strings": (
        "length({text})", "char_length({str})", "octet_length({str})", "bit_length({str})", "length({bin})", "upper({text})", "lower({str})", "initcap({str})", "trim({str})", "ltrim({str})", "rtrim({str})", "trim(both 'a' from {str})", "trim({str}, {str})",
        "btrim({str})", "btrim({str}, 'ab')", "concat({text}, {text})", "concat_ws(',', {str}, {str}, {strs})", "concat_ws({str}, {strs})", "{text} || {text}", "substring({str}, {int}, {int})", "substring({str}, {int})", "substr({bin}, {int}, {int})", "substring({text}, 2, 3)", "left({str}, {int})", "right({str}, {int})",
        "substring_index({str}, {str}, {int})", "instr({str}, {str})", "locate({str}, {str})", "locate({str}, {str}, {int})", "position({str} in {str})", "replace({str}, {str}, {str})", "replace({str}, {str})", "translate({str}, {str}, {str})", "overlay({str} placing {str} from {int})", "overlay({str} placing {str} from {int} for {int})",
        "lpad({str}, 7, {str})", "rpad({str}, 7, {str})", "lpad({str}, {byte})", "rpad({bin}, 4, {bin})", "repeat({str}, 3)", "reverse({str})", "space(3)", "ascii({str})", "chr({int})", "char({long})", "split({str}, {str})", "split({str}, ',')", "split({str}, '', 2)", "split({str}, 'a', {int})", "split_part({str}, {str}, {int})", "contains({str}, {str})",
        "startswith({str}, {str})", "endswith({str}, {str})", "startswith({bin}, {bin})", "regexp_replace({str}, 'a|b', 'X')", "regexp_replace({str}, '(a)(b)?', '$2$1')", "regexp_extract({str}, '([a-z]+)', 1)", "regexp_extract_all({str}, '([a-z])', 1)", "regexp_count({str}, 'a')", "regexp_instr({str}, 'b')", "regexp_substr({str}, '[0-9]+')",
        "levenshtein({str}, {str})", "levenshtein({str}, {str}, 2)", "soundex({str})", "base64({bin})", "unbase64({str})", "encode({str}, 'utf-8')", "encode({str}, 'utf-16')", "decode({bin}, 'utf-8')", "md5({str})", "sha1({bin})", "sha2({str}, 256)", "crc32({str})", "hash({any})", "xxhash64({any})", "hash({any}, {any})", "elt({int}, {str}, {str})", "find_in_set({str}, {str})", "format_string('%s-%d', {str}, {int})", "printf('%5.2f|%x', {double}, {int})",
        "to_number({str}, '999')", "to_char({int}, '999')", "to_char({decimal}, 'S999.99')", "try_to_number({str}, '9.9')", "ucase({str})", "lcase({str})", "quote({str})", "luhn_check({str})", "is_valid_utf8({str})", "mask({str})", "sentences({str})", "parse_url('http://h/p?a=1', {str})", "url_encode({str})", "url_decode({str})", "to_binary({str}, 'utf-8')", "to_binary({str}, 'hex')", "try_to_binary({str}, 'base64')", "collation({str})",
    ),
    "dates": (
        "year({time})", "month({time})", "day({time})", "hour({ts})", "minute({ts})", "second({ts})", "quarter({time})", "dayofweek({time})", "dayofyear({time})", "weekofyear({time})", "weekday({time})", "last_day({time})", "date_add({time}, {short})", "date_sub({date}, {byte})", "datediff({time}, {time})", "add_months({time}, {byte})",
        "months_between({time}, {time})", "months_between({ts}, {ts}, false)", "next_day({date}, 'Mon')", "next_day({date}, {str})", "trunc({date}, 'month')", "trunc({date}, {str})", "trunc({ts}, 'week')", "date_trunc('week', {time})", "date_trunc('hour', {ts})", "date_trunc('quarter', {ts})", "date_trunc('year', {ntz})", "date_trunc({str}, {ts})", "to_date({str})", "to_timestamp({str})", "try_to_timestamp({str})", "to_timestamp_ntz({str})",
        "make_date({int}, {byte}, {byte})", "make_date(2020, {byte}, {byte})", "make_timestamp(2020, 3, 8, {byte}, 30, 1.5)", "make_timestamp({int}, 1, 2, 3, 4, {decimal})", "make_ntz_timestamp(2020, 11, 1, {byte}, 1, 1)", "unix_timestamp({ts})", "unix_timestamp({str})", "from_unixtime({int})", "from_unixtime({long})", "unix_date({date})", "unix_seconds({ts})", "unix_millis({ts})", "unix_micros({ts})", "date_from_unix_date({int})", "timestamp_seconds({num})", "timestamp_millis({int})", "timestamp_micros({long})",
        "from_utc_timestamp({ts}, 'America/Los_Angeles')", "to_utc_timestamp({ts}, 'Asia/Kolkata')", "from_utc_timestamp({ts}, {str})", "convert_timezone('UTC', 'Europe/Paris', {ntz})", "convert_timezone('Asia/Tokyo', {ts})", "extract(year from {time})", "extract(week from {date})", "extract(second from {ts})", "extract(dow from {date})", "extract(yearofweek from {date})", "date_part('day', {dti})", "extract(hour from {dti})", "extract(month from {ymi})", "extract(day from {ts})", "extract(minute from {ntz})",
        "{date} + {int}", "{date} - {date}", "{date} + {byte}", "{ts} - {ts}", "{date} + {ymi}", "{ts} + {ymi}", "{ts} - {dti}", "{ntz} + {dti}", "{date} + {dti}", "{dti} + {dti}", "{dti} * {num}", "{dti} / {num}", "{ymi} * {num}", "{ymi} / {num}", "{ymi} - {ymi}", "- {dti}", "abs({dti})", "abs({ymi})", "{ts} - {date}", "{ntz} - {ntz}", "{date} - {ts}", "sign({dti})", "{ts} + interval 1 month 2 days 3 hours", "{date} - interval 1 month", "{ntz} + interval '1-2' year to month",
        "make_interval(0, {byte}, 0, {byte}, 1, 2, 3.5)", "make_dt_interval({byte}, {byte}, 1, 1.5)", "make_ym_interval({byte}, {byte})", "timestampadd(MONTH, {byte}, {ts})", "timestampadd(HOUR, {byte}, {time})", "timestampdiff(MONTH, {ts}, {ts})", "timestampdiff(DAY, {time}, {time})", "timestampdiff(SECOND, {ts}, {ntz})", "dayname({date})", "monthname({time})", "date_diff({date}, {ts})", "to_unix_timestamp({ts})", "try_make_timestamp(2020, {byte}, 1, 1, 1, 1)", "hour({str})", "year({str})", "day({str})",
        *(f"date_format({{time}}, \"{pattern}\")" for pattern in FORMATS), *(f"to_timestamp({{str}}, \"{pattern}\")" for pattern in FORMATS[:4]), *(f"to_date(date_format({{ts}}, \"{pattern}\"), \"{pattern}\")" for pattern in FORMATS[:10]),
    ),
    "arrays": (
        "array({any}, {any})", "array({num}, {num})", "size({arr})", "cardinality({map})", "array_contains({ints}, {num})", "array_contains({doubles}, {double})", "array_contains({strs}, {str})", "array_position({ints}, {int})", "array_position({doubles}, {double})", "array_remove({ints}, {int})", "array_remove({doubles}, {double})", "array_distinct({arr})", "array_union({ints}, {ints})", "array_union({doubles}, {doubles})", "array_intersect({ints}, {ints})", "array_intersect({doubles}, {doubles})", "array_except({ints}, {ints})", "array_except({strs}, {strs})",
        "arrays_overlap({ints}, {ints})", "arrays_overlap({doubles}, {doubles})", "array_sort({arr})", "sort_array({arr})", "sort_array({arr}, false)", "array_max({doubles})", "array_min({arr})", "array_max({strs})", "array_join({strs}, ',')", "array_join({strs}, '-', 'N')", "array_repeat({any}, {byte})", "array_repeat({str}, 2)", "slice({arr}, {int}, {byte})", "slice({ints}, -2, 2)", "element_at({ints}, {int})", "element_at({arr}, 1)", "element_at({map}, {str})", "element_at({imap}, 1)", "try_element_at({ints}, {int})", "try_element_at({map}, {str})",
        "{ints}[0]", "{ints}[{byte}]", "{map}['a']", "{imap}[{int}]", "{struct}.a", "{structs}.b", "{structs}[0].a", "get({ints}, {int})", "flatten({lists})", "reverse({arr})", "concat({ints}, {ints})", "concat({strs}, {ints})", "sequence({byte}, {byte})", "sequence({byte}, {byte}, 2)", "sequence({date}, {date}, interval 1 month)", "sequence(date'2020-01-31', date'2020-06-01', interval 1 month)", "shuffle(array(1))", "array_append({ints}, {int})", "array_prepend({strs}, {str})", "array_insert({ints}, {byte}, {int})", "array_insert({ints}, 2, {num})", "array_compact({arr})", "arrays_zip({ints}, {strs})",
        "map({str}, {int})", "map({num}, {any}, {num}, {any})", "map_keys({anymap})", "map_values({anymap})", "map_entries({anymap})", "map_concat({map}, {map})", "map_from_arrays({strs}, {ints})", "map_from_arrays({ints}, {doubles})", "map_from_entries({structs})", "map_contains_key({map}, {str})", "map_filter({map}, (k, v) -> v > 0)", "transform_values({map}, (k, v) -> v + 1)", "transform_keys({map}, (k, v) -> upper(k))", "map_zip_with({map}, {map}, (k, a, b) -> a + b)", "str_to_map({str})", "str_to_map({str}, ',', '.')",
        "transform({ints}, x -> x + 1)", "transform({arr}, x -> x is null)", "transform({doubles}, (x, i) -> x * i)", "transform({ints}, x -> x * {int})", "filter({ints}, x -> x > {num})", "filter({strs}, x -> x like '%a%')", "exists({ints}, x -> x = {int})", "forall({doubles}, x -> x > 0)", "aggregate({ints}, 0, (a, x) -> a + x)", "aggregate({ints}, 0L, (a, x) -> a + coalesce(x, 0))", "reduce({strs}, '', (a, x) -> concat(a, x), a -> upper(a))", "zip_with({ints}, {ints}, (x, y) -> coalesce(x, y))", "array_sort({ints}, (a, b) -> case when a < b then 1 when a > b then -1 else 0 end)",
        "struct({any}, {any})", "named_struct('x', {any}, 'y', {num})", "to_json({struct})", "to_json({map})", "to_json({structs})", "to_json(named_struct('a', {atom}))", "from_json({str}, 'a int, b string')", "array_size({arr})", "cast({ints} as array<string>)", "cast({arr} as string)", "cast({map} as string)", "cast({struct} as string)", "cast({structs} as string)", "cast({lists} as string)", "inline({structs})", "explode({arr})", "explode_outer({map})", "posexplode({ints})", "stack(2, {num}, {num})", "cast({imap} as string)", "hash({arr})", "xxhash64({struct})",
    ),
}  # fmt: skip

CATEGORIES.update(FAMILIES)

_HOLE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


@st.composite
def expressions(draw: Any, template: str, depth: int, wild: bool) -> str:
    """A template with its holes filled; ``depth`` is how deep other templates may be nested in them."""

    def fill(match: re.Match[str]) -> str:
        return str(draw(_argument(match.group(1), depth, wild)))

    return _HOLE.sub(fill, template).replace("{{", "{").replace("}}", "}")


@st.composite
def _argument(draw: Any, name: str, depth: int, wild: bool) -> str:
    while name in UNIONS:
        name = draw(st.sampled_from(UNIONS[name]))
    if name == "null":
        return "null"
    columns = COLUMNS[name]
    nested = NESTED.get(name, ())
    kind = draw(st.integers(0, 9))
    if kind == 9 and not wild:
        kind = 0
    if kind == 9:
        return str(draw(values(draw(st.sampled_from(sorted(columns.values()))), wild)))
    if kind >= 7 and depth > 0 and nested:
        made = draw(expressions(draw(st.sampled_from(nested)), depth - 1, wild))
        return f"({made})" if made != "count" else draw(st.sampled_from(sorted(columns)))
    return str(draw(st.sampled_from(sorted(columns))))
