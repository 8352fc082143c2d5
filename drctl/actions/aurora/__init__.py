"""Aurora global databases: which Region has the writer."""
