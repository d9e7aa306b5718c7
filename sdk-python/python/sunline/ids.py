"""Who is meant: numbers and texts with a type of their own.

The host chooses the id of a contact. Agents are numbered as they register; queues and channels by their place in
the configuration. An offer's id is the number of the event that issued it. At run time all of them are plain `int`
and `str`; a type checker keeps them apart.
"""

from typing import NewType

ContactId = NewType("ContactId", str)
"""A contact's id, 1 to 38 bytes of text without control characters."""
AgentId = NewType("AgentId", int)
"""An agent, numbered in order of registration from 0; never reused."""
QueueId = NewType("QueueId", int)
"""A queue, by its place in the configuration."""
ChannelId = NewType("ChannelId", int)
"""A channel, by its place in the configuration."""
SkillId = NewType("SkillId", int)
"""A skill, by its place in the configuration."""
CalendarId = NewType("CalendarId", int)
"""A calendar: those of the configuration by their place, then the calling hours of zones as they were loaded."""
OfferId = NewType("OfferId", int)
"""An offer: the number of the event that issued it."""
Seq = NewType("Seq", int)
"""Position in the total order of events; the first event is 1, and there are no gaps."""

__all__ = ["AgentId", "CalendarId", "ChannelId", "ContactId", "OfferId", "QueueId", "Seq", "SkillId"]
