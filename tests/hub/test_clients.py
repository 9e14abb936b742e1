"""An address counts only as far as a trusted proxy vouches for it."""

import pytest

from hub.clients import client_address

GATEWAY, INNER = "10.0.0.1", "10.0.0.2"
TRUSTED = {GATEWAY, INNER}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (GATEWAY, "", GATEWAY),
        (GATEWAY, "198.51.100.1", "198.51.100.1"),
        (GATEWAY, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (GATEWAY, f"6.6.6.6, 198.51.100.1, {INNER}", "198.51.100.1"),
        (GATEWAY, INNER, INNER),
    ],
)
def test_the_nearest_address_that_no_proxy_of_ours_has(peer: str, forwarded: str, address: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert client_address({"client": (peer, 1234), "headers": headers}, TRUSTED) == address


def test_without_a_peer_there_is_no_address() -> None:
    assert client_address({"client": None, "headers": []}, TRUSTED) == "unknown"
