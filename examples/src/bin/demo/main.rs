//! One real day of a telephone centre, three times: on the live engine, in simulation, and replayed from the journal.
//!
//! `make demo`, or `cargo run --release -p sunline-examples --bin demo -- [--seconds N] [--out DIR]`.
#![allow(clippy::print_stdout, reason = "it shows the day")]

mod day;
mod live;
mod page;

use std::path::{Path, PathBuf};

use sunline::journal::{Durability, RedbStore, replay};
use sunline::measures::{Measures, QueueCounts, ServiceLevel};
use sunline::sim::{Course, Listener, Scenario};
use sunline::time::{Span, Timestamp};
use sunline::{Event, EventKind};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let options = Options::read()?;
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let day = day::read(&data.join("bank-day.csv"), &data.join("bank-day-agents.csv"))
        .map_err(|e| e.to_string())?;
    let scenario = &day.scenario;
    let calls = scenario.contacts.len();
    println!(
        "Monday, 10 May 1999: {calls} calls and {} agents of a real bank, from its own log.\n",
        scenario.shifts.len()
    );

    std::fs::create_dir_all(&options.out)?;
    let journal = options.out.join("journal");
    if journal.exists() {
        std::fs::remove_dir_all(&journal)?;
    }
    let length = scenario.end.since(scenario.start).as_secs_f64();
    let factor = length / options.seconds;
    println!("1. Live: ractor sessions for each agent, journal on disk, a clock {factor:.0} times as fast.");
    let runtime = tokio::runtime::Runtime::new()?;
    let live = runtime.block_on(live::play(scenario, &journal, factor))?;
    drop(runtime);
    let (live_measures, live_course, live_waits) = watch(scenario, &live.events);
    println!(
        "   {} events in {:.1} s; state {}",
        live.events.len(),
        live.took.as_secs_f64(),
        short(&live.state_hash)
    );

    println!("2. Simulated: the same configuration and calls, in virtual time.");
    let began = std::time::Instant::now();
    let mut simulated: Vec<Event> = Vec::new();
    let report = scenario.run_with(1999, 0, &mut |event: &Event| simulated.push(event.clone()))?;
    let took = began.elapsed();
    let (sim_measures, sim_course, sim_waits) = watch(scenario, &simulated);
    println!(
        "   {} commands, {} events in {:.0} ms",
        report.commands,
        simulated.len(),
        took.as_secs_f64() * 1e3
    );

    println!("3. Replayed: the live journal, opened again and decided again.");
    let began = std::time::Instant::now();
    let store = RedbStore::open(&journal, Durability::Durable)?;
    let replayed = replay(&store)?;
    let verdict = if replayed.state_hash == live.state_hash { "replay equal" } else { "REPLAY DIFFERS" };
    println!(
        "   {} events in {} frames, {:.0} ms; state {}: {verdict}\n",
        replayed.events,
        replayed.frames,
        began.elapsed().as_secs_f64() * 1e3,
        short(&replayed.state_hash)
    );

    let rows = table(&day, &live_measures, &sim_measures);
    print_rows(&rows);
    let story = live::story(&live.events, scenario).unwrap_or_default();
    println!(
        "\nThe recorded agents also paused between calls, which their log does not show; ours are ready at once."
    );
    println!("\n{story}\n");

    let recorded_course = summed(&day.course);
    let recorded_waits: Vec<_> = day.waits.iter().map(|(joined, wait)| (*joined + *wait, *wait)).collect();
    let runs = [
        page::Run { name: "recorded", color: "#9aa5ae", course: &recorded_course, waits: &recorded_waits },
        page::Run { name: "live", color: "#d1495b", course: &live_course, waits: &live_waits },
        page::Run { name: "simulated", color: "#2e86ab", course: &sim_course, waits: &sim_waits },
    ];
    let ahead = Span::from_secs(3 * 3600);
    let window = page::Window { from: scenario.start, until: scenario.end, ahead };
    let intro = format!(
        "{calls} calls and {} agents. Agents have the skills and hours that their recorded calls show. \
         The recorded agents also paused between calls, which the log does not show, so recorded waits are longer. \
         Live state {}; {verdict}.",
        scenario.shifts.len(),
        live.state_hash
    );
    let html =
        page::page("One day of a telephone centre", &intro, &page::table(&rows), &story, &window, &runs);
    let path = options.out.join("report.html");
    std::fs::write(&path, html)?;
    println!("Report with plots: {}", path.display());
    if replayed.state_hash == live.state_hash {
        Ok(())
    } else {
        Err("the replay differs from the live run".into())
    }
}

