"""Spark's types and Python's rows as Arrow tables, and back."""
