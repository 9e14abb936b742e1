"""Simulated athletes: what a body shows at a moment of a programme. Nothing is remembered, so whoever takes
over from another node goes on at the same metre."""

import math

from msgspec import Struct

from domain.live.model import BlockKind
from domain.live.programme import Timeline
from hub.demo.dice import dice

_INTENSITY = {
    BlockKind.WARMUP: 0.62,
    BlockKind.WORK: 1.0,
    BlockKind.REST: 0.5,
    BlockKind.COOLDOWN: 0.55,
    BlockKind.FREE: 0.8,
}
_HEART_S = 28.0
"""The heart follows the legs with about this delay."""


class Body(Struct, frozen=True):
    """What somebody has at full intensity, and where their wobbles begin."""

    speed_m_s: float
    power_w: float
    cadence_rpm: float
    resting_bpm: float
    highest_bpm: float
    phase: float


def body_of(handle: str, *, level: float) -> Body:
    rng = dice(f"body of {handle}")
    return Body(
        speed_m_s=9.4 * level * rng.gauss(1, 0.04),
        power_w=225 * level * rng.gauss(1, 0.06),
        cadence_rpm=rng.uniform(82, 96),
        resting_bpm=rng.uniform(48, 66),
        highest_bpm=rng.uniform(172, 196),
        phase=rng.uniform(0, math.tau),
    )


def sample(body: Body, timeline: Timeline, *, elapsed_ms: int, t_ms: int) -> list[float | None]:
    """One row as athletes send it: `t_ms` since the start, after `elapsed_ms` of programme."""
    bpm, distance_m, energy_kcal, intensity = body.resting_bpm + 20, 0.0, 0.0, 0.0
    for stretch in timeline.stretches:
        until_ms = elapsed_ms if stretch.to_ms is None else min(stretch.to_ms, elapsed_ms)
        seconds = (until_ms - stretch.from_ms) / 1000
        if seconds < 0:
            break
        intensity = _INTENSITY[stretch.block.kind]
        aim = body.resting_bpm + (body.highest_bpm - body.resting_bpm) * (0.35 + 0.55 * intensity)
        bpm = aim + (bpm - aim) * math.exp(-seconds / _HEART_S)
        distance_m += body.speed_m_s * intensity * seconds
        energy_kcal += body.power_w * intensity * seconds / 1000
    wobble = math.sin(elapsed_ms / 4_300 + body.phase)
    flutter = math.sin(elapsed_ms / 1_700 + 2 * body.phase)
    return [
        t_ms,
        round(bpm + wobble),
        round(body.power_w * intensity * (1 + 0.05 * wobble + 0.02 * flutter)),
        round(body.cadence_rpm * (0.8 + 0.2 * intensity) + 2 * flutter),
        round(body.speed_m_s * intensity * (1 + 0.03 * wobble), 2),
        round(distance_m, 1),
        None,
        round(energy_kcal, 1),
    ]
