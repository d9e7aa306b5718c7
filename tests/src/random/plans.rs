//! Plans of a drawn centre: steps that open within the minutes of a run.

use smol_str::SmolStr;
use sunline_core::config::{AffinityConfig, QueueConfig, StepConfig, Target};
use sunline_core::skill::Absolute;
use sunline_core::{Config, Proficiency, Span};

use super::chance::Chance;

/// Draws plans for some queues of some centres.
pub(super) fn draw(config: &mut Config, chance: &mut Chance) {
    if chance.percent(50) {
        return;
    }
    for queue in &mut config.queues {
        queue.affinity = chance.percent(40).then(|| AffinityConfig {
            max_wait: Span::from_secs(chance.from(1, 60)),
            bonus: Span::from_secs(chance.from(1, 30)),
            memory: Span::from_secs(chance.from(0, 300)),
        });
    }
    for number in 0..config.queues.len() {
        if chance.percent(60) {
            of_queue(number, config, chance);
        }
    }
}

/// Another plan for one queue.
pub(super) fn of_queue(number: usize, config: &mut Config, chance: &mut Chance) {
    let targets =
        if chance.percent(40) { ring(&config.queues[number].name, config, chance) } else { Vec::new() };
    let plan = plan(number, config, chance);
    (config.queues[number].targets, config.queues[number].plan) = (targets, plan);
}

/// Pools, sites, partners, queues or everyone.
fn ring(own: &str, config: &Config, chance: &mut Chance) -> Vec<Target> {
    let others = || {
        let open = |other: &&QueueConfig| other.absolute == Absolute::default() && other.name != own;
        config.queues.iter().filter(open).map(|queue| queue.name.clone()).collect::<Vec<SmolStr>>()
    };
    let one = |chance: &mut Chance| match chance.below(7) {
        3 if !others().is_empty() => Target::Queue(chance.pick(&others()).clone()),
        0 => Target::Partner("acme".into()),
        1 => Target::Everyone,
        2 => Target::Site((*chance.pick(&super::centre::SITES)).into()),
        _ => chance.any(config.pools.iter()).map_or(Target::Everyone, |pool| Target::Pool(pool.name.clone())),
    };
    (0..chance.from(1, 2)).map(|_| one(chance)).collect()
}

/// A plan of a few steps; only the last may move contacts to another queue.
fn plan(own: usize, config: &Config, chance: &mut Chance) -> Vec<StepConfig> {
    let others: Vec<&SmolStr> =
        config.queues.iter().enumerate().filter(|(i, _)| *i != own).map(|(_, queue)| &queue.name).collect();
    let has_hours = config.queues[own].opening.is_some();
    let mut after = 0;
    let steps = chance.from(1, 3);
    let step = |n: i64| {
        after += chance.from(1, 20);
        let mut step = StepConfig { after: Span::from_secs(after), ..StepConfig::default() };
        match chance.below(6) {
            0 => step.drop = vec![chance.pick(&config.skills).name.clone()],
            1 => step.drop_all = true,
            2 => {
                let skill = chance.pick(&config.skills).name.clone();
                step.lower.insert(skill, Proficiency::new(chance.from(1, 5) as u8).expect("a level"));
            }
            3 => step.add = ring(&config.queues[own].name, config, chance),
            4 => step.move_to = ring(&config.queues[own].name, config, chance),
            _ => {}
        }
        if n + 1 == steps && chance.percent(30) {
            step.move_to_queue = chance.any(others.iter()).map(|name| (*name).clone());
        }
        step.callback = has_hours && step.move_to_queue.is_none() && chance.percent(20);
        step
    };
    (0..steps).map(step).collect()
}