struct Options {
    seconds: f64,
    out: PathBuf,
}

impl Options {
    fn read() -> Result<Self, Failure> {
        let mut options = Self { seconds: 25.0, out: PathBuf::from("out/demo") };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            match word.as_str() {
                "--seconds" => {
                    options.seconds = value.parse().map_err(|_| format!("--seconds {value}: not a number"))?
                }
                "--out" => options.out = value.into(),
                _ => return Err(format!("{word}: the options are --seconds N and --out DIR").into()),
            }
        }
        if !(options.seconds > 0.0 && options.seconds.is_finite()) {
            return Err("--seconds must be more than 0".into());
        }
        Ok(options)
    }
}

type Curve = Vec<(Timestamp, i64, i64)>;
type Waits = Vec<(Timestamp, Span)>;

/// Figures, course and waits, all from the events alone.
fn watch(scenario: &Scenario, events: &[Event]) -> (Measures, Curve, Waits) {
    let thresholds: Vec<_> =
        scenario.config.queues.iter().map(|q| (q.answer_within, q.short_abandon)).collect();
    let (mut measures, mut course, mut waits) = (Measures::new(&thresholds), Course::default(), Vec::new());
    for event in events {
        measures.observe(event);
        course.hear(event);
        if let EventKind::ContactEnded { waited, handled, .. } = &event.kind {
            waits.push((event.at - *handled, *waited));
        }
    }
    (measures, course.points, waits)
}

/// Changes as levels.
fn summed(changes: &[(Timestamp, i64, i64)]) -> Curve {
    let (mut waiting, mut talking) = (0, 0);
    let level = |&(at, more_waiting, more_talking): &(Timestamp, i64, i64)| {
        waiting += more_waiting;
        talking += more_talking;
        (at, waiting, talking)
    };
    changes.iter().map(level).collect()
}

fn table(day: &day::Day, live: &Measures, simulated: &Measures) -> Vec<Vec<String>> {
    let mut rows = vec![
        ["queue", "run", "offered", "served", "abandoned", "in 20 s", "ASA", "AHT"]
            .map(String::from)
            .to_vec(),
    ];
    let mut all = day::Recorded::default();
    let total = |measures: &Measures| {
        measures.queues().iter().skip(1).fold(measures.queues()[0], |sum, queue| sum.plus(queue))
    };
    for (number, (name, recorded)) in day.recorded.iter().enumerate() {
        rows.push(recorded_row(name, recorded));
        rows.push(counted_row("live", &live.queues()[number]));
        rows.push(counted_row("simulated", &simulated.queues()[number]));
        all.add(recorded);
    }
    rows.push(recorded_row("all", &all));
    rows.push(counted_row("live", &total(live)));
    rows.push(counted_row("simulated", &total(simulated)));
    rows
}

fn recorded_row(name: &str, r: &day::Recorded) -> Vec<String> {
    let mean = |sum: i64, count: u64| sum as f64 / count.max(1) as f64;
    vec![
        name.to_owned(),
        "recorded".to_owned(),
        r.offered.to_string(),
        r.served.to_string(),
        r.abandoned.to_string(),
        format!("{:.1} %", 100.0 * r.in_time as f64 / r.offered.max(1) as f64),
        format!("{:.0} s", mean(r.wait_of_served_s, r.served)),
        format!("{:.0} s", mean(r.talk_s, r.talks)),
    ]
}

fn counted_row(run: &str, counts: &QueueCounts) -> Vec<String> {
    vec![
        String::new(),
        run.to_owned(),
        counts.arrived.to_string(),
        counts.answered.to_string(),
        counts.abandoned.to_string(),
        format!("{:.1} %", 100.0 * counts.service_level(ServiceLevel::AbandonsFail).unwrap_or_default()),
        format!("{:.0} s", counts.asa().unwrap_or_default().as_secs_f64()),
        format!("{:.0} s", counts.aht().unwrap_or_default().as_secs_f64()),
    ]
}

fn print_rows(rows: &[Vec<String>]) {
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(i, cell)| match i {
                0 => format!("{cell:<6}"),
                1 => format!("{cell:<10}"),
                _ => format!("{cell:>10}"),
            })
            .collect();
        println!("{}", cells.join(" "));
    }
}

fn short(hash: &sunline::StateHash) -> String {
    hash.to_string().get(..16).unwrap_or_default().to_owned()
}
