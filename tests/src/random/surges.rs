//! Overflow, partners and surges of a drawn centre.

use smol_str::SmolStr;
use sunline_core::config::{
    AdmissionConfig, OverflowConfig, PartnerConfig, Signal, SurgeBounds, SurgeConfig, SurgeReserve,
    TriggerConfig, TurnAway, WindowConfig,
};
use sunline_core::{Config, Span};

use super::centre::{CLASSES, OPENING, some};
use super::chance::Chance;

/// Gives a centre overflow rules, a partner and a surge.
pub(super) fn draw(config: &mut Config, chance: &mut Chance) {
    let names: Vec<SmolStr> = config.queues.iter().map(|queue| queue.name.clone()).collect();
    let foretold = config.forecast.is_some();
    let trigger = |chance: &mut Chance| {
        let signal = *chance.pick(&[Signal::Length, Signal::Wait, Signal::SignedIn]);
        let (low, high) = (chance.from(0, 2) as u32, chance.from(3, 8) as u32);
        let signal = match chance.below(2) {
            0 if foretold => *chance.pick(&[Signal::PredictedWait, Signal::PredictedServiceLevel]),
            _ => signal,
        };
        let (low, high) = match signal {
            Signal::PredictedWait => (low * 10, high * 20),
            Signal::PredictedServiceLevel => (low * 20, 50 + high * 5),
            _ => (low, high),
        };
        let (enter, leave) = if signal.falls() { (low, high) } else { (high, low) };
        let min_active = Span::from_secs(chance.from(1, 30));
        TriggerConfig { signal, enter, leave, min_active, min_idle: Span::from_secs(chance.from(1, 30)) }
    };
    for number in 0..names.len() - 1 {
        if chance.percent(40) {
            let when = trigger(chance);
            let to = chance.pick(&names[number + 1..]).clone();
            config.queues[number].overflow = vec![OverflowConfig { when, to }];
        }
    }
    let last = names[names.len() - 1].clone();
    config.partners.push(PartnerConfig {
        name: "acme".into(),
        queue: last.clone(),
        data_classes: some(&CLASSES, 50, chance).collect(),
        topics: if chance.percent(30) { names.iter().take(1).cloned().collect() } else { Default::default() },
        from: None,
        until: chance.percent(30).then(|| OPENING + Span::from_secs(chance.from(10, 600))),
        concurrency: chance.percent(50).then(|| chance.from(0, 4) as u32),
        share: *chance.pick(&[100, 100, 50, 20]),
        only_in_surge: chance.percent(30),
        answer_within: None,
    });
    let planned = WindowConfig {
        from: OPENING + Span::from_secs(chance.from(1, 120)),
        until: OPENING + Span::from_secs(chance.from(130, 400)),
    };
    let admission = AdmissionConfig {
        max_length: chance.percent(50).then(|| chance.from(0, 3) as u32),
        max_wait: chance.percent(50).then(|| Span::from_secs(chance.from(1, 40))),
        when_full: *chance.pick(&[TurnAway::Block, TurnAway::Callback]),
        ..AdmissionConfig::default()
    };
    config.surges.push(SurgeConfig {
        name: "storm".into(),
        queues: names.iter().cloned().collect(),
        when: chance.percent(70).then(|| trigger(chance)),
        planned: vec![planned],
        bounds: vec![SurgeBounds { queue: names[0].clone(), admission }],
        deflect: if chance.percent(20) {
            names.iter().take(1).cloned().collect()
        } else {
            Default::default()
        },
        shed: if chance.percent(40) { vec![last] } else { Vec::new() },
        shed_above: chance.from(0, 6) as u32,
        open_partners: ["acme".into()].into_iter().collect(),
        reserves: Vec::new(),
    });
    for pool in &config.pools {
        if chance.percent(30) {
            let queue = chance.pick(&names).clone();
            let kept = SurgeReserve { pool: pool.name.clone(), queue, reserve: chance.from(0, 2) as u16 };
            config.surges[0].reserves.push(kept);
        }
    }
}
