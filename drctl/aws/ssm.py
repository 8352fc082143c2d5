"""Parameters of SSM Parameter Store as frozen types. They are regional and nothing replicates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent, already
from drctl.aws.tags import tag_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    value: str
    """Of a SecureString, the ciphertext."""
    type: str
    version: int


def find_parameter(ssm: Any, name: str) -> Parameter | None:
    """The parameter of that name, or None where there is none."""
    with absent("ParameterNotFound"):
        raw = ssm.get_parameter(Name=name, WithDecryption=False)["Parameter"]
        return Parameter(name=raw["Name"], value=raw["Value"], type=raw["Type"], version=int(raw["Version"]))
    return None


def create_parameter(ssm: Any, name: str, value: str, kind: str, tags: Mapping[str, str]) -> int:
    """Make a parameter that is not there yet; the answer is its version. AWS refuses where there is one."""
    answer = ssm.put_parameter(Name=name, Value=value, Type=kind, Overwrite=False, Tags=tag_list(tags))
    return int(answer["Version"])


def overwrite_parameter(ssm: Any, name: str, value: str, kind: str) -> int:
    """Give a parameter a new value; the answer is its new version."""
    # AWS takes no tags together with Overwrite (AWS Systems Manager API Reference, PutParameter).
    return int(ssm.put_parameter(Name=name, Value=value, Type=kind, Overwrite=True)["Version"])


def delete_parameter(ssm: Any, name: str) -> None:
    """Afterwards there is no parameter of that name."""
    with already("ParameterNotFound"):
        ssm.delete_parameter(Name=name)


def parameter_arn(region: str, account: str, name: str) -> str:
    """The ARN of a parameter; the leading slash of a path is not doubled in it."""
    return f"arn:aws:ssm:{region}:{account}:parameter/{name.removeprefix('/')}"


def find_labelled(ssm: Any, name: str, label: str) -> int | None:
    """The version of the parameter that has the label; None where none does."""
    with absent("ParameterNotFound", "ParameterVersionNotFound"):
        return int(ssm.get_parameter(Name=f"{name}:{label}", WithDecryption=False)["Parameter"]["Version"])
    return None


def label_version(ssm: Any, name: str, version: int, label: str) -> None:
    """Move the label to that version, from whichever has it."""
    ssm.label_parameter_version(Name=name, ParameterVersion=version, Labels=[label])


def unlabel_version(ssm: Any, name: str, version: int, label: str) -> None:
    """Take the label off that version."""
    ssm.unlabel_parameter_version(Name=name, ParameterVersion=version, Labels=[label])
