"""Physical plans: operators, exchanges, stages."""
