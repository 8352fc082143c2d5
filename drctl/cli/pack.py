"""`drctl pack`: everything that a run leaves, as evidence that nobody can alter unseen."""

from __future__ import annotations

from pathlib import Path

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import output, shared
from drctl.cli.printing import answer, answer_document


@click.command(short_help="Pack a run as signed evidence.")
@click.argument("run", metavar="RUN")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The archive (ZIP) to write."
)
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Sign with this private key of Ed25519 (PEM); drctl key new makes one.",
)
@click.option("--kms", metavar="ARN", help="Sign with this key of AWS KMS, of the spec ECC_NIST_EDWARDS25519.")
@click.option(
    "--environment", metavar="NAME|PATH", help="Whose accounts have the key of --kms  [default: the run's environment]"
)
@click.option("--no-sign", is_flag=True, help="Do not sign: chance is still found out, and a forger is not.")
@click.option("--force", is_flag=True, help="Write over FILE where it is there already.")
@output
@shared
@click.pass_obj
def pack(
    invocation: Invocation,
    run: str,
    out: Path,
    key: Path | None,
    kms: str | None,
    environment: str | None,
    no_sign: bool,
    force: bool,
) -> None:
    """Write one archive of RUN: journal, runbook as run, environment, reports, logs, AWS request ids, and hashes.

    RUN is a run's name, any unique beginning of it, or `latest`. The same run, key and version of drctl give
    the same bytes, wherever it is packed. A run that has not ended can be packed, and the pack says so. Where
    the journal is damaged, nothing is written.

    \b
    Examples:
      drctl key new evidence.key
      drctl pack latest --out drill.zip --key evidence.key
      drctl pack latest --out drill.zip --kms arn:aws:kms:eu-west-1:111111111111:key/ID --environment production
      drctl pack latest --out drill.zip --no-sign
    """
    if [key is not None, kms is not None, no_sign].count(True) != 1:
        raise click.UsageError("say who signs, once: --key FILE, --kms ARN, or --no-sign")
    if environment is not None and kms is None:
        raise click.UsageError("--environment goes with --kms")
    from drctl.bootstrap import PackRequest, pack_run
    from drctl.cli.confirming import mfa_code, passphrase
    from drctl.cli.saving import check_place, save_new

    check_place(out, force=force)
    request = PackRequest(
        run=run,
        state_dir=invocation.state_dir,
        key=key,
        kms_key=kms,
        environment=environment,
        passphrase=passphrase,
        mfa_code=mfa_code(),
    )
    packed = pack_run(request)
    save_new(packed.content, out, force=force)
    signed_by = packed.signed_by.fingerprint if packed.signed_by is not None else None
    if invocation.json:
        answer_document(
            {
                "run": packed.run,
                "pack": str(out),
                "bytes": len(packed.content),
                "sha256": packed.sha256,
                "finished": packed.finished,
                "simulated": packed.simulated,
                "signed_by": signed_by,
            }
        )
        return
    ended = "" if packed.finished else ", which has NOT FINISHED"
    stamp = "SIMULATED " if packed.simulated else ""
    answer(
        f"{stamp}run {packed.run}{ended}\n"
        f"{out}: {len(packed.content)} bytes, SHA-256 {packed.sha256}\n"
        f"{f'signed by key {signed_by}' if signed_by else 'not signed'}"
    )
