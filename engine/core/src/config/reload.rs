//! What of a configuration may change while contacts are inside, and the document that is in force then.
//!
//! A setting may change that is read when it is needed, or whose part of the state can be made anew from the contacts and the
//! agents. Everything else is what the state is built on: names and costs of channels, tables that have turned, answers that
//! are under way.

use smol_str::SmolStr;

use super::diff::{Change, diff};
use super::document::{Config, QueueConfig};

/// Settings of a queue that may change.
const QUEUE: [&str; 34] = [
    "absolute",
    "requires",
    "prefers",
    "agent_rule",
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
    "callback",
    "on_agent_lost",
    "agent_lost_grace",
    "order",
    "rank",
    "credit",
    "weight",
    "ratio",
    "handle_time",
    "seed",
    "quota_window",
    "unpark_hold",
    "transfers",
    "overridable",
    "targets",
    "plan",
    "affinity",
    "canary",
    "retired_to",
    "record",
];

/// Settings of a pool that may change.
const POOL: [&str; 5] =
    ["contact_rule", "queues", "idle_share", "idle_clock_ignores", "keep_seniority_on_break"];

/// Settings of a partner that may change: its data classes are in its agents' clearance.
const PARTNER: [&str; 7] =
    ["topics", "from", "until", "concurrency", "share", "only_in_surge", "answer_within"];

/// Why a configuration cannot follow the one in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FixedSetting {
    /// The state is built on this setting.
    #[error("{path} may not change while the domain runs")]
    Fixed {
        /// The setting, for example `channels[voice].cost`.
        path: String,
    },
    /// A queue is gone, and nothing says where its contacts go.
    #[error("queue {queue:?} is gone: keep it with `retired_to`, which says where its contacts go")]
    NoDestination {
        /// The queue.
        queue: SmolStr,
    },
}

impl Config {
    /// This configuration as the version that follows `before`. The agents and the tables of hours are those of `before`, for
    /// each has commands of its own; what has a number keeps it, wherever it stands, and what is new comes after; a retired
    /// queue stays, whether it is still written down or not.
    pub(crate) fn following(&self, before: &Self) -> Result<Self, FixedSetting> {
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
        for gone in before.queues.iter().filter(|queue| !self.has_queue(&queue.name)) {
            if gone.retired_to.is_none() {
                return Err(FixedSetting::NoDestination { queue: gone.name.clone() });
            }
            next.queues.push(gone.clone());
        }
        keep_order(&mut next.channels, &before.channels, |it| &it.name);
        keep_order(&mut next.skills, &before.skills, |it| &it.name);
        keep_order(&mut next.pools, &before.pools, |it| &it.name);
        keep_order(&mut next.queues, &before.queues, |it| &it.name);
        keep_order(&mut next.surges, &before.surges, |it| &it.name);
        match diff(before, &next).into_iter().find(|change| !before.may_change(change, &next)) {
            Some(change) => Err(FixedSetting::Fixed { path: change.path }),
            None => Ok(next),
        }
    }

    fn has_queue(&self, name: &str) -> bool {
        self.queues.iter().any(|queue| queue.name == name)
    }

    /// `queues[bills].offer.parallel` may change when `offer` of a queue may.
    fn may_change(&self, change: &Change, next: &Self) -> bool {
        let path = &change.path;
        let is_new = |list: &str| {
            let whole = path.strip_prefix(list).and_then(|rest| rest.strip_suffix(']'));
            change.before.is_none() && whole.is_some_and(|name| !name.contains("]."))
        };
        let one_of = |list: &str, settings: &[&str]| {
            let within = path.strip_prefix(list).and_then(|rest| rest.split_once("]."));
            within.is_some_and(|(_, setting)| {
                settings.contains(&setting.split(['.', '[', ' ']).next().unwrap_or_default())
            })
        };
        // The first pool takes the place of the one that is there without any.
        let more_pools = !self.pools.is_empty() && is_new("pools[");
        is_new("queues[")
            || is_new("skills[")
            || is_new("surges[")
            || more_pools
            || one_of("queues[", &QUEUE)
            || one_of("pools[", &POOL)
            || one_of("partners[", &PARTNER)
            || (path.starts_with("surges[") && change.before.is_some() && change.after.is_some())
            || path.starts_with("private_attributes")
            || (one_of("queues[", &["overflow"]) && self.overflows_to_the_same(next))
    }

    /// Whether all overflow rules lead to the same queues: whether each is on is kept by its number.
    fn overflows_to_the_same(&self, next: &Self) -> bool {
        let targets = |queue: &QueueConfig| -> Vec<SmolStr> {
            queue.overflow.iter().map(|rule| rule.to.clone()).collect()
        };
        self.queues.iter().zip(&next.queues).all(|(before, after)| targets(before) == targets(after))
    }
}

/// Puts what both lists have into the order of `before`, and the rest behind it.
fn keep_order<T>(list: &mut [T], before: &[T], name: impl Fn(&T) -> &SmolStr) {
    let place = |it: &T| before.iter().position(|known| name(known) == name(it)).unwrap_or(usize::MAX);
    list.sort_by_key(place);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "name = 'shop'\nchannels = [{ name = 'voice' }]\nskills = [{ name = 'a' }]\n\
                        pools = [{ name = 'far' }]\nqueues = [{ name = 'bills' }, { name = 'orders' }]\n\
                        agents = [{ name = 'ann', skills = { a = 5 } }]";

    fn next(change: impl FnOnce(&mut Config)) -> Result<Config, FixedSetting> {
        let before = Config::from_toml(SHOP).unwrap();
        let mut after = before.clone();
        change(&mut after);
        after.following(&before)
    }

    fn fixed(change: impl FnOnce(&mut Config)) -> Option<String> {
        next(change).err().map(|error| error.to_string())
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
        let told = |path: &str| Some(format!("{path} may not change while the domain runs"));
        assert_eq!(fixed(|config| config.channels[0].cost = 2), told("channels[voice].cost"));
        assert_eq!(fixed(|config| config.name = "other".into()), told("name"));
        assert_eq!(fixed(|config| config.pools.clear()), told("pools[far]"));
        assert_eq!(
            fixed(|config| config.queues[0].merge_group = Some("all".into())),
            told("queues[bills].merge_group")
        );
        let renamed = fixed(|config| config.queues[0].name = "sales".into()).unwrap();
        assert_eq!(
            renamed,
            r#"queue "bills" is gone: keep it with `retired_to`, which says where its contacts go"#
        );
    }

    #[test]
    fn what_has_a_number_keeps_it_and_what_is_new_comes_after() {
        let next = next(|config| {
            config.queues.insert(0, QueueConfig::new("returns"));
            config.queues.swap(1, 2);
            config.skills.insert(0, crate::config::SkillConfig { name: "b".into() });
        });
        let next = next.unwrap();
        let names =
            |queues: &[QueueConfig]| queues.iter().map(|queue| queue.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(&next.queues), ["bills", "orders", "returns"]);
        assert_eq!(next.skills[1].name, "b");
    }

    #[test]
    fn a_retired_queue_may_be_left_out_of_the_document() {
        let retired = next(|config| config.queues[0].retired_to = Some("orders".into())).unwrap();
        let mut later = retired.clone();
        later.queues.remove(0);
        assert_eq!(later.following(&retired), Ok(retired));
    }
}
