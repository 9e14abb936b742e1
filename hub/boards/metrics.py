"""What is counted about boards."""

from prometheus_client import Counter, Gauge

MOVES = Counter("pulse_board_moves_total", "Scores that were applied to ranks.")
REFUSED = Counter("pulse_board_refused_total", "Steps that were refused: another node ranks the board.")
BUILDS = Counter("pulse_board_builds_total", "Boards whose ranks were built from PostgreSQL.")
COMPARED = Counter("pulse_board_compared_total", "Places that were compared with PostgreSQL.")
DIFFERENT = Counter("pulse_board_different_total", "Places that differed from PostgreSQL twice.")
FALLEN = Gauge("pulse_board_without_ranks", "Boards that this node shows from PostgreSQL, without ranks.")
