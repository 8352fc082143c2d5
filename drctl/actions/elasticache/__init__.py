"""ElastiCache: a cache that answers in the recovery Region."""
