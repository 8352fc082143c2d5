"""The smallest IAM policies with which a runbook can be run: pure, from a plan and the accounts it is for."""
