"""What is promised, in seconds, and how the times that were measured are shown."""

from collections import Counter
from collections.abc import Callable, Sequence

from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.guests import Guest
from tests.faults.stalls import Stopwatch

RESUMED_S = 5.0
HEALED_S = 5.0
PRESENCE_S = 20.0
REVOKED_S = 2.0
AWAY_S = 3.0
RELAYED_S = 0.3
NOTICED_S = 2.0
LIVELY_S = 1.0
PUNCTUAL_S = 0.5
WARM_S = 1.5
"""No promise: how long load goes on before and after."""

Measured = Callable[[str, float], None]


async def heals(cluster: Cluster, crowd: Crowd, measured: Measured) -> None:
    """From now on, within what is promised: a line reaches everybody, and every node says that it is well."""
    watch = Stopwatch(cluster.stalls)
    measured("a line reaches everybody after", await crowd.hears(within_s=HEALED_S))
    await cluster.is_well()
    measured("all nodes well after", watch.passed_s)
    assert watch.passed_s < HEALED_S + watch.stalled_s


def herd(guests: Sequence[Guest]) -> int:
    """How many of those who had to go elsewhere came there within the same half second."""
    return max(Counter(int(guest.welcomed_at[-1] * 2) for guest in guests).values())
