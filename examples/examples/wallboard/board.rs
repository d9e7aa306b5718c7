//! What a wallboard shows, and how it is drawn: plain text with ANSI colours.

use std::fmt::Write;
use std::time::Duration;

use sunline::measures::{Measures, ServiceLevel};
use sunline::{AgentCounts, Finding, Latencies, Span, Timestamp, Views};

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const PLAIN: &str = "\x1b[0m";

/// One picture.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    pub(crate) queues: Vec<QueueLine>,
    pub(crate) agents: AgentCounts,
    /// What the watchdog finds just now, each as a sentence.
    pub(crate) trouble: Vec<String>,
    pub(crate) commands: u64,
    pub(crate) decision_p50: Duration,
    pub(crate) decision_p99: Duration,
    pub(crate) commit_p99: Duration,
}

/// One queue.
#[derive(Clone, Debug)]
pub(crate) struct QueueLine {
    pub(crate) name: String,
    pub(crate) waiting: u32,
    pub(crate) longest_wait: Span,
    pub(crate) answered: u64,
    pub(crate) abandoned: u64,
    /// Share answered in time; nothing until there is something to share.
    pub(crate) service_level: Option<f64>,
    pub(crate) target: f64,
}

impl Board {
    /// Puts together what the engine tells. `target`: the service level that is wanted.
    pub(crate) fn of(
        views: &Views,
        now: Timestamp,
        measures: &Measures,
        latencies: &Latencies,
        findings: &[Finding],
        target: f64,
    ) -> Self {
        let line = |queue: &sunline::QueueReading| {
            let counts = measures.queue(queue.id);
            QueueLine {
                name: queue.name.to_string(),
                waiting: queue.waiting,
                longest_wait: queue.longest_wait(now),
                answered: counts.map_or(0, |counts| counts.answered),
                abandoned: counts.map_or(0, |counts| counts.abandoned),
                service_level: counts.and_then(|counts| counts.service_level(ServiceLevel::ShortExcluded)),
                target,
            }
        };
        Self {
            queues: views.queues.iter().map(line).collect(),
            agents: views.agents(),
            trouble: findings.iter().filter(|found| found.is_open()).map(ToString::to_string).collect(),
            commands: latencies.decision.count(),
            decision_p50: latencies.decision.p50(),
            decision_p99: latencies.decision.p99(),
            commit_p99: latencies.commit.p99(),
        }
    }
}

/// Draws a board, a line feed at the end of each line. With `colour`, what misses its target is red, what keeps it green.
pub(crate) fn render(board: &Board, colour: bool) -> String {
    let mut out = String::new();
    let paint = |text: String, good: bool| match (colour, good) {
        (false, _) => text,
        (true, true) => format!("{GREEN}{text}{PLAIN}"),
        (true, false) => format!("{RED}{text}{PLAIN}"),
    };
    let mut line = |text: &str| writeln!(out, "{}", text.trim_end()).expect("a string takes everything");
    line("queue         waiting   longest  answered  gave up     level");
    for queue in &board.queues {
        let level = match queue.service_level {
            None => format!("{:>8}", "-"),
            Some(level) => paint(format!("{:>7.1}%", level * 100.0), level >= queue.target),
        };
        line(&format!(
            "{:<12}  {:>7}  {:>8}  {:>8}  {:>7}  {level}",
            short(&queue.name, 12),
            queue.waiting,
            clock(queue.longest_wait),
            queue.answered,
            queue.abandoned,
        ));
    }
    let states = board.agents.by_state().into_iter().filter(|(_, count)| *count > 0);
    let states: Vec<String> =
        states.map(|(state, count)| format!("{count} {}", state.replace('_', " "))).collect();
    line(&format!("agents        {}", states.join(", ")));
    line(&format!(
        "decisions     {}, half within {:.1?}, 99 % within {:.1?}; commits 99 % within {:.1?}",
        board.commands, board.decision_p50, board.decision_p99, board.commit_p99
    ));
    if board.trouble.is_empty() {
        line(&format!("engine        {}", paint("well".to_owned(), true)));
    }
    for trouble in &board.trouble {
        line(&format!("engine        {}", paint(trouble.clone(), false)));
    }
    out
}

/// Minutes and seconds; hours where there are any.
fn clock(span: Span) -> String {
    let seconds = span.whole_secs().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The first characters of a name that is too long, and a sign that there were more.
fn short(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    name.chars().take(most - 1).chain(['…']).collect()
}
