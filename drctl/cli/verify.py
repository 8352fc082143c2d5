"""`drctl verify`: whether a run's journal, or an evidence pack, is what was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drctl.cli.errors import error_document
from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document
from drctl.errors import DrctlError, NotFound, SignerWrong

if TYPE_CHECKING:
    from drctl.model.packed import PackVerification


def _hash(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9a-f]{64}", value):
        raise click.BadParameter("a hash is 64 hexadecimal digits, as in a report's journal.head_hash")
    return value


@click.command(short_help="Whether a run's journal, or an evidence pack, is whole.")
@click.argument("run", metavar="RUN|PACK")
@click.option(
    "--head",
    metavar="HASH",
    callback=_hash,
    help="A hash that a report of this run gave as journal.head_hash: its event must still be there.",
)
@click.option(
    "--signers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Of a pack: who has which key, a line each: OWNER ssh-ed25519 KEY.",
)
@click.option(
    "--signer",
    metavar="FINGERPRINT|FILE",
    help="Of a pack: this key must have signed it. A fingerprint, or the file of a public key.",
)
@output
@shared
@click.pass_obj
def verify(invocation: Invocation, run: str, head: str | None, signers: Path | None, signer: str | None) -> int:
    """Check the whole journal of RUN, or everything in an evidence PACK.

    RUN is a run's name, any unique beginning of it, or `latest`: the file, the chain of its events, and that they
    tell of a run. PACK is the path of a file that `drctl pack` has written; what is the path of a file is one.
    Nothing is changed. Where something was altered, is missing or cannot be read, the exit code is 2, and the first
    such event, or the entry of the pack, is named with what is whole. With --output json the answer is one document
    in either case.

    Every event's hash covers the event before it. How many there are is recorded in the file, and again in
    journal.witness beside it. Yet who removes the newest events, or makes the whole chain anew, and puts
    both records right as well, leaves a journal that looks whole. Keep the reports: --head finds it out. A signed
    pack that is kept elsewhere does, too.

    A pack needs neither the state folder nor a network. Whose key has signed it is told by name where --signers has
    it. With --signer, a pack that another key or none has signed has exit code 2, too.

    \b
    Examples:
      drctl verify latest
      drctl verify latest --head "$(jq -r .journal.head_hash drill.json)"
      drctl verify dr-sim-20261114-k7qd --output json | jq .whole
      drctl verify ./drill.zip --signers signers
      drctl verify ./drill.zip --signer SHA256:2xq0Yc3vZ6j0vJrF6m5a0gkq0y1b2c3d4e5f6g7h8i9
    """
    if _is_pack(run):
        return _verify_pack(invocation, Path(run), head, signers, signer)
    if signers is not None or signer is not None:
        raise click.UsageError(f"--signers and --signer are for packs, and {run} is no file")
    from drctl.bootstrap import verify_run
    from drctl.report.verification import as_error, verification_document, verification_text

    found = verify_run(run, invocation.state_dir, head)
    error = as_error(found, found.damage) if found.damage is not None else None
    if error is not None and not invocation.json:
        raise error
    if invocation.json:
        answer_document({**verification_document(found), **(error_document(error) if error is not None else {})})
    else:
        answer(verification_text(found))
    return error.exit_code if error is not None else 0


def _is_pack(given: str) -> bool:
    """Whether a pack is meant, and not a run. Raises NotFound where it can only be a path, and nothing is there."""
    try:
        if Path(given).is_file():
            return True
    except (OSError, ValueError):
        return False
    # No run is called so: a run's name ends in letters, and has no slash.
    if "/" in given or given.endswith(".zip"):
        raise NotFound(f"there is no pack {given}", hint="drctl pack RUN --out FILE writes one")
    return False


def _verify_pack(invocation: Invocation, path: Path, head: str | None, signers: Path | None, signer: str | None) -> int:
    from drctl.bootstrap import verify_pack
    from drctl.report.pack_verification import pack_document, pack_text

    found = verify_pack(path, signers, head)
    error = _wrong(path, found, signer)
    if error is not None and not invocation.json:
        raise error
    if invocation.json:
        answer_document({**pack_document(str(path), found), **(error_document(error) if error is not None else {})})
    else:
        answer(pack_text(found))
    return error.exit_code if error is not None else 0


def _wrong(path: Path, found: PackVerification, signer: str | None) -> DrctlError | None:
    """What stops the command: damage first, then the wrong signer; None where there is neither."""
    from drctl.bootstrap import require_signer
    from drctl.report.pack_verification import as_error

    if found.damage:
        return as_error(str(path), found)
    try:
        if signer is not None:
            require_signer(found, signer)
    except SignerWrong as wrong:
        return wrong
    return None
