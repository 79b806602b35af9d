"""Small files that PySpark 4.3 and Hadoop 3.5 wrote, in base64, with the records they hold."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

Records = list[tuple[Any, Any]]

# By saveAsSequenceFile: what we write is the same, byte for byte, for the same sync mark.
SAVED_BY_SPARK: dict[str, tuple[bytes, Records]] = {
    "ints_and_strings": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZRlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0AAAAAAAApI9V"
            "aJIOcvvKIMZwgvpFhwAAAAYAAAAEAAAAAQFhAAAABwAAAAQAAAACAsOpAAAABQAAAAT////9AA=="
        ),
        [(1, "a"), (2, "é"), (-3, "")],
    ),
    "longs_and_doubles": (
        b64decode(
            "U0VRBiFvcmcuYXBhY2hlLmhhZG9vcC5pby5Mb25nV3JpdGFibGUjb3JnLmFwYWNoZS5oYWRvb3AuaW8uRG91YmxlV3JpdGFi"
            "bGUAAAAAAAB3vuBFddWMxoI5ipDGZUhdAAAAEAAAAAgAAAEAAAAAAD/4AAAAAAAAAAAAEAAAAAj////4AAAAAH/wAAAAAAAA"
        ),
        [(1 << 40, 1.5), (-(1 << 35), float("inf"))],
    ),
    "bools_and_bytes": (
        b64decode(
            "U0VRBiRvcmcuYXBhY2hlLmhhZG9vcC5pby5Cb29sZWFuV3JpdGFibGUib3JnLmFwYWNoZS5oYWRvb3AuaW8uQnl0ZXNXcml0"
            "YWJsZQAAAAAAAMYIBeanmOFsT/rQtJwn9j8AAAAHAAAAAQEAAAACYWIAAAAGAAAAAQAAAAABYw=="
        ),
        [(True, b"ab"), (False, bytearray(b"c"))],
    ),
    "nulls": (
        b64decode(
            "U0VRBiFvcmcuYXBhY2hlLmhhZG9vcC5pby5OdWxsV3JpdGFibGUgb3JnLmFwYWNoZS5oYWRvb3AuaW8uSW50V3JpdGFibGUA"
            "AAAAAABjgBi+G93gZTJ1EWG+NX0IAAAABAAAAAAAAAABAAAABAAAAAAAAAAC"
        ),
        [(None, 1), (None, 2)],
    ),
    "maps": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZSBvcmcuYXBhY2hlLmhhZG9vcC5pby5NYXBXcml0YWJsZQAA"
            "AAAAANocoZuIFMCAzeHYWH8atmgAAABFAAAABAAAAAEBAQAjb3JnLmFwYWNoZS5oYWRvb3AuaW8uRG91YmxlV3JpdGFibGUA"
            "AAACjAFhhQAAAAGFAAAAAgFABAAAAAAAAAAAAAkAAAAEAAAAAgAAAAAAAAAAFgAAAAQAAAADAAAAAAGMAW6HAAAAAAGMAXiJ"
        ),
        [(1, {"a": 1, 2: 2.5}), (2, {}), (3, {"n": {"x": None}})],
    ),
    "deflated_blocks": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZRlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0AQEqb3JnLmFw"
            "YWNoZS5oYWRvb3AuaW8uY29tcHJlc3MuRGVmYXVsdENvZGVjAAAAAH+4hROmAQy42A4/rbrpzez/////f7iFE6YBDLjYDj+t"
            "uunN7BQLeJxjYcEEAANcAFEueJwdwwkSgBAAAECpiKLr/3+1Y2c2hGkxurq5m8weFqunl83u7ePr5z8AEt4Avw54nGNmhgEW"
            "OAAAAsEARzF4nA3DiQnAMBAEMZg05PPvxqb+rEDYsLDjwIkLNx68+D6rZWXPkTNX7jx58/0iwg9v"
        ),
        [(i, f"v{i}") for i in range(20)],
    ),
}

# By saveAsSequenceFile with codecs whose bytes depend on the encoder, and by Hadoop's own writer.
READABLE: dict[str, tuple[bytes, Records]] = {
    "gzipped_blocks": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZRlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0AQEnb3JnLmFw"
            "YWNoZS5oYWRvb3AuaW8uY29tcHJlc3MuR3ppcENvZGVjAAAAAGCRGGRlwJ2DSyysh8+NJ8r/////YJEYZGXAnYNLLKyHz40n"
            "yhQXH4sIAAAAAAAAAGNhwQQAtAgORRQAAAA6H4sIAAAAAAAAAB3DCRKAEAAAQKmIouv/f7VjZzaEaTG6urmbzB4Wq6eXze7t"
            "4+vnPwAIyPokUAAAABofiwgAAAAAAAAAY2aGARY4AAC49C0MFAAAAD0fiwgAAAAAAAAADcOJCcAwEAQxmDTk8+/Gpv6sQNiw"
            "sOPAiQs3Hrz4PqtlZc+RM1fuPHnz/S8ajphGAAAA"
        ),
        [(i, f"v{i}") for i in range(20)],
    ),
    "bzipped_blocks": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZRlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0AQEob3JnLmFw"
            "YWNoZS5oYWRvb3AuaW8uY29tcHJlc3MuQlppcDJDb2RlYwAAAAAfn5a9V+WayMrxG1eF1MJz/////x+flr1X5ZrIyvEbV4XU"
            "wnMUKEJaaDkxQVkmU1lhEFksAAAAYAAEAEAAIAAwgEFBi7kinChIMIgslgBBQlpoOTFBWSZTWUzgsWYAAABgAH//+AAgACGU"
            "aAGjRoUwmmgNMR4okp0ra+M6XfG752BIDQJA+LuSKcKEgmcFizAoQlpoOTFBWSZTWVBFlWUAAABAAA0AIAAwzAkyTmC4u5Ip"
            "woSCgiyrKEVCWmg5MUFZJlNZNXX6VgAAAEiAGAB/4AEAIABQgGgAaeqJo36ppLz5r37by1VVXuwKqAAAAELnZUJJ+LuSKcKE"
            "gauv0rA="
        ),
        [(i, f"v{i}") for i in range(20)],
    ),
    "gzipped_records": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZRlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0AQAnb3JnLmFw"
            "YWNoZS5oYWRvb3AuaW8uY29tcHJlc3MuR3ppcENvZGVjAAAAAOlTjwx4msxCBYy3nYbIBJgAAAAbAAAABAAAAAAfiwgAAAAA"
            "AAAAYyozAACg43mjAwAAAAAAABsAAAAEAAAAAR+LCAAAAAAAAABjKjMEADbTftQDAAAAAAAAGwAAAAQAAAACH4sIAAAAAAAA"
            "AGMqMwIAjIJ3TQMAAAAAAAAbAAAABAAAAAMfiwgAAAAAAAAAYyozBgAasnA6AwAAAA=="
        ),
        [(i, f"v{i}") for i in range(4)],
    ),
    "deflated_records": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZRlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0AQAqb3JnLmFw"
            "YWNoZS5oYWRvb3AuaW8uY29tcHJlc3MuRGVmYXVsdENvZGVjAAAAAHQPa7E9DgG6HYHCMWblgNgAAAAPAAAABAAAAAB4nGMq"
            "MwAAASUAqQAAAA8AAAAEAAAAAXicYyozBAABJgCqAAAADwAAAAQAAAACeJxjKjMCAAEnAKsAAAAPAAAABAAAAAN4nGMqMwYA"
            "ASgArA=="
        ),
        [(i, f"v{i}") for i in range(4)],
    ),
    "floats_and_shorts": (
        b64decode(
            "U0VRBiJvcmcuYXBhY2hlLmhhZG9vcC5pby5GbG9hdFdyaXRhYmxlIm9yZy5hcGFjaGUuaGFkb29wLmlvLlNob3J0V3JpdGFi"
            "bGUAAAAAAAD9vWt0b0Of0UcDGwuusIfsAAAABgAAAAQ/wAAA//0AAAAGAAAABD3MzM0ABw=="
        ),
        [(1.5, -3), (0.10000000149011612, 7)],
    ),
    "variable_lengths": (
        b64decode(
            "U0VRBiFvcmcuYXBhY2hlLmhhZG9vcC5pby5WSW50V3JpdGFibGUib3JnLmFwYWNoZS5oYWRvb3AuaW8uVkxvbmdXcml0YWJs"
            "ZQAAAAAAAMxT6/6KGDEAaH00N8WWJFAAAAACAAAAAQEBAAAAAgAAAAGQfwAAAAQAAAACj4CHgAAAAAoAAAADjgEsigEAAAAA"
            "AAAAAAwAAAAEhQERb4ED////////AAAADgAAAAWEf////4h//////////w=="
        ),
        [
            (1, 1),
            (-112, 127),
            (128, -129),
            (300, 1 << 40),
            (-70000, -(1 << 50)),
            (-(1 << 31), (1 << 63) - 1),
        ],
    ),
    "sorted_map": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZSZvcmcuYXBhY2hlLmhhZG9vcC5pby5Tb3J0ZWRNYXBXcml0"
            "YWJsZQAAAAAAAP+gugDlR6cTB1H9KDh/JsQAAABDAAAABAAAAAEBAQAjb3JnLmFwYWNoZS5oYWRvb3AuaW8uRG91YmxlV3Jp"
            "dGFibGUAAAACjAFhAT/wAAAAAAAAjAFihQAAAAI="
        ),
        [(1, {"a": 1.0, "b": 2})],
    ),
    "map_of_odd_classes": (
        b64decode(
            "U0VRBiBvcmcuYXBhY2hlLmhhZG9vcC5pby5JbnRXcml0YWJsZSBvcmcuYXBhY2hlLmhhZG9vcC5pby5NYXBXcml0YWJsZQAA"
            "AAAAAH7eMSGGL3fAobQ3OfiSRrkAAAAzAAAABAAAAAEBAQAib3JnLmFwYWNoZS5oYWRvb3AuaW8uU2hvcnRXcml0YWJsZQAA"
            "AAGOBQEAAw=="
        ),
        [(1, {5: 3})],
    ),
}

# sc.parallelize(range(25), 1).saveAsPickleFile(path, 3)
PICKLE_FILE = b64decode(
    "U0VRBiFvcmcuYXBhY2hlLmhhZG9vcC5pby5OdWxsV3JpdGFibGUib3JnLmFwYWNoZS5oYWRvb3AuaW8uQnl0ZXNXcml0YWJs"
    "ZQAAAAAAAKv1FH8mH2XHE8IWT/cSGmEAAAFIAAAAAAAAAUSs7QAFdXIAA1tbQkv9GRVnZ9s3AgAAeHAAAAAJdXIAAltCrPMX"
    "+AYIVOACAAB4cAAAABaABZULAAAAAAAAAF2UKEsASwFLAmUudXEAfgACAAAAFoAFlQsAAAAAAAAAXZQoSwNLBEsFZS51cQB+"
    "AAIAAAAWgAWVCwAAAAAAAABdlChLBksHSwhlLnVxAH4AAgAAABaABZULAAAAAAAAAF2UKEsJSwpLC2UudXEAfgACAAAAFoAF"
    "lQsAAAAAAAAAXZQoSwxLDUsOZS51cQB+AAIAAAAWgAWVCwAAAAAAAABdlChLD0sQSxFlLnVxAH4AAgAAABaABZULAAAAAAAA"
    "AF2UKEsSSxNLFGUudXEAfgACAAAAFoAFlQsAAAAAAAAAXZQoSxVLFksXZS51cQB+AAIAAAARgAWVBgAAAAAAAABdlEsYYS4="
)

# Malformed UTF-8 lines and what textFile makes of them.
MALFORMED = [
    ("f0fe", "efbfbdefbfbd"),
    ("e2eda0a0bfac", "efbfbdefbfbdefbfbdefbfbd"),
    ("f4eda0e0bbbb", "efbfbdefbfbde0bbbb"),
    ("8ff0", "efbfbdefbfbd"),
    ("b0bfbbeda0f4", "efbfbdefbfbdefbfbdefbfbdefbfbd"),
    ("c0eda0bfedff", "efbfbdefbfbdefbfbdefbfbd"),
    ("8ff0bbfeac", "efbfbdefbfbdefbfbdefbfbd"),
    ("f5eda0", "efbfbdefbfbd"),
    ("bb9feda0", "efbfbdefbfbdefbfbd"),
    ("a0f0acb0ff8f", "efbfbdefbfbdefbfbdefbfbd"),
    ("90bff4aceda0", "efbfbdefbfbdefbfbdefbfbdefbfbd"),
    ("bfeda0a0ed9f", "efbfbdefbfbdefbfbd"),
    ("8feda0e0bf", "efbfbdefbfbdefbfbd"),
    ("eda082f5", "efbfbdefbfbd"),
    ("a08fe0eda0", "efbfbdefbfbdefbfbdefbfbd"),
    ("f0c0ac8fed80", "efbfbdefbfbdefbfbdefbfbdefbfbd"),
    ("9ffec2f4eda0", "efbfbdefbfbdefbfbdefbfbdefbfbd"),
    ("c2f4efbbeda0", "efbfbdefbfbdefbfbdefbfbd"),
    ("acffa082eda0", "efbfbdefbfbdefbfbdefbfbdefbfbd"),
    ("b0eda0ef", "efbfbdefbfbdefbfbd"),
    ("bfffe2e2eda0", "efbfbdefbfbdefbfbdefbfbdefbfbd"),
    ("f0ff908faca0", "efbfbdefbfbdefbfbdefbfbdefbfbdefbfbd"),
]

# sc.textFile(path, n).glom() of b"a\rb\r\nc\n\rd\n\nlast"
MIXED_LINE_ENDS = b"a\rb\r\nc\n\rd\n\nlast"
MIXED_LINES_BY_SPLITS = {
    1: [["a", "b", "c", "", "d", "", "last"]],
    2: [["a", "b", "c", ""], ["d", "", "last"], []],
    3: [["a", "b", "c"], ["", "d", ""], ["last"]],
    5: [["a", "b"], ["c"], ["", "d"], ["", "last"], []],
}
