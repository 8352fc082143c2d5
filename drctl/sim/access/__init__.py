"""IAM as it decides on calls: whether the policies of a role allow what it asks for."""
