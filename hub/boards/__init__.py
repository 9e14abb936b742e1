"""Live boards: PostgreSQL holds the scores, Redis ranks them, one node at a time materialises each board."""
