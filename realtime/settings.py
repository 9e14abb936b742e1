"""What a node allows and how often it looks. Every number of the live layer, with its unit."""

from msgspec import Struct, field

from realtime.frames import Limits


class Settings(Struct, frozen=True, kw_only=True):
    """The defaults are the promises of docs/live-protocol.md; tests shorten the times."""

    limits: Limits = field(default_factory=Limits)

    connect_s: float = 5.0
    """From the handshake to `connect`."""
    sweep_s: float = 2.0
    """How often each connection is looked at."""
    ping_s: float = 25.0
    pong_s: float = 20.0
    """How long a ping may stay unanswered."""
    connections_per_member: int = 8
    connections: int = 20_000
    publishes: int = 20
    """How often one connection may publish in `publish_window_s`. The host limits more finely."""
    publish_window_s: float = 10.0
    subscribes: int = 128
    subscribe_window_s: float = 10.0
    asides: int = 30
    """How often one connection may `refresh` and `hint` in `aside_window_s`."""
    aside_window_s: float = 10.0
    messages_per_sweep: int = 1_000
    """Whoever sends more than so many messages between two looks is no client of ours."""
    streams: int = 4
    """How many streams one connection may feed."""

    slow_bytes: int = 32 * 1024
    """A connection with more than this unsent is skipped until it has caught up."""
    slow_s: float = 30.0
    """A skipped connection that takes nothing for this long is closed."""

    replay_events: int = 50_000
    """A reader of a log further back than this gets a `reset`."""
    ring_events: int = 512
    ring_bytes: int = 2 * 1024 * 1024
    page_events: int = 500
    gap_s: float = 0.025
    """How long an event that came too early waits for the one before it, before the hole is fetched."""
    digest_s: float = 1.0
    linger_s: float = 10.0
    """How long a channel that nobody watches any more is kept."""

    coalesce_s: float = 0.2
    """A state channel is read at once when it was quiet, and otherwise at most this often."""
    tick_s: float = 0.25
    stale_row_s: float = 15.0
    """A row of a tick channel that nobody moved for this long is forgotten."""
    store_s: float = 0.05
    """How long samples gather before they are stored."""
    pending_samples: int = 100_000
    """Samples that wait for the disk, on the whole node; beyond this an athlete is told to come later."""

    grace_s: float = 12.0
    """How long somebody who left is still present."""
    lease_s: float = 10.0
    """How long a node that stopped answering is believed to be there."""
    recheck_s: float = 1.5
    """How often a node that may not hear the others asks the host whether grants still hold."""
    blind_s: float = 5.0
    """How long a node that reaches neither the others nor the host keeps its connections."""
    request_s: float = 10.0
    """How long the host may take for one request of a client."""
    grants_s: float = 60.0
    """How often every node asks that, whatever it hears: grants also end by the clock."""
    clock_s: float = 5.0
    """How often a node compares its clock with the one that all share."""
    clock_patience_s: float = 1.0
    drain_s: float = 3.0
    """Over how long a leaving node's clients are asked to move, at least."""
    drain_per_s: float = 1_000.0
    """How many of them in a second, at most: so many the other nodes have to take in."""
    elsewhere_s: float = 3.0
    """How long a client has to connect elsewhere, from its moment on, before the leaving node closes."""
