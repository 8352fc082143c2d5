"""What the engine and the actions ask of the outside, as protocols. One fake for each is in `tests/fakes`."""
