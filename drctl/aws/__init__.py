"""AWS: the only place that speaks boto3. Its dictionaries and error codes end here."""
