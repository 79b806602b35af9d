"""Code generation: the operators of a stage as one DuckDB query."""
