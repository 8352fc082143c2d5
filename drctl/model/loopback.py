"""Whether a host is this machine itself."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, by its address or as `localhost`. A socket's folder is on it too."""
    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        name = host.rstrip(".").lower()
        return name == "localhost" or name.endswith(".localhost") or host.startswith("/")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    # The unspecified address leads here too, where something connects to it.
    return address.is_loopback or address.is_unspecified or (mapped is not None and mapped.is_loopback)
