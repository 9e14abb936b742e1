"""Clubs and challenges of the demo community."""

from msgspec import Struct, field

from domain.challenges.model import Kind, Metric, Terms, Zone
from domain.workouts.model import Sport
from hub.demo.people import Style


class Circle(Struct, frozen=True):
    """A club, and what its people mostly do."""

    slug: str
    name: str
    description: str
    founder: str
    styles: frozenset[Style]


class Contest(Struct, frozen=True):
    """A challenge, its days counted from today."""

    title: str
    description: str
    metric: Metric
    sports: tuple[Sport, ...]
    goal: float | None
    starts_in_days: int
    ends_in_days: int
    creator: str
    styles: frozenset[Style]
    kind: Kind = Kind.MOST
    terms: Terms = field(default_factory=Terms)


CLUBS = (
    Circle(
        "early-birds",
        "Early Birds",
        "Out before the city is. Any pace, any weather, somebody always has coffee.",
        "chiyo_n",
        frozenset({Style.RUN, Style.WALK}),
    ),
    Circle(
        "iron-circle",
        "Iron Circle",
        "Barbells, patience and honest depth. Form checks on Thursdays.",
        "liam_o",
        frozenset({Style.LIFT, Style.MIX}),
    ),
    Circle(
        "wheels-and-water",
        "Wheels & Water",
        "Everything that rolls, floats or is rowed. Long Sundays.",
        "ursa_k",
        frozenset({Style.RIDE, Style.SWIM, Style.ROW}),
    ),
)

ON_FOOT = (Sport.RUN, Sport.WALK, Sport.HIKE)

CHALLENGES = (
    Contest(
        "Four weeks on foot",
        "Run it, walk it, hike it: every metre counts the same.",
        Metric.DISTANCE,
        ON_FOOT,
        100_000,
        -12,
        16,
        "amara_o",
        frozenset({Style.RUN, Style.WALK, Style.MIX}),
    ),
    Contest(
        "One week, many hours",
        "Time is time, whatever you spend it on.",
        Metric.DURATION,
        (),
        8 * 3600,
        -6,
        0,
        "hugo_t",
        frozenset(Style),
    ),
    Contest(
        "Show up",
        "Not how far, not how heavy. How often.",
        Metric.COUNT,
        (),
        12,
        3,
        17,
        "rosa_v",
        frozenset({Style.MIX, Style.FLOW, Style.WALK, Style.LIFT}),
    ),
    Contest(
        "Move a mountain",
        "All the iron we lifted together, and who lifted most of it.",
        Metric.VOLUME,
        (Sport.STRENGTH,),
        50_000,
        -40,
        -10,
        "sione_t",
        frozenset({Style.LIFT, Style.MIX, Style.ROW}),
    ),
    Contest(
        "Fastest five",
        "Five kilometres, one good day. The whole time of a run counts, warm-up and all.",
        Metric.DURATION,
        (Sport.RUN,),
        None,
        -10,
        11,
        "chiyo_n",
        frozenset({Style.RUN, Style.MIX}),
        Kind.FASTEST,
        Terms(over_m=5_000),
    ),
    Contest(
        "Once around the lake, together",
        "A thousand kilometres between all of us. Every walk to the baker brings us closer.",
        Metric.DISTANCE,
        ON_FOOT,
        1_000_000,
        -8,
        13,
        "amara_o",
        frozenset({Style.RUN, Style.WALK, Style.MIX}),
        Kind.GROUP_GOAL,
    ),
    Contest(
        "Never two days off",
        "Twenty minutes a day, whatever they are. How long is your longest streak?",
        Metric.DURATION,
        (),
        None,
        -20,
        8,
        "rosa_v",
        frozenset(Style),
        Kind.STREAK,
        Terms(threshold=1_200, zone=Zone.OWN),
    ),
)
