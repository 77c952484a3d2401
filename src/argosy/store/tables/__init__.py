"""One table a file: rows, no behavior. Importing this package fills `Base.metadata`."""

import importlib
import pkgutil

from argosy.store.tables.base import Base

__all__ = ["Base"]

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
