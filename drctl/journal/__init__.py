"""The journal on one machine: SQLite, one file for each run."""
