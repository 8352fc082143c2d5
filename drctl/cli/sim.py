"""`drctl sim`: the simulated AWS by itself."""

from __future__ import annotations

import click

from drctl.cli.invocation import Invocation
from drctl.cli.options import shared
from drctl.cli.printing import answer, tell


@click.group(invoke_without_command=True)
@click.pass_context
def sim(ctx: click.Context) -> None:
    """The simulated AWS by itself."""
    if ctx.invoked_subcommand is None:
        answer(ctx.get_help())


@sim.command()
@click.option("--estate", default="amply", show_default=True, metavar="NAME|none|PATH", help="What it is filled with.")
@click.option("--scenario", metavar="NAME|PATH", help="What breaks, from the start.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port on 127.0.0.1  [default: any free one]")
@click.option(
    "--speed",
    type=click.Choice(["instant", "60", "1"]),
    default="1",
    show_default=True,
    help="How fast its time runs: jumping, 60 times as fast, as in life.",
)
@shared
@click.pass_obj
def serve(invocation: Invocation, estate: str, scenario: str | None, port: int, speed: str) -> None:
    """Serve a simulated AWS on loopback until Ctrl-C, for the AWS command line or your own tools.

    The first line on stdout is its address.

    \b
    Examples:
      drctl sim serve --port 5000
      AWS_ENDPOINT_URL=http://127.0.0.1:5000 aws rds describe-db-instances --region eu-central-1
    """
    from drctl.bootstrap import serve_simulation
    from drctl.cli.logging import start_logging

    start_logging(invocation)
    try:
        serve_simulation(estate, scenario, port, speed, _announce)
    except KeyboardInterrupt:
        # The usual way to end a server, and no failure.
        tell("the simulated AWS has ended")


def _announce(address: str) -> None:
    answer(address)
    tell(f"SIMULATED AWS is ready. Use it with AWS_ENDPOINT_URL={address} and any access key; Ctrl-C ends it")
