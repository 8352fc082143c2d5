"""What drctl knows, as frozen values: no clock, no file, no network."""
