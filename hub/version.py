"""Which Pulsehub this is."""

VERSION = "0.1.0"
