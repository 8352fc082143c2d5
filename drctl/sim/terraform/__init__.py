"""Terraform as a drill plays it: its configuration is the estate, its state is the simulated world."""
