"""The bus over TLS: encrypted, and only with a server that can prove to be the one that is meant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from realtime.bus import EVERYONE, Revoked
from realtime.bus_redis import RedisBus
from tests.realtime.conftest import eventually
from tests.realtime.test_bus import NOON, Ear
from tests.support.places import temporary_data
from tests.support.redis_tls import Authority, TlsRedis


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with temporary_data() as folder:
        yield folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[TlsRedis]:
    server = TlsRedis(folder / "redis", Authority(folder, "ours"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


async def test_nodes_hear_each_other_and_share_a_ledger_over_tls(server: TlsRedis) -> None:
    speaker, hearer, ear = RedisBus(server.url), RedisBus(server.url), Ear()
    await speaker.start("a", Ear())
    await hearer.start("b", ear)
    await eventually(lambda: speaker.healthy and hearer.healthy)

    speaker.say(EVERYONE, Revoked(grants=["x"]))
    await ear.until(lambda e: e.messages == [("a", Revoked(grants=["x"]))])
    await speaker.ledger.enter("a", {"chat:1": ["ann"]}, at_ms=NOON)
    assert (await hearer.ledger.read("chat:1"))[2] == {"ann": NOON}

    await speaker.stop()
    await hearer.stop()


@pytest.mark.parametrize("wrong", ["authority", "name"])
async def test_who_cannot_be_trusted_is_refused_and_the_log_says_so(
    server: TlsRedis, folder: Path, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    if wrong == "authority":
        url, host = server.url_trusting(Authority(folder, "strange")), "127.0.0.1"
    else:
        url, host = server.url.replace("127.0.0.1", "localhost"), "localhost"
    complaint = f"the certificate of {host}:{server.port} is not trusted: "
    bus = RedisBus(url)
    await bus.start("a", Ear())

    def whys() -> list[str]:
        return [vars(record).get("error", "") for record in caplog.records]

    await eventually(lambda: sum(why.startswith(complaint) for why in whys()) >= 2)
    assert not bus.healthy, "however often it tries"
    with pytest.raises(OSError, match="the ledger is away"):
        await bus.ledger.read("chat:1")
    await bus.stop()
