"""Importing every ``events`` module of the product, so that all kinds of events are known."""

from importlib import import_module
from pathlib import Path

from django.apps import apps


def load_events() -> None:
    """Import the ``events`` modules of all installed apps of this project, those of slices inside an app too."""
    for config in apps.get_app_configs():
        root = Path(config.path)
        if "site-packages" in root.parts:
            continue
        for found in sorted(root.rglob("events.py")):
            inner = found.relative_to(root).with_suffix("").parts
            import_module(".".join([config.name, *inner]))
