"""The engine: advances steps by short ticks, owns time and the journal, and knows the model and the ports only."""
