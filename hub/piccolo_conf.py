"""Piccolo's settings: the engine and the one application. Named by the environment variable PICCOLO_CONF."""

from piccolo.conf.apps import AppRegistry

from domain.database import ENGINE

DB = ENGINE
APP_REGISTRY = AppRegistry(apps=["domain.piccolo_app"])
