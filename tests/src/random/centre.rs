//! A contact centre drawn from a seed: channels, skills, pools, queues with every rule, agents.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use sunline_core::config::{
    AdmissionConfig, AgentRule, AnswerMode, AtRiskConfig, CallbackConfig, ChannelConfig, Dates,
    ForecastConfig, IdleClock, MemoryConfig, OfferConfig, OnAgentLost, OnUnservable, Override, PoolConfig,
    PreferenceConfig, QueueConfig, SkillConfig, SkillGrant, Staffing, TransferConfig, TurnAway,
};
use sunline_core::skill::Absolute;
use sunline_core::{
    AgentId, AgentSpec, Config, ContactDetails, Proficiency, Span, Timestamp, Value, WorkKind,
};

use super::chance::Chance;
use super::hours;
use super::plans;
use super::rules;
use super::surges;
use crate::language::clock::FIRST_DAY;

/// How large a centre is and what it is meant to strain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 1 to 5 agents, a dozen contacts: everything is checked after every command.
    Small,
    /// 6 to 30 agents, up to 120 contacts.
    Large,
    /// Points that are hardly ever equal, so that classes come and go and the board is made anew.
    Restless,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Small, Self::Large, Self::Restless];

    /// What such centres are called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small centres",
            Self::Large => "large centres",
            Self::Restless => "restless centres",
        }
    }
}

/// A centre and how busy it is.
#[derive(Clone, Debug)]
pub struct Centre {
    /// Its configuration.
    pub config: Config,
    /// How many contacts it holds when it is busy.
    pub crowd: usize,
    /// How many agents there may be.
    pub agents_max: usize,
    /// Priority points lie between minus this and this.
    pub points: i64,
}

/// When every drawn centre opens.
pub const OPENING: Timestamp = Timestamp::from_secs(FIRST_DAY.as_nanos() / 1_000_000_000 + 9 * 3600);

pub(super) const SITES: [&str; 3] = ["paris", "rome", "oslo"];
const GROUPS: [&str; 3] = ["trainees", "experts", "night"];
pub(super) const CLASSES: [&str; 2] = ["medical", "legal"];
const CUSTOMERS: [&str; 3] = ["smith", "jones", "kim"];
const PROJECTS: [&str; 2] = ["apollo", "gemini"];

impl Centre {
    /// The centre of a seed.
    pub fn draw(seed: u64, kind: Kind) -> Self {
        let chance = &mut Chance::part(seed, u64::MAX);
        let (agents_max, crowd) = match kind {
            Kind::Small => (chance.from(1, 5), chance.from(2, 12)),
            Kind::Large => (chance.from(6, 30), chance.from(10, 120)),
            Kind::Restless => (chance.from(2, 12), chance.from(20, 300)),
        };
        let channels: Vec<_> = (0..chance.from(1, 3))
            .map(|n| ChannelConfig {
                cost: chance.from(1, 3) as u16,
                ..ChannelConfig::new(&name("channel", n))
            })
            .collect();
        let channels = rooms(channels, chance);
        let skills: Vec<_> = (0..chance.from(1, 5)).map(|n| SkillConfig { name: name("skill", n) }).collect();
        let pools = (0..chance.from(0, 3)).map(|n| PoolConfig {
            name: name("pool", n),
            idle_clock: *chance.pick(&[IdleClock::SinceLastHandled, IdleClock::SinceAvailable]),
            keep_seniority_on_break: chance.percent(50),
            idle_clock_ignores: match chance.below(4) {
                0 => [WorkKind::External].into(),
                1 => [WorkKind::Direct, WorkKind::External].into(),
                _ => BTreeSet::new(),
            },
            ..PoolConfig::new(&name("pool", n))
        });
        let pools: Vec<_> = pools.collect();
        let mut config = Config {
            name: "drawn".into(),
            memory: memory(chance),
            channels,
            skills,
            pools,
            queues: Vec::new(),
            agents: Vec::new(),
            calendars: Vec::new(),
            calling_hours: Vec::new(),
            joint: None,
            combinations: Vec::new(),
            project_lock: chance.percent(40).then(|| Span::from_secs(chance.from(1, 120))),
            forecast: (crowd % 3 == 0).then(ForecastConfig::default),
            partners: Vec::new(),
            surges: Vec::new(),
            private_attributes: BTreeSet::new(),
        };
        hours::draw(&mut config, &mut Chance::part(seed, u64::MAX - 1));
        if chance.percent(20) {
            let set = |chance: &mut Chance| {
                let names = config.channels.iter().map(|channel| channel.name.clone());
                names.filter(|_| chance.percent(60)).collect::<BTreeSet<_>>()
            };
            config.combinations = (0..chance.from(1, 3)).map(|_| set(chance)).collect();
        }
        config.queues = (0..chance.from(1, 5)).map(|n| queue(n, &config, chance)).collect();
        bound(&mut config.queues, chance);
        if chance.percent(30) {
            surges::draw(&mut config, chance);
        }
        if chance.percent(50) {
            rules::draw(&mut config, chance);
        }
        config.queues.iter_mut().for_each(keep_lead);
        hours::keep(&mut config, &mut Chance::part(seed, u64::MAX - 2));
        plans::draw(&mut config, &mut Chance::part(seed, u64::MAX - 3));
        if chance.percent(15) {
            rules::joint(&mut config, chance);
        }
        let mut centre = Self {
            config,
            crowd: crowd as usize,
            agents_max: agents_max as usize,
            points: if kind == Kind::Restless { 1_000_000 } else { 3 },
        };
        let known = chance.from(0, agents_max);
        centre.config.agents = (0..known).map(|n| centre.agent(n, OPENING, chance)).collect();
        centre
    }

