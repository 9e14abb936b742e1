"""The one way an embedded server refuses: a sentence a person can act on."""


class EmbeddedServerError(RuntimeError):
    """An embedded server cannot be had; the message says why and what to do, in one sentence."""
