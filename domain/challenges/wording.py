"""The rules of a challenge in plain words: a code a line, and what to say it with.

The words themselves are the reader's language's.
"""

from collections.abc import Iterator
from datetime import date, datetime

from domain.challenges import plausibility, rules
from domain.challenges.model import (
    ChallengeDraft,
    Handicap,
    Kind,
    Metric,
    Openness,
    Repeats,
    RuleLine,
    Sides,
    Terms,
    Zone,
)
from domain.challenges.scoring import BASELINE_DAYS, MOST_REPS
from domain.workouts.model import Sport


def lines(
    *,
    kind: Kind,
    metric: Metric,
    sports: list[Sport],
    terms: Terms,
    starts_on: date,
    ends_on: date,
    tz: str,
    goal: float | None,
    sides: Sides,
    openness: Openness,
    repeats: Repeats,
    settle_after_h: int,
) -> list[RuleLine]:
    """What counts, when, for whom and how it is decided, in the order in which one would say it."""
    return [
        _what(kind, metric, terms),
        *_which(sports, terms),
        _when(starts_on, ends_on, tz, terms),
        *_how(kind, metric, terms, goal),
        *_who(sides, openness, terms),
        RuleLine("late_logs", {"hours": settle_after_h}),
        *([RuleLine("repeats_weekly")] if repeats is Repeats.WEEKLY else []),
        RuleLine("private_do_not_count"),
        RuleLine("copies_count_once"),
        RuleLine("fair_play", {"version": plausibility.VERSION}),
    ]


def _what(kind: Kind, metric: Metric, terms: Terms) -> RuleLine:
    match kind:
        case Kind.FASTEST:
            return RuleLine("kind_fastest", {"over_m": terms.over_m or 0})
        case Kind.BEST_LIFT:
            code = "kind_best_lift_relative" if terms.relative else "kind_best_lift"
            return RuleLine(code, {"exercise": terms.exercise or "", "most_reps": MOST_REPS})
        case Kind.LAST_STANDING:
            return RuleLine(
                "kind_last_standing",
                {"metric": metric, "threshold": terms.threshold or 0, "round_days": terms.round_days},
            )
        case Kind.STREAK | Kind.ACTIVE_DAYS:
            if terms.threshold is None:
                return RuleLine(f"kind_{kind}_any")
            return RuleLine(f"kind_{kind}", {"metric": metric, "threshold": terms.threshold})
        case _:
            return RuleLine(f"kind_{kind}", {"metric": metric})


def _which(sports: list[Sport], terms: Terms) -> Iterator[RuleLine]:
    yield RuleLine("sports", {"sports": list(sports)}) if sports else RuleLine("all_sports")
    if terms.sources:
        yield RuleLine("sources", {"sources": list(terms.sources)})


def _when(starts_on: date, ends_on: date, tz: str, terms: Terms) -> RuleLine:
    days = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    if terms.zone is Zone.OWN:
        return RuleLine("window_own", {**days})
    return RuleLine("window_fixed", {**days, "tz": tz})


def _how(kind: Kind, metric: Metric, terms: Terms, goal: float | None) -> Iterator[RuleLine]:
    if terms.daily_cap is not None:
        yield RuleLine("daily_cap", {"metric": metric, "amount": terms.daily_cap})
    if terms.handicap is Handicap.OWN_AVERAGE:
        yield RuleLine("handicap_own_average", {"days": BASELINE_DAYS})
    if goal is not None:
        yield RuleLine("goal_together" if kind is Kind.GROUP_GOAL else "goal_each", {"goal": goal})


def _who(sides: Sides, openness: Openness, terms: Terms) -> Iterator[RuleLine]:
    if sides is not Sides.INDIVIDUALS:
        yield RuleLine(f"sides_{sides}_{terms.team_scoring}")
    if sides is Sides.TEAMS and terms.team_size is not None:
        yield RuleLine("team_size", {"members": terms.team_size})
    yield RuleLine(f"open_{openness}")


def of_draft(draft: ChallengeDraft, *, now: datetime) -> list[RuleLine]:
    """The rules of a draft that could be made. Raises PointlessChallenge, UnknownTimeZone."""
    rules.accept(draft, now=now)
    return lines(
        kind=draft.kind,
        metric=draft.metric,
        sports=sorted(set(draft.sports)),
        terms=draft.terms,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        tz=draft.tz,
        goal=draft.goal,
        sides=draft.sides,
        openness=draft.openness,
        repeats=draft.repeats,
        settle_after_h=draft.settle_after_h,
    )
