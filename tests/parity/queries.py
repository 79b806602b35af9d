"""Random queries: aggregates, joins, windows, set operations and orders over the tables ``t`` and ``o``.

``o`` has the columns of ``t``, each with an ``o_`` before its name.
"""

from __future__ import annotations

from tests.parity.values import COLUMNS

_KEYS = ("i", "s", "e", "d5", "n", "p", "f", "b", "t", "st", "ad", "h", "x", "v", "d38", "y", "ai")
_AGGREGATES = (
    "count(*)", "count({any})", "count(distinct {atom})", "count({atom}, {atom})", "sum({num})", "sum({integral})", "sum({decimal})", "sum({double})", "avg({num})", "avg({decimal})", "avg({integral})", "min({atom})", "max({atom})",
    "min({arr})", "max({double})", "min({float})", "first({any})", "last({num})", "first({num}, true)", "last({str}, true)", "any_value({num})", "collect_list({any})", "collect_list({num})", "sort_array(collect_set({num}))", "sort_array(collect_set({str}))", "stddev({num})", "stddev_pop({num})",
    "variance({num})", "var_pop({int})", "skewness({num})", "kurtosis({num})", "corr({num}, {num})", "covar_pop({num}, {num})", "covar_samp({int}, {num})", "bool_and({bool})", "bool_or({bool})", "every({bool})", "some({bool})", "bit_and({integral})", "bit_or({integral})", "bit_xor({integral})", "max_by({any}, {num})",
    "min_by({str}, {double})", "count_if({bool})", "sum(distinct {num})", "avg(distinct {int})", "median({num})", "percentile({num}, 0.3)", "percentile({int}, array(0.1, 0.9))", "percentile_approx({num}, 0.5)", "approx_percentile({int}, array(0.2, 0.8), 100)", "percentile_cont(0.4) within group (order by {num})", "percentile_disc(0.4) within group (order by {num})",
    "approx_count_distinct({atom})", "mode({num})", "regr_slope({num}, {num})", "regr_count({num}, {num})", "regr_r2({double}, {double})", "regr_intercept({int}, {int})", "try_sum({num})", "try_avg({num})", "sum({num}) filter (where {bool})", "count(*) filter (where {num} > 0)", "listagg({str})", "string_agg({str}, ',')", "listagg({str}, '-') within group (order by {str})",
    "sum({int} + {int})", "max({struct})", "min({bin})", "max({bool})", "sum({dti})", "avg({dti})", "sum({ymi})", "avg({ymi})", "histogram_numeric({num}, 3)", "array_agg({int})", "hex(count_min_sketch({int}, 0.5, 0.5, 1))", "grouping_id()", "product({int})", "collect_set({bool})", "sum({str})", "avg({str})", "max({map})",
)  # fmt: skip
_WINDOWS = (
    "row_number()", "rank()", "dense_rank()", "percent_rank()", "cume_dist()", "ntile(3)", "lag({any})", "lead({num}, 2)", "lag({int}, 1, 0)", "lead({str}, 1, 'none')", "lag({num}) ignore nulls", "nth_value({num}, 2)", "first_value({any})", "last_value({num})", "last_value({num}) ignore nulls", "sum({num})", "avg({num})", "count({any})", "min({atom})", "max({num})",
    "count(*)", "collect_list({int})", "stddev({num})", "sum({decimal})", "avg({decimal})", "sum({double})", "first({num}, true)", "bool_or({bool})", "max({str})", "count_if({bool})", "min({double})",
)  # fmt: skip
_RANKS = ("row_number", "rank", "dense", "percent", "cume", "ntile", "lag", "lead")
_FRAMES = (
    "", "", "rows between unbounded preceding and current row", "rows between 1 preceding and 1 following", "rows between current row and unbounded following", "rows between unbounded preceding and unbounded following",
    "rows between 2 preceding and 1 preceding", "rows between 1 following and 2 following", "range between unbounded preceding and current row", "range between current row and unbounded following",
)  # fmt: skip
_ORDERS = (
    "rid",
    "i, rid",
    "e desc, rid",
    "s nulls last, rid",
    "n desc nulls first, rid",
    "d5, rid",
    "f, rid desc",
    "p, rid",
    "i",
    "e",
    "s desc",
)
_RANGES = (
    "range between 2 preceding and 2 following",
    "range between 1 preceding and current row",
    "range between current row and 3 following",
    "range between unbounded preceding and 1 preceding",
)
_TIME_RANGES = (
    "range between interval 10 days preceding and current row",
    "range between interval 1 month preceding and interval 1 month following",
)


