"""Approximate answers: estimates with bounds from part of a job, and sketches of distinct counts."""
