"""Property tests on a machine that is busy with other things."""

from hypothesis import HealthCheck, settings

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For above `@given`: an example may take as long as it takes. How long work takes is for the benches."""
