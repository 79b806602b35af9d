"""Analysis: names, functions and types of a plan are resolved as Spark does it, or refused with its errors."""
