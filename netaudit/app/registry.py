"""Opening the registry for the doors, which do not import it themselves."""

from inventory.registry.engine import Registry, open_registry

__all__ = ["Registry", "open_registry"]
