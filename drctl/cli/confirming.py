"""Questions that only the person at this terminal can answer: a device's code, and which account is meant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from drctl.errors import Refused

if TYPE_CHECKING:
    from drctl.model.environment import Environment


def mfa_code() -> Callable[[str], str] | None:
    """Asks for the present code of a device; None where nobody is there to type it."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return lambda serial: str(click.prompt(f"The code that {serial} shows", err=True, type=str)).strip()


def confirming(meant: str | None) -> Callable[[Environment], bool]:
    """Whether it is this environment's account that is meant: `meant` says so, or whoever types its name."""

    def confirmed(environment: Environment) -> bool:
        account = environment.accounts[environment.default_account]
        names = {name for name in (environment.default_account, account.alias, account.id) if name}
        shown = account.alias or environment.default_account
        if meant is not None:
            if meant not in names:
                raise Refused(f"--yes-i-mean {meant} is not the account of {environment.name}, which is {shown}")
            return True
        if not sys.stdin.isatty():
            raise Refused(
                f"this changes account {shown} ({account.id}), and nobody is there to confirm it",
                hint=f"--yes-i-mean {shown}",
            )
        typed = click.prompt(
            f"This changes account {shown} ({account.id}). Type its name to go on",
            err=True,
            default="",
            show_default=False,
        )
        return str(typed).strip() in names

    return confirmed


def passphrase() -> str:
    """What a person types as the passphrase of a key, unseen. Raises Refused where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(
            "the key is encrypted, and there is no terminal to ask for its passphrase",
            hint="sign from a terminal, with a key that is not encrypted, or with one in AWS KMS (--kms)",
        )
    import click

    typed: str = click.prompt("Passphrase of the key", hide_input=True, err=True)
    return typed
