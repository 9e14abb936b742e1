"""What REDIS_URL may say, and what is said when it cannot be understood."""

import pytest

from realtime.redis_address import Address, BadAddress, Kind, Login, Server, Tls, parse


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://", Address(kind=Kind.SINGLE, servers=(Server("localhost", 6379),))),
        (
            "redis://r.example.org/3",
            Address(kind=Kind.SINGLE, servers=(Server("r.example.org", 6379),), db=3),
        ),
        ("redis://[::1]:7000?db=2", Address(kind=Kind.SINGLE, servers=(Server("::1", 7000),), db=2)),
        (
            "redis://:p%40ss%2F@r:1",
            Address(kind=Kind.SINGLE, servers=(Server("r", 1),), login=Login(None, "p@ss/")),
        ),
        (
            "unix:///run/my%20redis.sock",
            Address(kind=Kind.SINGLE, servers=(Server("/run/my redis.sock", 0),)),
        ),
        (
            "redis+sentinel://ann:secret@one,two:5000/main/1?sentinel_password=other",
            Address(
                kind=Kind.SENTINEL,
                servers=(Server("one", 26_379), Server("two", 5000)),
                service="main",
                db=1,
                login=Login("ann", "secret"),
                sentinel_login=Login(None, "other"),
            ),
        ),
        (
            "redis+cluster://one,[::1]:7000",
            Address(kind=Kind.CLUSTER, servers=(Server("one", 6379), Server("::1", 7000))),
        ),
        (
            "rediss+cluster://one?ssl_check_hostname=no",
            Address(kind=Kind.CLUSTER, servers=(Server("one", 6379),), tls=Tls(check_hostname=False)),
        ),
        ("rediss://one", Address(kind=Kind.SINGLE, servers=(Server("one", 6379),), tls=Tls())),
    ],
)
def test_an_address_is_understood(url: str, address: Address):
    assert parse(url) == address


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("localhost:6379", "begins with one of"),
        ("redis+sentinels://a/b", "begins with one of"),
        ("redis://a,b", "redis\\+sentinel:// or redis\\+cluster://"),
        ("redis://a:0", "0 is no port"),
        ("redis://a:65536", "65536 is no port"),
        ("redis://a/first", "'first' is no number"),
        ("redis://a/²", "'²' is no number"),
        ("redis://a?timeout=1", "not known: timeout"),
        ("redis://:pa#ss@a", "written as %23"),
        ("redis://ann@a", "user without a password"),
        ("redis+sentinel://a,b", "name the service"),
        ("redis+cluster://a,,b", "'' is no host"),
        ("redis+cluster://a/1", "database 0 alone"),
        ("unix://run/redis.sock", "whole path"),
        ("redis://[::1", "no host with a port"),
        ("rediss://a?ssl_ca_certs=/nowhere.pem", "certificates for Redis cannot be used"),
    ],
)
def test_an_address_that_makes_no_sense_is_explained(url: str, complaint: str):
    with pytest.raises(BadAddress, match=complaint):
        parse(url)


def test_a_password_is_never_told():
    for url in (
        "redis://:secret@a:b",
        "redis://:secret@a?x=1",
        "redis+sentinel://:secret@a",
        "redis://:secret@a/x",
    ):
        with pytest.raises(BadAddress) as refusal:
            parse(url)
        assert "secret" not in str(refusal.value)