def _aggregates() -> list[str]:
    made = [f"select {a} from t" for a in _AGGREGATES]
    made += [
        f"select {key}, {a} from t group by {key}"
        for i, a in enumerate(_AGGREGATES)
        for key in (_KEYS[i % len(_KEYS)],)
    ]
    made += [f"select {a} from t where false" for a in _AGGREGATES]
    made += [f"select {key}, count(*) from t group by {key}" for key in _KEYS]
    made += [f"select {{atom}}, count(1) from t group by 1 having count(1) {op} 1" for op in (">", "<=")]
    made += [f"select i % 2, p, sum(y), grouping_id() from t group by {kind}(i % 2, p)" for kind in ("rollup", "cube")]
    made += [
        "select p, q, count(*), grouping(p) from t group by grouping sets ((p), (q), ())",
        "select sum(y) from t group by p, s having max(i) > 0 or p is null",
    ]
    return made


def _joins() -> list[str]:
    kinds = ("join", "left join", "right join", "full join", "left semi join", "left anti join", "cross join")
    columns = [name for group in COLUMNS.values() for name in group]
    made = []
    for kind in kinds:
        left = kind in ("left semi join", "left anti join")
        picked = "t.rid" if left else "t.rid, o.o_rid"
        for key in columns:
            if kind != "cross join":
                made.append(f"select {picked}, t.{key} from t {kind} o on t.{key} = o.o_{key}")
        if kind != "cross join":
            made.append(f"select {picked} from t {kind} o on t.i <=> o.o_i and t.y < o.o_y")
            made.append(f"select {picked} from t {kind} o on t.e <=> o.o_e")
            made.append(f"select {picked} from t {kind} o on t.i = o.o_l")
            made.append(f"select {picked} from t {kind} o on t.e = o.o_f")
            made.append(f"select {picked} from t {kind} o on t.d5 = o.o_i")
            made.append(f"select {picked} from t {kind} o on t.s = o.o_i")
            made.append(f"select {picked} from t {kind} o on t.d10 = o.o_d38 or t.p = o.o_p")
            made.append(f"select {picked} from t {kind} o on {{bool}} and t.rid <= o.o_rid")
            made.append(f"select {picked} from t {kind} o on t.rid = o.o_rid where {{bool}}")
            made.append(f"select * from (select rid, i, s from t) {kind} (select i, d5 from t) using (i)")
            made.append(f"select * from (select e, s, rid from t) {kind} (select e, d5 from t) using (e)")
        else:
            made.append("select t.rid, o.o_rid, {num} from t cross join o")
    made += [
        "select * from (select rid, p, i from t) natural join (select p, y from t)",
        "select rid from t where i in (select o_i from o)",
        "select rid from t where i not in (select o_i from o)",
        "select rid from t where e in (select o_e from o)",
        "select rid from t where exists (select 1 from o where o_p = p)",
        "select rid from t where not exists (select 1 from o where o_s = s and o_i > i)",
        "select rid, (select max(o_y) from o where o_p = p) from t",
        "select rid, (select count(*) from o where o_n = n) from t",
        "select rid, (select sum({num}) from t) from o right join t on rid = o_rid",
        "select rid, x1 from t, lateral (select o_i as x1 from o where o_rid >= rid)",
        "select rid, z from t lateral view explode(ai) as z",
        "select rid, z from t lateral view outer explode(mm) z as k, z",
    ]
    return made


