"""Workouts in quarantine: a case is opened with the reasons, and closes by itself when they are gone."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from domain.challenges import plausibility
from domain.challenges.events import ChallengeNews, News
from domain.challenges.fair_model import Finding, LineCode
from domain.challenges.scoring import Verdict
from domain.database import Transaction

# A decision holds for the numbers it was made about; with others the case begins anew.
_OPEN = """
INSERT INTO fair_case AS stored (workout_id, member_id, state, rules, fingerprint, findings, opened_at)
SELECT workout_id, $1, 'open', $2, fingerprint, findings, statement_timestamp()
FROM unnest($3::uuid[], $4::bytea[], $5::jsonb[]) AS fresh (workout_id, fingerprint, findings)
ON CONFLICT (workout_id) DO UPDATE
SET state = CASE WHEN stored.fingerprint = excluded.fingerprint AND stored.state <> 'moot'
        THEN stored.state ELSE 'open' END,
    appeal = CASE WHEN stored.fingerprint = excluded.fingerprint THEN stored.appeal ELSE '' END,
    note = CASE WHEN stored.fingerprint = excluded.fingerprint THEN stored.note ELSE '' END,
    opened_at = CASE WHEN stored.fingerprint = excluded.fingerprint AND stored.state <> 'moot'
        THEN stored.opened_at ELSE statement_timestamp() END,
    rules = excluded.rules, fingerprint = excluded.fingerprint, findings = excluded.findings
WHERE stored.fingerprint <> excluded.fingerprint OR stored.findings <> excluded.findings
    OR stored.state = 'moot'
RETURNING workout_id, opened_at = statement_timestamp() AS is_new
"""
_CLOSE = """
UPDATE fair_case SET state = 'moot'
WHERE workout_id = ANY($1) AND state IN ('open', 'appealed')
  AND NOT EXISTS (
      SELECT FROM challenge_entry AS entry
      WHERE entry.workout_id = fair_case.workout_id AND entry.status = 'quarantined'
  )
"""


async def follow(
    tx: Transaction, member_id: UUID, verdicts: Sequence[Verdict], judged: Sequence[UUID]
) -> None:
    """Open and close a member's cases as the verdicts say; `judged` are all workouts that were looked at.

    Entries are stored before.
    """
    suspects: dict[UUID, tuple[bytes, dict[Finding, None]]] = {}
    for one in verdicts:
        if one.code is LineCode.QUARANTINED:
            mark = plausibility.fingerprint(one.effort)
            _, found = suspects.setdefault(one.effort.workout_id, (mark, {}))
            found.update(dict.fromkeys(one.findings))
    if suspects:
        await _open(tx, member_id, suspects)
    calm = [one for one in judged if one not in suspects]
    if calm:
        await tx.connection.execute(_CLOSE, calm)


async def _open(
    tx: Transaction, member_id: UUID, suspects: dict[UUID, tuple[bytes, dict[Finding, None]]]
) -> None:
    findings = [msgspec.json.encode(list(found)).decode() for _, found in suspects.values()]
    marks = [mark for mark, _ in suspects.values()]
    rows = await tx.connection.fetch(_OPEN, member_id, plausibility.VERSION, list(suspects), marks, findings)
    for row in rows:
        if row["is_new"]:
            tx.record(ChallengeNews(member_id, News.QUARANTINED, workout_id=row["workout_id"]))
