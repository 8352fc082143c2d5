"""Where a run is driven: in this process, or by a fleet."""
