"""How imports and streams are stored. What a file says is sealed with its member's key."""

from piccolo.columns import UUID, Array, Boolean, Bytea, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import HEALTH, PLUMBING, PREFERENCE, TRAINING


class FileImport(Table, tablename="file_import", db=ENGINE):
    """An upload. `bundle` is there until its files are; `claimed_until` says that a node works on it."""

    id = UUID(primary_key=True, help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    name = Text(help_text=TRAINING)
    sha256 = Bytea(help_text=TRAINING)
    size_bytes = Integer(help_text=TRAINING)
    tz = Text(help_text=PREFERENCE)
    imperial = Boolean(help_text=PREFERENCE)
    visibility = Text(null=True, help_text=PREFERENCE)
    state = Text(help_text=PLUMBING)
    code = Text(null=True, help_text=TRAINING)
    detail = Text(null=True, help_text=TRAINING)
    bundle = Bytea(null=True, help_text=HEALTH)
    created_at = Timestamptz(help_text=TRAINING)
    finished_at = Timestamptz(null=True, help_text=TRAINING)
    worked_at = Timestamptz(null=True, help_text=PLUMBING)
    claimed_until = Timestamptz(help_text=PLUMBING)


class ImportFile(Table, tablename="import_file", db=ENGINE):
    """One file of an upload, kept as it came. The primary key is (import_id, position)."""

    import_id = UUID(primary_key=True, help_text=TRAINING)
    position = Integer(help_text=PLUMBING)
    name = Text(help_text=TRAINING)
    size_bytes = Integer(help_text=TRAINING)
    state = Text(help_text=PLUMBING)
    code = Text(null=True, help_text=TRAINING)
    detail = Text(null=True, help_text=TRAINING)
    attempts = SmallInt(help_text=PLUMBING)
    title = Text(help_text=TRAINING)
    note = Text(help_text=TRAINING)
    sport = Text(null=True, help_text=TRAINING)
    original = Bytea(null=True, help_text=HEALTH)


class ImportItem(Table, tablename="import_item", db=ENGINE):
    """What became of one activity of a file. The primary key is (import_id, file_position, position)."""

    import_id = UUID(primary_key=True, help_text=TRAINING)
    file_position = Integer(help_text=PLUMBING)
    position = Integer(help_text=PLUMBING)
    state = Text(help_text=TRAINING)
    code = Text(null=True, help_text=TRAINING)
    detail = Text(null=True, help_text=TRAINING)
    warnings = Array(base_column=Text(), help_text=TRAINING)
    workout_id = UUID(null=True, help_text=TRAINING)


class WorkoutOrigin(Table, tablename="workout_origin", db=ENGINE):
    """What a workout is called where it came from, so that it comes once. It goes with its workout."""

    workout_id = UUID(primary_key=True, help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    source = Text(help_text=TRAINING)
    external_id = Text(help_text=TRAINING)


class WorkoutStream(Table, tablename="workout_stream", db=ENGINE):
    """A workout's streams, packed and sealed, and what the formulas of version `algorithm` say of them."""

    workout_id = UUID(primary_key=True, help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    sample_count = Integer(help_text=TRAINING)
    is_barometric = Boolean(help_text=TRAINING)
    algorithm = Integer(help_text=PLUMBING)
    samples = Bytea(null=True, help_text=HEALTH)
    details = Bytea(help_text=HEALTH)