    /// An agent with skills, some of which begin or end to count in the minutes around `now`.
    pub fn agent(&self, number: i64, now: Timestamp, chance: &mut Chance) -> AgentSpec {
        let mut spec = AgentSpec::new(&name("agent", number));
        for skill in &self.config.skills {
            if chance.percent(60) {
                spec.skills.insert(skill.name.clone(), grant(now, chance));
            }
        }
        spec.pool =
            chance.any(self.config.pools.iter()).map(|pool| pool.name.clone()).filter(|_| chance.percent(80));
        spec.capacity = chance.from(1, 4) as u16;
        for channel in &self.config.channels {
            if chance.percent(10) {
                spec.caps.insert(channel.name.clone(), chance.from(0, 2) as u16);
            }
        }
        spec.groups = some(&GROUPS, 30, chance).collect();
        spec.clearance = some(&CLASSES, 60, chance).collect();
        spec.site = some(&SITES, 30, chance).next();
        spec.partner = chance.percent(20).then(|| "acme".into());
        if chance.percent(40) {
            spec.attributes.insert("floor".into(), Value::Integer(chance.from(1, 3)));
        }
        spec.shift =
            chance.any(self.config.calendars.iter()).map(|c| c.name.clone()).filter(|_| chance.percent(50));
        if chance.percent(40) {
            spec.entitlements.insert("loans".into(), dates(now, 30, chance));
        }
        spec.never_serves = some(&CUSTOMERS, 12, chance).collect();
        spec.wrap_up = chance.percent(20).then(|| Span::from_secs(chance.from(0, 12)));
        rules::agent(&self.config, &mut spec, chance);
        spec
    }

    /// What only some contacts carry; mostly nothing.
    pub fn details(&self, agents: usize, now: Timestamp, chance: &mut Chance) -> Option<ContactDetails> {
        if chance.percent(75) {
            return None;
        }
        let mut details = ContactDetails::default();
        if chance.percent(40) {
            details.requires = requirement(&self.config, chance);
        }
        if chance.percent(20) {
            details.absolute = absolute(chance);
        }
        if chance.percent(30) {
            details.prefers = preferences(&self.config, chance);
        }
        details.customer = some(&CUSTOMERS, 20, chance).next();
        if chance.percent(50) && agents > 0 {
            let excluded = (0..chance.from(1, 3)).map(|_| AgentId(chance.below(agents) as u32));
            details.excluded_agents = excluded.collect();
        }
        if chance.percent(20) {
            details.time_zone = Some((*chance.pick(&hours::ZONES)).into());
        }
        if chance.percent(10) {
            details.not_before = Some(now + Span::from_secs(chance.from(-10, 60)));
        }
        if chance.percent(20) && agents > 0 {
            let preferred = (0..chance.from(1, 3)).map(|_| AgentId(chance.below(agents) as u32));
            details.preferred_agents = preferred.collect();
        }
        details.outbound = chance.percent(5);
        if chance.percent(10) {
            details.attributes.insert("language".into(), Value::Text("fr".into()));
            details.tags.insert("vip".into());
        }
        Some(details)
    }
}

fn name(what: &str, number: i64) -> SmolStr {
    format!("{what}{number}").into()
}

fn memory(chance: &mut Chance) -> MemoryConfig {
    let standard = MemoryConfig::default();
    match chance.below(4) {
        0 => MemoryConfig { ended_ids_max: 0, ..standard },
        1 => MemoryConfig { ended_ids_max: 3, ..standard },
        2 => MemoryConfig { ended_ids_for: Span::from_secs(20), ..standard },
        _ => standard,
    }
}

