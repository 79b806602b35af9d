"""The optimiser: equivalent, cheaper logical plans."""
