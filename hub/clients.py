"""Where a request comes from."""

from collections.abc import Collection
from typing import Any


def client_address(scope: Any, trusted_proxies: Collection[str]) -> str:
    """The caller's address; behind proxies that the operator trusts, what the nearest of them says.

    X-Forwarded-For is read from its end, past trusted proxies: what stands further left anybody can write.
    """
    client = scope.get("client")
    address = client[0] if client else "unknown"
    if address not in trusted_proxies:
        return str(address)
    forwarded = [
        hop.strip()
        for name, value in scope["headers"]
        if name == b"x-forwarded-for"
        for hop in value.decode("latin-1").split(",")
    ]
    while forwarded:
        address = forwarded.pop()
        if address not in trusted_proxies:
            break
    return str(address)
