"""Environments by their names: files of this folder's `runbooks/environments`, and those that come with drctl."""

from __future__ import annotations

from drctl.bootstrap.texts import files
from drctl.model.environment import Environment


def environment_of(name: str) -> Environment:
    """The environment of that name or path. Raises InputInvalid, with everything that is wrong in it, and NotFound."""
    from drctl.loading.environment import load_environment
    from drctl.loading.problems import refuse
    from drctl.loading.sources import Kind

    source = files(Kind.ENVIRONMENT)(name)
    environment, problems = load_environment(source.text, source.file)
    if environment is None:
        refuse(problems, "drctl schema environment")
    return environment


def environment_names() -> tuple[str, ...]:
    """Every environment that there is a file for, sorted."""
    from drctl.loading.sources import Kind

    return files(Kind.ENVIRONMENT).names()
