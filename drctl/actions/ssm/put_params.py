"""What a parameter is to hold. A runbook is in a repository, so that it names secrets and never holds one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    name: str
    value: str | None = None
    """For a String or a StringList: it is in the runbook, and in the journal."""
    from_secret: str | None = None
    """For a SecureString: the secret of Secrets Manager, in the same Region, whose current value it takes."""
    type: Literal["String", "StringList", "SecureString"] = "String"
    key: str | None = None
    """For a SecureString: its KMS key, as an alias, an id or an ARN. What AWS takes by itself is alias/aws/ssm."""
    label: Annotated[str, Field(pattern=r"^[a-zA-Z_.-][a-zA-Z0-9_.-]{0,99}$")] | None = None
    """Is moved to the version that has the value; for consumers that ask for `name:label`."""

    def __post_init__(self) -> None:
        if self.label is not None and self.label.lower().startswith(("aws", "ssm")):
            raise ValueError("labels that begin with `aws` or `ssm` are AWS's own")
        if self.is_secure and (self.value is not None or self.from_secret is None):
            raise ValueError("a runbook holds no secrets: a SecureString takes its value `from_secret`")
        if not self.is_secure and (self.value is None or self.from_secret is not None or self.key is not None):
            raise ValueError(f"a {self.type} has a `value`; `from_secret` and `key` are for `type: SecureString`")

    @property
    def is_secure(self) -> bool:
        return self.type == "SecureString"
