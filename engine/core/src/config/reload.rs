//! What of a configuration may change while contacts are inside.
//!
//! Everything else is what the state is built on: numbers of queues, skills and channels, room in hand, tables that
//! have turned, plans under way, what agents did before, whom contacts are kept for.

use super::diff::diff;
use super::document::Config;

/// Settings of a queue that may change.
const QUEUE: [&str; 18] = [
    "absolute",
    "requires",
    "prefers",
    "base_points",
    "points_per_hour",
    "points_cap",
    "offer",
    "wrap_up",
    "wrap_up_max",
    "on_unservable",
    "answer_within",
    "short_abandon",
    "admission",
    "on_agent_lost",
    "agent_lost_grace",
    "unpark_hold",
    "transfers",
    "overridable",
];

/// Settings of a pool that may change.
const POOL: [&str; 1] = ["contact_rule"];

impl Config {
    /// This configuration as the next version of one that is in force: the agents and the tables of hours are those of
    /// `before`, for each has commands of its own.
    #[must_use]
    pub(crate) fn following(&self, before: &Self) -> Self {
        let mut next = Self { agents: before.agents.clone(), ..self.clone() };
        for calendar in &mut next.calendars {
            if let Some(known) = before.calendars.iter().find(|known| known.name == calendar.name) {
                calendar.hours = known.hours.clone();
            }
        }
        for calling in &mut next.calling_hours {
            if let Some(known) = before.calling_hours.iter().find(|known| known.zone == calling.zone) {
                calling.hours = known.hours.clone();
            }
        }
        next
    }

    /// The path of the first setting in which `next` differs and that may not change while this one is in force.
    pub(crate) fn fixed_change(&self, next: &Self) -> Option<String> {
        diff(self, next).into_iter().map(|change| change.path).find(|path| !may_change(path))
    }
}

/// `queues[bills].offer.parallel` may change when `offer` of a queue may.
fn may_change(path: &str) -> bool {
    let setting = |list: &str| {
        let (_, within) = path.strip_prefix(list)?.split_once("].")?;
        within.split(['.', '[', ' ']).next()
    };
    setting("queues[").is_some_and(|setting| QUEUE.contains(&setting))
        || path.starts_with("private_attributes")
        || setting("pools[").is_some_and(|setting| POOL.contains(&setting))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "name = 'shop'\nchannels = [{ name = 'voice' }]\nskills = [{ name = 'a' }]\n\
                        pools = [{ name = 'far' }]\nqueues = [{ name = 'bills' }, { name = 'orders' }]\n\
                        agents = [{ name = 'ann', skills = { a = 5 } }]";

    fn fixed(change: impl FnOnce(&mut Config)) -> Option<String> {
        let before = Config::from_toml(SHOP).unwrap();
        let mut after = before.clone();
        change(&mut after);
        before.fixed_change(&after.following(&before))
    }

    #[test]
    fn what_hangs_on_nobody_inside_may_change() {
        assert_eq!(fixed(|_| ()), None);
        assert_eq!(fixed(|config| config.queues[0].requires = "a >= 3".into()), None);
        assert_eq!(fixed(|config| config.queues[1].offer.parallel = 2), None);
        assert_eq!(fixed(|config| config.agents.clear()), None, "agents have commands of their own");
    }

    #[test]
    fn what_the_state_is_built_on_is_named() {
        assert_eq!(fixed(|config| config.channels[0].cost = 2).as_deref(), Some("channels[voice].cost"));
        assert_eq!(fixed(|config| config.queues.swap(0, 1)).as_deref(), Some("queues (order)"));
        assert_eq!(fixed(|config| config.name = "other".into()).as_deref(), Some("name"));
        let renamed = fixed(|config| config.queues[0].name = "sales".into());
        assert_eq!(renamed.as_deref(), Some("queues[sales]"));
        // A rule may ask what an agent did before, and of agents already there nobody has kept it.
        let ruled = fixed(|config| config.queues[0].agent_rule = crate::config::AgentRule::LeastOccupied);
        assert_eq!(ruled.as_deref(), Some("queues[bills].agent_rule"));
    }
}
