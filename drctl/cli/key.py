"""`drctl key`: keys that sign evidence packs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document

if TYPE_CHECKING:
    from drctl.pack.public_key import PublicKey


@click.group(short_help="Keys that sign evidence packs.")
def key() -> None:
    """Make and look at the keys that `drctl pack --key` signs with.

    \b
    Examples:
      drctl key new evidence.key
      drctl key show evidence.key
    """


@key.command(short_help="Make a key.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@output
@shared
@click.pass_obj
def new(invocation: Invocation, file: Path) -> None:
    """Make a private key of Ed25519 in FILE (PEM, PKCS#8), which only you can read, and print its public half.

    FILE is never written over. Keep it where those whose work it signs cannot read it; give the printed line
    to whoever has to know the signer. It is the same key as `openssl genpkey -algorithm ed25519` makes.

    \b
    Examples:
      drctl key new evidence.key
      openssl pkcs8 -topk8 -in evidence.key -out evidence-encrypted.key
    """
    from drctl.bootstrap import new_key

    _tell(invocation, new_key(file))


@key.command(short_help="Print the public half of a key.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@output
@shared
@click.pass_obj
def show(invocation: Invocation, file: Path) -> None:
    """Print the public half of the private key in FILE, and its fingerprint.

    The line that begins with ssh-ed25519 is what a list of signers takes, behind the name of its owner.

    \b
    Examples:
      drctl key show evidence.key
      echo "ops@example.com $(drctl key show evidence.key --output json | jq -r .public_key)" >> signers
    """
    from drctl.bootstrap import public_half
    from drctl.cli.confirming import passphrase

    _tell(invocation, public_half(file, passphrase))


def _tell(invocation: Invocation, public: PublicKey) -> None:
    if invocation.json:
        answer_document({"fingerprint": public.fingerprint, "public_key": public.line, "pem": public.pem})
        return
    answer(f"{public.fingerprint}\n{public.line}\n{public.pem}")
