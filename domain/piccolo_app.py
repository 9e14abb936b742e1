"""What Piccolo must know of the domain: where its migrations are."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

import migrations

APP_CONFIG = AppConfig(
    app_name="pulsehub",
    migrations_folder_path=str(Path(migrations.__file__).parent),
    table_classes=[],
)
