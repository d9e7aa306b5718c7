"""How a configuration is loaded: a file, a text, a mapping or the classes."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from sunline import _native
from sunline.config.centre import Config
from sunline.config.reading import read_config
from sunline.errors import ConfigInvalid, InvalidArgument

ConfigSource = Config | str | os.PathLike[str] | Mapping[str, object]
"""Where a configuration may come from; see `load_config`."""


def load_config(source: ConfigSource) -> Config:
    """Reads and checks a configuration, and fills in every default.

    `source` is a `Config`; or a path object (`pathlib.Path`) of a file, JSON where it ends in `.json` and TOML
    otherwise; or a text, JSON where it begins with a brace and TOML otherwise; or a mapping of the same shape.

    Raises `ConfigInvalid` with every problem and its path, `InvalidArgument` where there is nothing to read.
    """
    if isinstance(source, Config):
        text, is_json = source.to_json(), True
    elif isinstance(source, str):
        text, is_json = source, source.lstrip().startswith("{")
    elif isinstance(source, os.PathLike):
        path = Path(source)
        text, is_json = _content(path), path.suffix.lower() == ".json"
    else:
        text, is_json = _dumped(source), True
    normal = _native.read_config(text, json=is_json)
    config = read_config(normal)
    if _native.normal_config(config.to_json()) != normal:
        raise ConfigInvalid(
            "the configuration says something that Python cannot hold, such as a length below a microsecond",
            code="not_representable",
        )
    return config


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(
            f"{path} cannot be read: {error}", code="unreadable", argument="source"
        ) from error


def _dumped(source: Mapping[str, object]) -> str:
    try:
        return json.dumps(source, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            f"the mapping is no configuration: {error}", code="unreadable", argument="source"
        ) from error
