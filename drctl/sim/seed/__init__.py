"""Planting an estate into the simulated AWS, and letting a scenario strike it."""
