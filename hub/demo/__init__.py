"""A made-up community, so that a first look at a hub is not a look at an empty room."""
