//! What contacts of each channel take of an agent, and what may be in hand together.

use super::checks::in_range;
use super::number_of;
use crate::channel_set::ChannelSet;
use crate::config::document::Config;
use crate::config::problem::Problems;
use crate::ids::ChannelId;
use crate::limits;

/// The rules of room, for every channel by `ChannelId`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rooms {
    channels: Vec<ChannelRoom>,
    combinations: Vec<ChannelSet>,
    /// Channels of which one contact fits into so many free cost units; the last entry stands for all beyond.
    fits: Vec<ChannelSet>,
    /// Cost units alone decide, where an agent has no caps of its own.
    plain: bool,
    /// Some channel may interrupt another.
    pub(crate) interrupts: bool,
}

#[derive(Clone, Copy, Debug)]
struct ChannelRoom {
    cost: u16,
    cap: Option<u16>,
    interrupts: ChannelSet,
}

impl Rooms {
    pub(super) fn new(
        config: &Config,
        id: &dyn Fn(&str) -> Option<ChannelId>,
        problems: &mut Problems,
    ) -> Self {
        let most = limits::MAX_CHANNELS;
        problems.check(config.channels.len() <= most, "channels", format_args!("at most {most} are allowed"));
        let mut set = |names: &mut dyn Iterator<Item = &smol_str::SmolStr>, path: String| {
            let mut known = ChannelSet::NONE;
            for name in names {
                match id(name) {
                    Some(channel) => known.insert(channel),
                    None => problems.add(path.clone(), format!("no channel is called {name:?}")),
                }
            }
            known
        };
        let mut channels = Vec::with_capacity(config.channels.len());
        for (i, channel) in config.channels.iter().enumerate() {
            let interrupts = set(&mut channel.interrupts.iter(), format!("channels[{i}].interrupts"));
            channels.push(ChannelRoom { cost: channel.cost, cap: channel.cap, interrupts });
        }
        let mut combinations = Vec::with_capacity(config.combinations.len());
        for (i, names) in config.combinations.iter().enumerate() {
            combinations.push(set(&mut names.iter(), format!("combinations[{i}]")));
        }
        for (i, channel) in config.channels.iter().enumerate() {
            let at = |field: &str| format!("channels[{i}].{field}");
            in_range(channel.cost.into(), 1, limits::MAX_CAPACITY.into(), at("cost"), problems);
            problems.check(!channel.interrupts.contains(&channel.name), at("interrupts"), "names itself");
        }
        let dearest =
            channels.iter().map(|channel| channel.cost).max().unwrap_or(1).min(limits::MAX_CAPACITY);
        let fitting =
            |free: u16| number_of(&channels).filter(|(_, c)| c.cost <= free).map(|(id, _)| id).collect();
        Self {
            fits: (0..=dearest).map(fitting).collect(),
            plain: combinations.is_empty()
                && channels.iter().all(|c| c.cap.is_none() && c.interrupts.is_empty()),
            interrupts: channels.iter().any(|c| !c.interrupts.is_empty()),
            channels,
            combinations,
        }
    }

    /// The channels, in order.
    pub(crate) fn channels(&self) -> impl Iterator<Item = ChannelId> {
        (0..self.channels.len() as u16).map(ChannelId)
    }

    /// Cost units of a contact.
    pub(crate) fn cost(&self, channel: ChannelId) -> u16 {
        self.channels[channel.index()].cost
    }

    /// Contacts of the channel that any agent may have in hand.
    pub(crate) fn cap(&self, channel: ChannelId) -> Option<u16> {
        self.channels[channel.index()].cap
    }

    /// Whether a contact of one channel may interrupt one of another.
    pub(crate) fn interrupts(&self, one: ChannelId, other: ChannelId) -> bool {
        self.channels[one.index()].interrupts.contains(other)
    }

    /// Whether these channels may be in hand together.
    pub(crate) fn combine(&self, in_hand: ChannelSet) -> bool {
        self.combinations.is_empty() || self.combinations.iter().any(|allowed| in_hand.is_within(*allowed))
    }

    /// Channels of which one contact fits into so many free cost units.
    pub(crate) fn fitting(&self, free: u16) -> ChannelSet {
        self.fits[usize::from(free).min(self.fits.len() - 1)]
    }

    /// Whether cost units alone decide, where an agent has no caps of its own.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }
}
