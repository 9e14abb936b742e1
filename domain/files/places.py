"""Where sealed values of this topic lie: what each one is bound to."""

from uuid import UUID, uuid5

BUNDLE = "file_import.bundle"
ORIGINAL = "import_file.original"
SAMPLES = "workout_stream.samples"
DETAILS = "workout_stream.details"


def file_row(import_id: UUID, position: int) -> UUID:
    """A file's row, whose key has two columns."""
    return uuid5(import_id, str(position))