/// From and until around `now`, each there in most cases.
fn dates(now: Timestamp, percent: usize, chance: &mut Chance) -> Dates {
    if !chance.percent(percent) {
        return Dates::default();
    }
    let from = now + Span::from_secs(chance.from(-60, 200));
    let until = from + Span::from_secs(chance.from(1, 300));
    Dates { from: chance.percent(70).then_some(from), until: chance.percent(70).then_some(until) }
}

fn grant(now: Timestamp, chance: &mut Chance) -> SkillGrant {
    let level = Proficiency::new(chance.from(1, 10) as u8).expect("a level from 1 to 10");
    if chance.percent(70) {
        return level.into();
    }
    let from = now + Span::from_secs(chance.from(-60, 300));
    let until = from + Span::from_secs(chance.from(1, 300));
    SkillGrant { level, from: chance.percent(70).then_some(from), until: chance.percent(70).then_some(until) }
}

/// A test comes before the contact is due, in whatever time it should be answered.
fn keep_lead(queue: &mut QueueConfig) {
    let last = queue.answer_within - Span::from_secs(1);
    if let Some(at_risk) = queue.at_risk.take().filter(|_| !last.is_negative()) {
        queue.at_risk = Some(AtRiskConfig { lead: at_risk.lead.min(last), ..at_risk });
    }
}

pub(super) fn queue(number: i64, config: &Config, chance: &mut Chance) -> QueueConfig {
    use AgentRule::{BestScore, LeastLoaded, LeastQualifiedSufficient, LongestIdle, MostLoaded, RoundRobin};
    let wrap_up = chance.percent(50).then(|| Span::from_secs(chance.from(0, 20)));
    QueueConfig {
        name: name("queue", number),
        channel: chance
            .any(config.channels.iter())
            .map(|channel| channel.name.clone())
            .filter(|_| chance.percent(80)),
        absolute: if chance.percent(15) { absolute(chance) } else { Absolute::default() },
        requires: if chance.percent(60) { requirement(config, chance) } else { SmolStr::default() },
        prefers: if chance.percent(40) { preferences(config, chance) } else { Vec::new() },
        agent_rule: *chance.pick(&[
            LongestIdle,
            BestScore,
            LeastQualifiedSufficient,
            RoundRobin,
            LeastLoaded,
            MostLoaded,
        ]),
        base_points: *chance.pick(&[0, 0, 30, 300, -50]),
        points_per_hour: *chance.pick(&[3600, 3600, 0, 60, 7200, 100_000]),
        points_cap: *chance.pick(&[None, None, Some(40), Some(0), Some(1000)]),
        offer: OfferConfig {
            answer: if chance.percent(15) { AnswerMode::Auto } else { AnswerMode::Agent },
            expires_after: Span::from_secs(chance.from(1, 20)),
            parallel: *chance.pick(&[1, 1, 2, 3, 5]),
            exclude_decliner: delay(chance),
            no_answer_delay: delay(chance),
            busy_delay: delay(chance),
            unreachable_delay: delay(chance),
            max_strikes: chance.from(1, 4) as u16,
            confirm_connection: chance.percent(35),
            connect_grace: Span::from_secs(chance.from(1, 10)),
        },
        wrap_up,
        wrap_up_max: wrap_up.unwrap_or_default() + Span::from_secs(chance.from(0, 30)),
        on_unservable: *chance.pick(&[OnUnservable::Wait, OnUnservable::Wait, OnUnservable::Block]),
        answer_within: Span::from_secs(20),
        short_abandon: Span::from_secs(5),
        on_agent_lost: *chance.pick(&[OnAgentLost::Keep, OnAgentLost::Keep, OnAgentLost::Requeue]),
        callback: CallbackConfig {
            max_attempts: chance.from(1, 3) as u16,
            gap: Span::from_secs(chance.from(1, 40)),
            dial_within: Span::from_secs(chance.from(1, 20)),
            ..CallbackConfig::default()
        },
        overflow: Vec::new(),
        merge_group: chance.percent(40).then(|| "all".into()),
        agent_lost_grace: Span::from_secs(*chance.pick(&[0, 1, 5, 20])),
        transfers: TransferConfig {
            max: chance.from(0, 3) as u16,
            escalate_to_queues: [name("queue", 0)].into_iter().filter(|_| chance.percent(40)).collect(),
            escalate_to_groups: some(&GROUPS, 20, chance).collect(),
        },
        overridable: {
            use Override::{Capacity, Mandatory, PassedOver, Pause, Presence, Shift};
            let all = [Mandatory, Capacity, Presence, Pause, PassedOver, Shift];
            all.into_iter().filter(|_| chance.percent(40)).collect()
        },
        unpark_hold: Span::from_secs(*chance.pick(&[1, 5, 30])),
        admission: AdmissionConfig::default(),
        // By number and not by lot, so that drawn centres stay the ones they were.
        at_risk: config.forecast.as_ref().filter(|_| number % 3 < 2).map(|_| AtRiskConfig {
            percent: [1, 50, 90, 100][number as usize % 4],
            lead: Span::from_secs([0, 5, 19][number as usize % 3]),
        }),
        ..QueueConfig::new(&name("queue", number))
    }
}

