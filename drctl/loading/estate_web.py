"""What an estate says of hosts outside of AWS: names that are names, and secrets that are there."""

from __future__ import annotations

import re

from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.estate import Estate

_HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")


def check_web(referee: Referee, estate: Estate) -> None:
    """Every host of `web`."""
    secrets = {name for _, _, place in estate.each_place() for name in place.secrets}
    for name, host in estate.web.items():
        here: Path = ("web", name)
        if not _HOST.fullmatch(name):
            referee.wrong(here, f"expected the name of a host in small letters, got {name!r}", at_key=True)
        referee.refer((*here, "secret"), host.secret, "secret", secrets)
        if host.kind == "webhook" and host.secret in secrets:
            _check_url(referee, estate, here, name, host.secret)
        if host.repositories and host.kind not in ("github", GAP):
            referee.wrong((*here, "repositories"), "only a host of the kind github has repositories", at_key=True)
        for repository in host.repositories:
            if not _REPOSITORY.fullmatch(repository):
                path = (*here, "repositories", repository)
                referee.wrong(path, f"expected owner/name, got {repository!r}", at_key=True)


def _check_url(referee: Referee, estate: Estate, here: Path, name: str, secret: str) -> None:
    for value in estate.secret_values(secret):
        if value != GAP and not value.startswith(f"https://{name}/"):
            referee.wrong((*here, "secret"), f"the value of {secret} is no URL of this host: https://{name}/…")
