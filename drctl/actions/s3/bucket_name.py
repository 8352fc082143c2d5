"""What a bucket may be called."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
"""Amazon S3 User Guide, General purpose bucket naming rules."""