/// Gives some queues bounds. A queue overflows to a later one, so that no contact goes round.
fn bound(queues: &mut [QueueConfig], chance: &mut Chance) {
    let names: Vec<SmolStr> = queues.iter().map(|queue| queue.name.clone()).collect();
    for (number, queue) in queues.iter_mut().enumerate() {
        if !chance.percent(35) {
            continue;
        }
        let overflow_to = chance.any(names[number + 1..].iter()).cloned();
        let actions: &[TurnAway] = match overflow_to {
            Some(_) => &[TurnAway::Block, TurnAway::Overflow, TurnAway::Callback, TurnAway::Shed],
            None => &[TurnAway::Block, TurnAway::Callback, TurnAway::Shed],
        };
        let staffing = [Staffing::Always, Staffing::Always, Staffing::SignedIn, Staffing::Available];
        queue.admission = AdmissionConfig {
            max_length: chance.percent(40).then(|| chance.from(0, 6) as u32),
            when_full: *chance.pick(actions),
            max_wait: chance.percent(50).then(|| Span::from_secs(chance.from(1, 90))),
            after_max_wait: *chance.pick(actions),
            join: *chance.pick(&staffing),
            stay: *chance.pick(&staffing),
            when_unstaffed: *chance.pick(actions),
            overflow_to,
        };
    }
}

/// Gives some channels caps, interrupts and customers who take their time.
fn rooms(mut channels: Vec<ChannelConfig>, chance: &mut Chance) -> Vec<ChannelConfig> {
    let names: Vec<SmolStr> = channels.iter().map(|channel| channel.name.clone()).collect();
    for channel in &mut channels {
        channel.asynchronous = chance.percent(40);
        channel.cap = chance.percent(20).then(|| chance.from(1, 2) as u16);
        channel.wrap_up = chance.percent(20).then(|| Span::from_secs(chance.from(0, 9)));
        let others = names.iter().filter(|name| **name != channel.name);
        channel.interrupts = others.filter(|_| chance.percent(25)).cloned().collect();
    }
    channels
}

fn delay(chance: &mut Chance) -> Span {
    Span::from_secs(*chance.pick(&[0, 0, 1, 5, 10, 30]))
}

fn absolute(chance: &mut Chance) -> Absolute {
    Absolute {
        data_classes: some(&CLASSES, 40, chance).collect(),
        in_house_only: chance.percent(30),
        sites: some(&SITES, 40, chance).collect(),
        entitlements: some(&["loans"], 20, chance).collect(),
        project: some(&PROJECTS, 30, chance).next(),
    }
}

fn preferences(config: &Config, chance: &mut Chance) -> Vec<PreferenceConfig> {
    (0..chance.from(1, 3))
        .map(|_| PreferenceConfig { term: term(config, chance), weight: chance.from(1, 5) as u32 })
        .collect()
}

fn requirement(config: &Config, chance: &mut Chance) -> SmolStr {
    let one = |chance: &mut Chance| {
        let not = if chance.percent(12) { "not " } else { "" };
        format!("{not}{}", term(config, chance))
    };
    let first = one(chance);
    match chance.below(5) {
        0 => format!("{first} and {}", one(chance)).into(),
        1 => format!("{first} or {}", one(chance)).into(),
        _ => first.into(),
    }
}

fn term(config: &Config, chance: &mut Chance) -> SmolStr {
    match chance.below(12) {
        10 => format!("channel = {}", chance.pick(&config.channels).name).into(),
        11 => "partner = acme".into(),
        0 => format!("group = {}", chance.pick(&GROUPS)).into(),
        1 => format!("site = {}", chance.pick(&SITES)).into(),
        2 => {
            format!("attribute.floor {} {}", chance.pick(&[">=", "<=", "=", "!="]), chance.from(1, 3)).into()
        }
        3..=5 => chance.pick(&config.skills).name.clone(),
        _ => format!("{} >= {}", chance.pick(&config.skills).name, chance.from(1, 8)).into(),
    }
}

pub(super) fn some(
    names: &'static [&'static str],
    percent: usize,
    chance: &mut Chance,
) -> impl Iterator<Item = SmolStr> {
    names.iter().filter(move |_| chance.percent(percent)).map(|name| SmolStr::from(*name))
}
