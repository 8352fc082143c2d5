"""What a bucket may be called, and how a role is named."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
"""Amazon S3 User Guide, General purpose bucket naming rules."""
RoleArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$", max_length=2048)]
"""IAM User Guide, IAM identifiers."""
