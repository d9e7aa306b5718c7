"""A second look at a configuration: what it will do and nobody may expect, what a new one changes, and its schema.

```python
from pathlib import Path

import sunline.review

for finding in sunline.review.lint(Path("centre.toml")):
    print(finding)
for change in sunline.review.diff(Path("centre.toml"), Path("centre-new.toml")):
    print(change)
```
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from sunline import _native
from sunline.config import Config, ConfigSource, load_config
from sunline.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is right by every rule and still most likely not meant."""

    kind: str  #: `unreachable_queue`, `skill_nobody_holds`, `idle_agent`, `empty_pool`, `unbounded_wait`, …
    path: str  #: Where it is, for example `queues[2]`.
    message: str  #: What it means, for people.
    is_note: bool  #: Only worth knowing, and perhaps meant.

    def __str__(self) -> str:
        return f"{self.path}: {self.message} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs."""

    path: str  #: Where it is, for example `queues[bills].offer.expires_after`.
    before: Any  #: What stood there, as plain data; `None` also where there was nothing.
    after: Any  #: What stands there now, as plain data; `None` also where it is gone.
    is_new: bool  #: Nothing stood there.
    is_gone: bool  #: Nothing stands there any more.

    def __str__(self) -> str:
        if self.is_new:
            return f"{self.path}: new, {json.dumps(self.after)}"
        if self.is_gone:
            return f"{self.path}: gone, was {json.dumps(self.before)}"
        return f"{self.path}: {json.dumps(self.before)} -> {json.dumps(self.after)}"


@dataclass(frozen=True, slots=True)
class Canary:
    """A configuration that tries another one on a share of the contacts."""

    config: Config  #: To be put in force.
    queues: tuple[str, ...]  #: The queues that have a stand-in.
    left_out: tuple[Change, ...]  #: What the candidate changes beside them: it is not tried.


def lint(config: ConfigSource) -> list[Finding]:
    """What a configuration will do and its author may not expect.

    The agents that are looked at are those of the configuration; without any, only queues are. Raises `ConfigInvalid`
    where it is not a valid configuration at all.
    """
    return [Finding(*found) for found in _native.lint_config(load_config(config).to_json())]


def diff(before: ConfigSource, after: ConfigSource) -> list[Change]:
    """Every setting that differs, defaults filled in, by path. Things with a name are compared by it.

    Raises `ConfigInvalid` where either is not a valid configuration.
    """
    return _changes(_native.diff_config(load_config(before).to_json(), load_config(after).to_json()))


def _changes(rows: list[tuple[str, str | None, str | None]]) -> list[Change]:
    return [
        Change(
            path=path,
            before=None if was is None else json.loads(was),
            after=None if stands is None else json.loads(stands),
            is_new=was is None,
            is_gone=stands is None,
        )
        for path, was, stands in rows
    ]


def canary(
    config: ConfigSource, candidate: ConfigSource, share: float | Decimal, label: str = "canary"
) -> Canary:
    """The configuration that tries `candidate` on a share of the contacts beside the one in force.

    Each queue that the candidate changes gets a stand-in called `QUEUE@LABEL` with the candidate's settings, and a
    share above 0 and up to 1 of the contacts that are sent to the queue; whatever counts by queue shows both sides.
    Put it in force with `reconfigure`, and end it with what `promoted` or `withdrawn` say of the one in force.

    Raises `ConfigInvalid` where either is not a valid configuration, and `InvalidArgument` with code `no_canary` where
    the candidate changes nothing of any queue, changes what could not be put in force, or a canary is on already.
    """
    known, wanted = load_config(config).to_json(), load_config(candidate).to_json()
    document, queues, left_out = _native.canary_config(known, wanted, str(share), label)
    return Canary(config=load_config(document), queues=tuple(queues), left_out=tuple(_changes(left_out)))


def promoted(config: ConfigSource) -> Config:
    """The configuration with its canary for everybody: the queues take over the settings of their stand-ins."""
    return load_config(_native.end_canary_config(load_config(config).to_json(), promoted=True))


def withdrawn(config: ConfigSource) -> Config:
    """The configuration without its canary: the contacts of the stand-ins go back to the queues."""
    return load_config(_native.end_canary_config(load_config(config).to_json(), promoted=False))


Subject = Literal["config", "events", "commands"]


def schema(of: Subject = "config") -> dict[str, Any]:
    """The JSON Schema (2020-12) of a configuration, of events or of commands: for editors, and for other programs.

    It knows the shape of a document and says what each part means. Whether names refer to something is checked when a
    configuration is read or a command is applied. Those of events and commands carry their version in `$id`, as in
    `urn:sunline:schema:events:1`; one that changes in shape gets the next.
    """
    if of not in get_args(Subject):
        raise InvalidArgument(f"there is no schema of {of!r}", code="unknown_schema", argument="of")
    if of == "config":
        text = _native.config_schema()
    else:
        events, commands = _native.message_schemas()
        text = events if of == "events" else commands
    tree: dict[str, Any] = json.loads(text)
    return tree


__all__ = [
    "Canary",
    "Change",
    "Finding",
    "Subject",
    "canary",
    "diff",
    "lint",
    "promoted",
    "schema",
    "withdrawn",
]
