"""RDS: choose what to recover from, and recover it."""
