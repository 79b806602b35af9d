"""Small tables, and queries over them that every master must answer alike."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

NAN = float("nan")

TABLES: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "customer": (
        "c_id int, c_name string, c_nation int, c_balance decimal(10,2)",
        [
            (1, "ann", 1, Decimal("10.50")), (2, "bob", 2, Decimal("-3.25")), (3, "cid", 1, Decimal("0.00")),
            (4, "dee", None, Decimal("99.99")), (5, "eve", 3, None), (6, "fay", 9, Decimal("5.00")),
        ],
    ),
    "nation": (
        "n_id int, n_name string, n_region int",
        [(1, "chile", 1), (2, "peru", 1), (3, "japan", 2), (4, "korea", 2), (None, "nowhere", None)],
    ),
    "orders": (
        "o_id bigint, o_customer int, o_date date, o_status string",
        [
            (100, 1, datetime.date(2024, 1, 5), "F"), (101, 1, datetime.date(2024, 2, 5), "O"),
            (102, 2, datetime.date(2024, 1, 7), "F"), (103, 3, datetime.date(2023, 12, 31), "O"),
            (104, 3, datetime.date(2024, 3, 1), None), (105, None, datetime.date(2024, 3, 2), "P"),
            (106, 7, datetime.date(2024, 3, 3), "F"),
        ],
    ),
    "item": (
        "i_order bigint, i_line int, i_part string, i_price decimal(8,2), i_amount int, i_tax double",
        [
            (100, 1, "nut", Decimal("1.10"), 10, 0.5), (100, 2, "bolt", Decimal("2.20"), 4, 0.25),
            (101, 1, "nut", Decimal("1.15"), 7, NAN), (102, 1, "gear", Decimal("30.00"), 1, -0.0),
            (102, 2, "nut", Decimal("1.05"), 3, 0.0), (103, 1, "bolt", None, 2, None),
            (104, 1, "cog", Decimal("8.40"), None, NAN), (106, 1, None, Decimal("3.00"), 1, 0.5),
        ],
    ),
    "floats": (
        "f double, g float, tag string",
        [(0.0, 0.0, "a"), (-0.0, -0.0, "b"), (NAN, NAN, "c"), (-NAN, -NAN, "d"), (1.5, 1.5, "e"), (None, None, "f")],
    ),
    "nested": (
        "s struct<a:int,b:double>, l array<int>, d decimal(12,3), n int",
        [
            ((1, 0.0), [1, 2], Decimal("1.000"), 1), ((1, -0.0), [1, 2], Decimal("1.000"), 2),
            ((None, NAN), [], Decimal("2.500"), 3), (None, None, None, 4), ((None, NAN), [None], None, 5),
        ],
    ),
    "empty": ("e_id int, e_text string", []),
    "nulls": ("k int, v int", [(None, 1), (None, 2), (None, None)]),
}  # fmt: skip

QUERIES: dict[str, str] = {
    "filter": "select * from orders where o_status = 'F' and o_id > 100",
    "projection": "select c_id + 1 as x, upper(c_name) as y from customer where c_balance > 0",
    "equi join": "select c_name, o_id from customer join orders on c_id = o_customer",
    "comma join": (
        "select n_name, sum(i_price * i_amount) as total from item, nation, orders, customer where c_id = o_customer "
        "and o_id = i_order and n_id = c_nation and o_date >= date'2024-01-01' group by n_name"
    ),
    "left join": "select c_name, o_id from customer left join orders on c_id = o_customer and o_status = 'F'",
    "left join filtered above": (
        "select c_name, o_id from customer left join orders on c_id = o_customer where o_status is null and c_id < 5"
    ),
    "right join": "select c_name, o_id from customer right join orders on c_id = o_customer",
    "full join": (
        "select c_name, o_id from customer full join orders on c_id = o_customer where c_id is null or o_id > 100"
    ),
    "full join of nulls": "select c_id, k, v from customer full join nulls on c_id = k",
    "semi join": "select c_name from customer left semi join orders on c_id = o_customer and o_id > 101",
    "anti join": "select c_name from customer left anti join orders on c_id = o_customer",
    "cross join": "select c_id, n_id from customer cross join nation where c_id < 3",
    "inequality join": (
        "select a.o_id, b.o_id as later from orders a join orders b on a.o_date < b.o_date and b.o_id > 103"
    ),
    "inequality full join": "select c_id, n_id from customer full join nation on c_id > n_id + 2",
    "null safe join": "select c_name, n_name from customer join nation on c_nation <=> n_id",
    "self join": "select a.c_name, b.c_name as other from customer a join customer b on a.c_nation = b.c_nation",
    "hinted join": "select /*+ broadcast(nation) */ c_name, n_name from customer left join nation on c_nation = n_id",
    "join with empty": "select c_id, e_text from customer left join empty on c_id = e_id",
    "using": "select * from (select o_id as i_order, o_status from orders) join item using (i_order)",
    "lateral join": (
        "select c_name, m from customer, lateral (select max(o_id) as m from orders where o_customer = c_id)"
    ),
    "group by": "select i_part, count(*) as n, sum(i_amount) as s, avg(i_price) as a from item group by i_part",
    "having": "select o_customer, count(*) as n from orders group by o_customer having count(*) > 1 and o_customer > 0",
    "distinct aggregate": "select count(distinct i_part) as p, sum(distinct i_amount) as s, count(*) as n from item",
    "aggregate of nothing": "select count(*) as n, sum(e_id) as s from empty",
    "grouped aggregate of nothing": "select e_text, count(*) as n from empty group by e_text",
    "group by expression": "select year(o_date) as y, count(*) as n from orders group by year(o_date)",
    "rollup": "select n_region, n_name, count(*) as n from nation group by rollup(n_region, n_name)",
    "cube": "select o_status, o_customer, count(*) as n from orders group by cube(o_status, o_customer)",
    "group by floats": "select f, count(*) as n from floats group by f",
    "join by floats": "select a.tag, b.tag as other from floats a join floats b on a.f = b.f",
    "join by floats of two widths": "select a.tag, b.tag as other from floats a join floats b on a.f = b.g",
    "distinct floats": "select count(*) as n from (select distinct g from floats)",
    "group by struct": "select s, count(*) as n from nested group by s",
    "join by struct": "select a.n, b.n as m from nested a join nested b on a.s = b.s",
    "group by array": "select l, sum(n) as t from nested group by l",
    "join by decimal": "select a.n, b.n as m from nested a join nested b on a.d = b.d",
    "join by decimals of two scales": "select n, i_line from nested join item on d = i_line",
    "group by nulls": "select k, count(*) as n, count(v) as m from nulls group by k",
    "union all": "select c_id as x from customer union all select n_id from nation",
    "union": "select c_nation as x from customer union select n_region from nation",
    "filtered union": (
        "select * from (select c_id as x, c_name as y from customer union all select n_id, n_name from "
        "nation) where x > 2"
    ),
    "intersect": "select c_nation as x from customer intersect select n_id from nation",
    "except": "select c_nation as x from customer except select n_id from nation",
    "intersect all": "select i_part as x from item intersect all select i_part from item where i_amount > 3",
    "except all": "select i_part as x from item except all select i_part from item where i_amount > 3",
    "sort": "select o_id, o_status from orders order by o_status desc nulls last, o_id",
    "sort and limit": "select i_part, i_price from item order by i_price desc limit 3",
    "limit and offset": "select o_id from orders order by o_id limit 2 offset 3",
    "limit of aggregate": (
        "select o_customer, count(*) as n from orders group by o_customer order by n desc, o_customer limit 2"
    ),
    "scalar subquery": "select i_order, i_line from item where i_price > (select avg(i_price) from item)",
    "correlated scalar subquery": (
        "select i_order, i_part from item a where i_price >= (select max(i_price) from item b where "
        "b.i_part = a.i_part)"
    ),
    "correlated scalar subquery with a join": (
        "select c_name, (select count(*) from orders, item where o_id = i_order and o_customer = c_id) "
        "as n from customer"
    ),
    "in subquery": "select c_name from customer where c_id in (select o_customer from orders where o_status = 'F')",
    "not in subquery": "select c_name from customer where c_nation not in (select n_id from nation where n_region = 1)",
    "not in with nulls": "select c_name from customer where c_id not in (select o_customer from orders)",
    "exists": "select c_name from customer where exists (select 1 from orders where o_customer = c_id and o_id > 101)",
    "not exists": "select c_name from customer where not exists (select 1 from orders where o_customer = c_id)",
    "nested subqueries": (
        "select n_name from nation where n_id in (select c_nation from customer where exists "
        "(select 1 from orders where o_customer = c_id and o_id in (select i_order from item where i_part = 'nut')))"
    ),
    "window": "select o_id, row_number() over (partition by o_customer order by o_date) as r from orders",
    "windows of two partitions": (
        "select i_order, i_line, sum(i_amount) over (partition by i_order) as a, rank() over (order by "
        "i_price) as b from item"
    ),
    "filtered window": (
        "select * from (select o_customer, o_id, count(*) over (partition by o_customer) as n from orders) "
        "where n > 1 and o_customer < 3"
    ),
    "window over an aggregate": (
        "select i_part, s, sum(s) over (order by i_part) as t from (select i_part, sum(i_amount) as s "
        "from item group by i_part)"
    ),
    "window by floats": "select tag, count(*) over (partition by f) as n from floats",
    "explode": "select n, x from nested lateral view explode(l) as x where n < 5",
    "common table expression twice": (
        "with t as (select o_customer as c, count(*) as n from orders group by o_customer) "
        "select a.c, b.n from t a join t b on a.c = b.c where a.n > 1"
    ),
    "recursive": (
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select c_name, n "
        "from t join customer on n = c_id"
    ),
    "case and in": "select o_id, case when o_status in ('F', 'O') then 1 else 0 end as k from orders",
    "values": "select * from values (1, 'a'), (2, 'b') as t(x, y) where x > 1",
    "range": "select id % 3 as m, count(*) as n from range(100) where id > 10 group by id % 3",
    "pricing summary": (
        "select o_status, sum(i_amount) as q, sum(i_price * (1 - 0.1)) as d, count(*) as n from orders join item "
        "on o_id = i_order where o_date <= date'2024-12-01' group by o_status order by o_status"
    ),
}

ORDERED = frozenset(name for name, text in QUERIES.items() if " order by " in text.rpartition(")")[2])