def _windows() -> list[str]:
    made = []
    for i, function in enumerate(_WINDOWS):
        for k in range(4):
            order = _ORDERS[(i + 3 * k) % len(_ORDERS)]
            frame = "" if function.startswith(_RANKS) else _FRAMES[(i + k) % len(_FRAMES)]
            # which of several equal rows comes first is nobody's promise
            if "rid" not in order and (
                frame.startswith("rows")
                or function.startswith(("row_", "ntile", "lag", "lead", "nth", "first", "last", "collect"))
            ):
                order += ", rid"
            part = ("", "partition by p ", "partition by i % 2 ", "partition by s ")[k]
            made.append(f"select rid, {function} over ({part}order by {order} {frame}) from t")
        if not function.startswith(_RANKS):
            made.append(
                f"select rid, {function} over (order by {('i', 'y', 'e', 'd5')[i % 4]} {_RANGES[i % 4]}) from t"
            )
            made.append(f"select rid, {function} over (order by {('n', 't', 'w')[i % 3]} {_TIME_RANGES[i % 2]}) from t")
            made.append(f"select rid, {function} over (partition by p) from t")
    return [m for m in made if "first" not in m or "order by" in m]


def _sets() -> list[str]:
    made = []
    for operation in ("union all", "union", "intersect", "intersect all", "except", "except all"):
        for key in _KEYS:
            made.append(f"select {key} from t {operation} select o_{key} from o")
        made += [
            f"select i, e from t {operation} select o_l, o_f from o",
            f"select d5, s from t {operation} select o_d38, o_s from o",
            f"select i as a from t {operation} select o_d10 as b from o",
            f"select n from t {operation} select o_t from o",
            f"select s from t {operation} select o_i from o",
            f"select {{num}} from t {operation} select {{num}} from t",
            f"select {{atom}} from t {operation} select {{atom}} from t",
            f"select null from t {operation} select o_i from o",
            f"select st from t {operation} select named_struct('c', o_l, 'd', 'x') from o",
            f"select ai from t {operation} select array(o_e) from o",
        ]
    made += [f"select distinct {key} from t" for key in _KEYS] + [
        "select distinct {atom}, p from t",
        "select distinct mm from t",
        "select count(distinct p, i) from t",
        "select * from (select i from t) pivot (count(i) for i in (1, 2))",
        "select distinct {any} from t",
    ]
    made += [
        "select i, sum(y) s1 from t group by all",
        "select * from (select rid, i, j from t) unpivot (val for nam in (i, j))",
        "select * from (select p, y, i from t) pivot (sum(y) as a, max(i) as b for p in (true, false))",
    ]
    return made


def _orders() -> list[str]:
    keys = [name for group in COLUMNS.values() for name in group if name not in ("mm", "mi")]
    made = [
        f"select rid from t order by {key} {how}, rid"
        for key in keys
        for how in ("", "desc", "asc nulls last", "desc nulls first")
    ]
    made += [
        "select rid from t order by {atom}, rid",
        "select rid, {num} from t order by 2 desc, 1",
        "select rid from t order by {atom} desc nulls first, {atom}, rid limit 3",
        "select rid from t order by rid limit 2 offset 1",
        "select i from t where {bool} order by i, rid",
        "select rid from t where {bool} and {bool} order by rid",
    ]
    return made


QUERIES: dict[str, tuple[str, ...]] = {
    "aggregates": tuple(_aggregates()),
    "joins": tuple(_joins()),
    "windows": tuple(_windows()),
    "sets": tuple(_sets()),
    "orders": tuple(_orders()),
}


def ordered(query: str) -> bool:
    """Whether the query says in which order its rows come."""
    return "order by" in query.replace("over (", "").split(" from t ")[-1] and " over (" not in query
