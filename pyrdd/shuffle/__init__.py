"""The shuffle: how records cross a stage boundary. Combine, spill, write, fetch, merge."""
