"""Good beginnings for challenges."""

from domain.challenges.model import Kind, Metric, Repeats, Sides, TeamScoring, Terms
from domain.challenges.outcome_model import Template
from domain.workouts.model import Sport

_ON_FOOT = [Sport.RUN, Sport.WALK, Sport.HIKE]
_BY_BIKE = [Sport.RIDE, Sport.INDOOR_RIDE]

TEMPLATES = (
    Template("month_on_foot", Kind.MOST, Metric.DISTANCE, 30, _ON_FOOT, goal=100_000),
    Template("climb", Kind.MOST, Metric.ELEVATION, 30, [*_ON_FOOT, Sport.RIDE], goal=8_849),
    Template("fastest_5k", Kind.FASTEST, Metric.DURATION, 14, [Sport.RUN], Terms(over_m=5_000)),
    Template("longest_ride", Kind.LONGEST, Metric.DISTANCE, 14, _BY_BIKE),
    Template(
        "strongest_squat",
        Kind.BEST_LIFT,
        Metric.VOLUME,
        42,
        [Sport.STRENGTH],
        Terms(exercise="back-squat", relative=True),
    ),
    Template("move_every_day", Kind.STREAK, Metric.DURATION, 21, terms=Terms(threshold=1_200)),
    Template("active_days", Kind.ACTIVE_DAYS, Metric.COUNT, 30, goal=20),
    Template("all_together", Kind.GROUP_GOAL, Metric.DISTANCE, 30, _ON_FOOT, goal=1_000_000),
    Template(
        "last_standing",
        Kind.LAST_STANDING,
        Metric.DISTANCE,
        56,
        [Sport.RUN],
        Terms(threshold=10_000, round_days=7),
    ),
    Template(
        "club_against_club",
        Kind.MOST,
        Metric.DURATION,
        14,
        terms=Terms(team_scoring=TeamScoring.MEAN, daily_cap=7_200),
        sides=Sides.CLUBS,
    ),
    Template("each_week", Kind.MOST, Metric.EFFORT, 7, repeats=Repeats.WEEKLY),
)
