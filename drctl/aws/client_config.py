"""How clients behave: how long they wait, how often they try, and what of the surroundings they ignore."""

from __future__ import annotations

from typing import Any

from drctl.aws.worlds import World

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30
FLIP_READ_TIMEOUT_S = 60
"""A flip's answer is worth waiting for: without it nobody knows whether it happened."""
ATTEMPTS = 5
"""How often the SDK sends a call before the engine hears that it failed."""
SIGNED_IN_US_EAST_1 = frozenset({"route53", "iam", "cloudfront", "organizations", "account", "budgets"})
"""Services with one control plane for all Regions. At AWS's endpoints botocore knows; at a named one it would not."""


def signing_region(service: str, region: str, world: World) -> str:
    """The Region that calls of `service` are signed for in this world, the same as at AWS."""
    return "us-east-1" if world.endpoint_url is not None and service in SIGNED_IN_US_EAST_1 else region


def client_config(run: str, world: World, *, flip: bool) -> Any:
    """botocore's Config. With `flip` a call is sent once: the SDK's own retry would flip back what had worked."""
    from botocore.config import Config

    # The SDK waits between two attempts by the clock on the wall, which stands still in a simulated world: there
    # the engine tries again, and its waits pass as they would in life.
    once = flip or world.simulated
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1 if once else ATTEMPTS},
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=FLIP_READ_TIMEOUT_S if flip else READ_TIMEOUT_S,
        tcp_keepalive=True,
        user_agent_extra=f"drctl/{run}",
        # An endpoint comes from the environment file or from AWS, never from a variable somebody once exported.
        ignore_configured_endpoint_urls=True,
    )
    if world.endpoint_url is not None:
        config = config.merge(Config(s3={"addressing_style": "path"}, inject_host_prefix=False))
    if world.simulated:
        # The SDK puts the name of the caller together anew for every call, which is a tenth of what a call costs.
        config = config.merge(Config(user_agent="drctl"))
    if world.local:
        # A proxy of the company would otherwise be asked for 127.0.0.1; FIPS has no endpoint there.
        config = config.merge(Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False))
    return config
