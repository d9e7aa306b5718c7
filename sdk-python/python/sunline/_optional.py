"""Libraries that only some parts need: asked for where they are used, with an error that says what to install."""

from importlib import import_module
from types import ModuleType

from sunline.errors import LibraryMissing


def need(name: str, purpose: str, extra: str) -> ModuleType:
    """The library of this name.

    Raises `LibraryMissing`, which says for what it is needed and what to type.
    """
    try:
        return import_module(name)
    except ImportError as error:
        library = name.partition(".")[0]
        raise LibraryMissing(
            f"{purpose} needs {library}: pip install 'sunline[{extra}]'",
            code="library_missing",
            library=library,
        ) from error


__all__ = ["need"]
