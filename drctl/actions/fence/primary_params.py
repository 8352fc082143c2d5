"""Which database is fenced, from whom, and how the proof asks it: the parameters of fence.primary."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.rds import DbInstance
from drctl.model.password import Password
from drctl.ports.postgres import PostgresQuestion, SslMode


def _source(text: str) -> str:
    if "/" in text:
        ipaddress.ip_network(text)
    return text


Text = Annotated[str, Field(min_length=1)]
Source = Annotated[str, Field(min_length=1), AfterValidator(_source)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    """That of the old primary."""
    instance: Text
    applications: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Who is let in no longer: security groups, by name or id, and CIDRs, just as the rules name them."""
    database: Text
    user: Text
    password_secret: Text
    """A secret that holds the password as its text, or under `password` in a JSON object: for the proof."""
    password_region: Region
    """That of the secret. The recovery Region, so that only the old primary's own Region is needed twice."""
    sslmode: SslMode = "verify-full"
    ca_file: str | None = None
    """The certificates that sign RDS's, as a file; those that the machine trusts if left out."""

    def question(self, instance: DbInstance, password: Password) -> PostgresQuestion:
        """What the proof asks: whether a write goes through."""
        return PostgresQuestion(
            host=str(instance.endpoint),
            port=instance.port or 5432,
            database=self.database,
            user=self.user,
            password=password,
            sslmode=self.sslmode,
            ca_file=self.ca_file,
            writable=True,
        )
