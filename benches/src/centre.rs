//! A contact centre of any size, the same on every run: agents in profiles, queues that ask one skill each.

use std::collections::{BTreeMap, BTreeSet};

use sunline_core::config::{ChannelConfig, MemoryConfig, QueueConfig, SkillConfig};
use sunline_core::time::Span;
use sunline_core::{AgentSpec, Config, Proficiency};

/// How large a centre is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Agents; agent i has profile i mod `profiles`.
    pub agents: u32,
    /// Distinct sets of 2 to 4 skills with levels.
    pub profiles: u32,
    /// Skills in all.
    pub skills: u32,
    /// Queues; queue q asks skill q mod `skills`, and each further round of queues has 10 points more.
    pub queues: u32,
}

/// A configuration of this size. Nothing that has ended is remembered.
pub fn centre(size: Size) -> Config {
    let profiles = profiles(size);
    let agent = |number: u32| AgentSpec {
        skills: profiles[(number % size.profiles) as usize]
            .iter()
            .map(|(&skill, &level)| (name(skill).into(), level.into()))
            .collect(),
        ..AgentSpec::new(&format!("agent {number}"))
    };
    let queue = |number: u32| QueueConfig {
        requires: name(number % size.skills).into(),
        base_points: i64::from(number / size.skills) * 10,
        ..QueueConfig::new(&format!("queue {number}"))
    };
    Config {
        name: "centre".into(),
        memory: MemoryConfig { ended_ids_for: Span::ZERO, ended_ids_max: 0 },
        channels: vec![ChannelConfig::new("voice")],
        skills: (0..size.skills).map(|skill| SkillConfig { name: name(skill).into() }).collect(),
        pools: Vec::new(),
        queues: (0..size.queues).map(queue).collect(),
        agents: (0..size.agents).map(agent).collect(),
        calendars: Vec::new(),
        calling_hours: Vec::new(),
        joint: None,
        combinations: Vec::new(),
        project_lock: None,
        forecast: None,
        partners: Vec::new(),
        surges: Vec::new(),
        private_attributes: BTreeSet::new(),
    }
}

fn name(skill: u32) -> String {
    format!("s{skill}")
}

type Profile = BTreeMap<u32, Proficiency>;

fn profiles(size: Size) -> Vec<Profile> {
    let mut chance = 1;
    let mut seen = BTreeSet::new();
    let mut profiles = Vec::new();
    while profiles.len() < size.profiles as usize {
        let skills = 2 + profiles.len() % 3;
        let mut profile = Profile::new();
        while profile.len() < skills {
            let level = Proficiency::new(1 + (draw(&mut chance) % 10) as u8).expect("from 1 to 10");
            profile.insert(draw(&mut chance) % size.skills, level);
        }
        if seen.insert(profile.clone()) {
            profiles.push(profile);
        }
    }
    profiles
}

/// The next of a fixed sequence (Knuth's linear congruential generator, upper half).
pub(crate) fn draw(state: &mut u64) -> u32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 32) as u32
}
