"""What a bucket that is made again has to look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.s3.bucket_name import BucketName
from drctl.aws.s3_policy import BucketPolicy

KeyArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+$", max_length=2048)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: BucketName
    versioned: bool = True
    kms_key: KeyArn | None = None
    """The ARN of the key that new objects are encrypted with; without it, S3's own keys."""
    public_access: Literal["blocked", "by policy"] = "blocked"
    """`by policy` is for a bucket that its policy opens to everybody, such as that of a website."""
    ownership: Literal["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"] = "BucketOwnerEnforced"
    policy: Mapping[str, Any] | None = None
    """The whole policy, as IAM writes it. Without it, none is put."""
    replication: Mapping[str, Any] | None = None
    """The whole replication configuration, `Role` and `Rules` with an `ID` each. Without it, none is put."""
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.policy is not None and BucketPolicy(self.policy).too_long:
            raise ValueError("the policy is longer than the 20 KB that S3 takes")
        if self.replication is None:
            return
        if not self.versioned:
            raise ValueError("S3 replicates versioned buckets only")
        rules = self.replication.get("Rules")
        if not self.replication.get("Role") or not rules or not all("ID" in rule for rule in rules):
            raise ValueError("`replication` needs a `Role`, and `Rules` with an `ID` each")
