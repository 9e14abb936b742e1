"""What a node counts. Every label has a handful of values; none of them comes from a client."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The metrics of one node, in a registry of the host's or in one of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.registry = registry
        self.connections = Gauge("pulse_live_connections", "Open live connections.", registry=registry)
        self.subscriptions = Gauge(
            "pulse_live_subscriptions", "Subscriptions of open connections.", ["kind"], registry=registry
        )
        self.feeds = Gauge("pulse_live_channels", "Channels that this node serves.", registry=registry)
        self.choked = Gauge("pulse_live_choked", "Connections that are skipped, because they do not read.",
                            registry=registry)  # fmt: skip
        self.deliveries = Counter(
            "pulse_live_deliveries", "Messages written to subscribers.", ["kind"], registry=registry
        )
        self.joined = Counter(
            "pulse_live_joined_events",
            "Events that shared a message with one before them.",
            registry=registry,
        )
        self.replayed = Counter(
            "pulse_live_replayed", "Messages of missed events, each to one who came back.", registry=registry
        )
        self.conflated = Counter(
            "pulse_live_conflated",
            "Diffs and snapshots that stood for all that one who was behind had missed.",
            registry=registry,
        )
        self.skipped = Counter(
            "pulse_live_skipped_ticks", "Ticks that somebody did not get, because they do not read.",
            registry=registry,
        )  # fmt: skip
        self.delivery = Histogram(
            "pulse_live_delivery_seconds",
            "From an event's commit, on any node, until it is written to all who listen on this one.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
            registry=registry,
        )
        self.present = Gauge(
            "pulse_live_present", "Members present through this node, once a channel.", registry=registry
        )
        self.acknowledged = Counter(
            "pulse_live_acknowledged", "Acknowledgements of samples that were sent.", registry=registry
        )
        self.closes = Counter(
            "pulse_live_closes", "Connections that this node ended.", ["code"], registry=registry
        )
        self.gaps = Counter(
            "pulse_live_gaps_repaired", "Holes in a log that were fetched.", registry=registry
        )
        self.resumptions = Counter(
            "pulse_live_resumptions", "How subscriptions began.", ["outcome"], registry=registry
        )
        self.samples = Counter("pulse_live_samples", "Samples that became durable.", registry=registry)
        self.pending = Gauge(
            "pulse_live_pending_samples", "Samples that wait for the disk.", registry=registry
        )
        self.resyncs = Counter(
            "pulse_live_resyncs", "How often this node was deaf and started over.", registry=registry
        )
        self.bus_dropped = Gauge(
            "pulse_live_bus_dropped", "Messages to other nodes that were given up so far.", registry=registry
        )
        self.bus_heard = Gauge(
            "pulse_live_bus_heard_seconds", "How long ago this node has heard itself.", registry=registry
        )
        self.healthy = Gauge("pulse_live_bus_healthy", "1 where this node hears the bus.", registry=registry)
        self._delivered: dict[str, Counter] = {}

    def delivered(self, kind: str, count: int) -> None:
        counter = self._delivered.get(kind)
        if counter is None:
            counter = self._delivered[kind] = self.deliveries.labels(kind)
        counter.inc(count)
