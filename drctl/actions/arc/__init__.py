"""Actions on the Application Recovery Controller."""
