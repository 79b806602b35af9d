"""Where a stream's rows come from. `base` says what a source is, `registry` finds one by its format."""
