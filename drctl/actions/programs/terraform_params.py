"""What `terraform.plan` and `terraform.apply` take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.actions.programs.command_params import Limit, Word

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")]
VarFile = Annotated[str, Field(pattern=r"^[^-].*\.tfvars(\.json)?$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One root module, and how it is called."""

    region: Region
    """Where everything of it is: a plan that names another Region is refused."""
    folder: str
    """The root module: within the folder that the run was started in, or an absolute path."""
    binary: Literal["terraform", "tofu"] = "terraform"
    variables: Mapping[Variable, Word] = field(default_factory=dict)
    """Given as `TF_VAR_…`, and recorded: nothing secret."""
    var_files: tuple[VarFile, ...] = ()
    lock_timeout: Duration = timedelta(minutes=5)
    """How long the lock of the state is waited for."""
    limit: Limit = timedelta(minutes=60)
    """The longest that any one call of the program may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanParams(Configuration):
    __pydantic_config__ = CLOSED

    backend: Mapping[Variable, Word] = field(default_factory=dict)
    """Settings of the backend (`-backend-config`). The state must not be kept in the Region that may be lost."""
    plugin_dir: str | None = None
    """A folder with the providers, so that nothing is downloaded; an absolute path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyParams(Configuration):
    __pydantic_config__ = CLOSED

    plan: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """The plan of a `terraform.plan` of the same run: its output `plan`."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Of the plan as it was approved: its output `sha256`. Any other plan is refused."""
    allow_destroy: bool = False
    """Whether anything may be destroyed. What holds data, and keys, zones and secrets, never may."""
