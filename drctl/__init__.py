"""drctl: disaster recovery on AWS, rehearsed, driven and measured."""

__version__ = "0.1.0"
