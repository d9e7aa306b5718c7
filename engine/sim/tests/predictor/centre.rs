//! The centre that is simulated.

use sunline_core::hours::{HoursTable, Interval};
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentSpec, Config, Proficiency};
use sunline_sim::{Arrivals, ContactStream, Distribution, Scenario};

/// Queues, and what an agent of each group serves.
pub(crate) const QUEUES: [&str; 3] = ["a", "b", "c"];
const GROUPS: [&[&str]; 3] = [&["a"], &["a", "b"], &["b", "c"]];
const AGENTS_A_GROUP: usize = 8;
const RATES: [f64; 3] = [160.0, 130.0, 90.0];
const HOURS: i64 = 100;
/// When half the agents leave.
pub(crate) const HALF_LEAVE_AT: Timestamp = Timestamp::from_secs(60 * 3600);

/// What differs between traces.
#[derive(Clone, Copy, Default)]
pub(crate) struct Centre {
    /// Base and points per hour of each queue; `(0, 3600)` each is first come, first served.
    pub(crate) points: [(i64, u32); 3],
    /// Whether a third of the agents is there only every other four hours.
    pub(crate) shifts: bool,
    /// Whether every second agent leaves for good at [`HALF_LEAVE_AT`].
    pub(crate) half_leave: bool,
    /// Whether customers who have waited a minute and a half are called back at their turn.
    pub(crate) callbacks: bool,
}

impl Centre {
    pub(crate) fn scenario(&self) -> Scenario {
        let mut text = String::from("name = 'chain'\nchannels = [{ name = 'voice' }]\n");
        text.push_str("skills = [{ name = 'a' }, { name = 'b' }, { name = 'c' }]\n");
        for (queue, (base, per_hour)) in QUEUES.iter().zip(self.curves()) {
            text.push_str(&format!(
                "[[queues]]\nname = '{queue}'\nrequires = '{queue} >= 1'\noffer = {{ answer = 'auto' }}\n\
                 base_points = {base}\npoints_per_hour = {per_hour}\n"
            ));
            if self.callbacks {
                text.push_str("admission = { max_wait = '90s', after_max_wait = 'callback' }\n");
            }
        }
        let mut config = Config::from_toml(&text).expect("a configuration");
        config.agents = (0..GROUPS.len() * AGENTS_A_GROUP).map(agent).collect();
        let end = Timestamp::from_secs(HOURS * 3600);
        let mut scenario = Scenario::new(config, Timestamp::EPOCH, end);
        for (queue, rate_per_hour) in QUEUES.iter().zip(RATES) {
            scenario.streams.push(ContactStream {
                queue: (*queue).into(),
                arrivals: Arrivals::Poisson { rate_per_hour },
                handling: Distribution::exponential(Span::from_secs(240)),
                patience: Some(Distribution::exponential(Span::from_secs(400))),
                points: 0,
            });
        }
        for (number, spec) in scenario.config.agents.iter().enumerate() {
            if let Some(shift) = self.shift(number, end) {
                scenario.shifts.insert(spec.name.clone(), shift);
            }
        }
        scenario
    }

    /// Base and points per hour of each queue.
    pub(crate) fn curves(&self) -> [(i64, u32); 3] {
        if self.points == [(0, 0); 3] { [(0, 3600); 3] } else { self.points }
    }

    fn shift(&self, agent: usize, end: Timestamp) -> Option<HoursTable> {
        let interval = |from: i64, until: i64| Interval {
            from: Timestamp::from_secs(from * 3600),
            until: Timestamp::from_secs(until * 3600),
        };
        let hours = if self.half_leave && agent.is_multiple_of(2) {
            vec![Interval { from: Timestamp::EPOCH, until: HALF_LEAVE_AT }]
        } else if self.shifts && agent.is_multiple_of(3) {
            (0..HOURS / 8).map(|k| interval(8 * k, 8 * k + 4)).collect()
        } else {
            return None;
        };
        Some(HoursTable::new(&hours, end, "").expect("intervals in order"))
    }
}

fn agent(number: usize) -> AgentSpec {
    let mut spec = AgentSpec::new(&format!("agent {number}"));
    for skill in GROUPS[number / AGENTS_A_GROUP] {
        spec.skills.insert((*skill).into(), Proficiency::new(5).expect("from 1 to 10").into());
    }
    spec
}
