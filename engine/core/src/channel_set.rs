//! A set of channels, one bit each.

use serde::{Deserialize, Serialize};

use crate::ids::ChannelId;

/// Some of a domain's channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct ChannelSet(u64);

impl ChannelSet {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn contains(self, channel: ChannelId) -> bool {
        self.0 >> (channel.0 & 63) & 1 == 1
    }

    pub(crate) const fn insert(&mut self, channel: ChannelId) {
        self.0 |= 1 << (channel.0 & 63);
    }

    /// Its channels that are not in the other.
    pub(crate) const fn beyond(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Its channels, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = ChannelId> {
        (0..64).map(ChannelId).filter(move |channel| self.contains(*channel))
    }

    /// Whether every channel of this set is in the other.
    pub(crate) const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl FromIterator<ChannelId> for ChannelSet {
    fn from_iter<I: IntoIterator<Item = ChannelId>>(channels: I) -> Self {
        let mut set = Self::NONE;
        channels.into_iter().for_each(|channel| set.insert(channel));
        set
    }
}
