"""Programs of the user's own as steps: any command, and Terraform."""
