//! The report: one HTML page with plots of the day, drawn as SVG, with nothing to load.

use std::fmt::Write;

use sunline::time::{Span, Timestamp};

/// One run of the day as curves: (instant, contacts waiting, agents talking), in order.
pub(crate) struct Run<'a> {
    pub(crate) name: &'a str,
    pub(crate) color: &'a str,
    pub(crate) course: &'a [(Timestamp, i64, i64)],
    /// When each contact was answered or gave up, and how long it had waited.
    pub(crate) waits: &'a [(Timestamp, Span)],
}

const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 30.0;
const TOP: f64 = 14.0;
/// Means over five minutes: a day has no use for seconds.
const STEP: i64 = 300;

/// The day's window on the page: first and last full local hour, and what local clocks are ahead.
pub(crate) struct Window {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) ahead: Span,
}

impl Window {
    fn x(&self, at: Timestamp) -> f64 {
        let share = at.since(self.from).as_secs_f64() / self.until.since(self.from).as_secs_f64();
        LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - 10.0)
    }

    fn steps(&self) -> usize {
        (self.until.since(self.from).whole_secs() / STEP).max(1) as usize
    }

    fn step_of(&self, at: Timestamp) -> Option<usize> {
        let step = at.since(self.from).whole_secs().div_euclid(STEP);
        usize::try_from(step).ok().filter(|step| *step < self.steps())
    }
}

/// The whole page.
pub(crate) fn page(
    title: &str,
    intro: &str,
    tables: &str,
    record: &str,
    window: &Window,
    runs: &[Run<'_>],
) -> String {
    let waiting = |run: &Run<'_>| averaged(window, run.course, |point| point.1);
    let talking = |run: &Run<'_>| averaged(window, run.course, |point| point.2);
    let mut body = String::new();
    let mut plot = |heading: &str, unit: &str, curves: Vec<Vec<f64>>| {
        let _ = write!(body, "<h2>{heading}</h2>{}", chart(window, unit, runs, &curves));
    };
    plot("Contacts waiting", "contacts, mean of 5 minutes", runs.iter().map(waiting).collect());
    plot(
        "Mean wait of those who left the queue",
        "seconds, mean of 15 minutes",
        runs.iter().map(|run| waits(window, run)).collect(),
    );
    plot("Agents in conversation", "agents, mean of 5 minutes", runs.iter().map(talking).collect());
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{STYLE}</style>\
         <main><h1>{title}</h1><p>{intro}</p>{tables}{body}<h2>One decision, in words</h2><pre>{record}</pre>\
         <footer>Calls: the \"Anonymous Bank\" log, organised by Ilan Guedj and Avishai Mandelbaum, Technion, Haifa.</footer></main></html>\n"
    )
}

/// A table of text cells; the first row is the head.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let mut html = String::from("<table>");
    for (i, row) in rows.iter().enumerate() {
        let cell = if i == 0 { "th" } else { "td" };
        html.push_str("<tr>");
        for text in row {
            let _ = write!(html, "<{cell}>{text}</{cell}>");
        }
        html.push_str("</tr>");
    }
    html + "</table>"
}

/// Time averages of a step function, one a step of the window.
fn averaged(
    window: &Window,
    course: &[(Timestamp, i64, i64)],
    level: impl Fn(&(Timestamp, i64, i64)) -> i64,
) -> Vec<f64> {
    let mut sums = vec![0.0; window.steps()];
    let mut add = |from: Timestamp, until: Timestamp, value: i64| {
        let mut at = from.max(window.from);
        let until = until.min(window.until);
        while at < until {
            let Some(step) = window.step_of(at) else { return };
            let end = (window.from + Span::from_secs((step as i64 + 1) * STEP)).min(until);
            sums[step] += value as f64 * end.since(at).as_secs_f64() / STEP as f64;
            at = end;
        }
    };
    for pair in course.windows(2) {
        add(pair[0].0, pair[1].0, level(&pair[0]));
    }
    sums
}

/// Mean wait by quarter of an hour, drawn at each step of it.
fn waits(window: &Window, run: &Run<'_>) -> Vec<f64> {
    const STEPS: usize = 3;
    let mut sums = vec![(0.0, 0.0); window.steps() / STEPS + 1];
    for (at, wait) in run.waits {
        if let Some(step) = window.step_of(*at) {
            sums[step / STEPS].0 += wait.as_secs_f64();
            sums[step / STEPS].1 += 1.0;
        }
    }
    let mean = |(sum, count): (f64, f64)| if count > 0.0 { sum / count } else { 0.0 };
    (0..window.steps()).map(|step| mean(sums[step / STEPS])).collect()
}

fn chart(window: &Window, unit: &str, runs: &[Run<'_>], curves: &[Vec<f64>]) -> String {
    let highest = curves.iter().flatten().copied().fold(1.0, f64::max);
    let tick = nice(highest / 4.0);
    let top = (highest / tick).ceil() * tick;
    let y = |value: f64| HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP);
    let mut svg = format!("<svg viewBox='0 0 {WIDTH} {HEIGHT}' role=img aria-label='{unit}'>");
    let mut value = 0.0;
    while value <= top + tick / 2.0 {
        let line = y(value);
        let _ = write!(
            svg,
            "<line class=grid x1={LEFT} x2={} y1={line:.1} y2={line:.1} /><text x={} y={:.1} text-anchor=end>{value}</text>",
            WIDTH - 10.0,
            LEFT - 6.0,
            line + 4.0
        );
        value += tick;
    }
    let mut hour = (window.from + window.ahead).as_nanos().div_euclid(3_600_000_000_000);
    loop {
        hour += 1;
        let at = Timestamp::from_secs(hour * 3600) - window.ahead;
        if at >= window.until {
            break;
        }
        if hour % 2 == 0 {
            let _ = write!(
                svg,
                "<text x={:.1} y={} text-anchor=middle>{}:00</text>",
                window.x(at),
                HEIGHT - 10.0,
                hour % 24
            );
        }
    }
    for (run, curve) in runs.iter().zip(curves) {
        let points = curve.iter().enumerate().map(|(step, value)| {
            let at = window.from + Span::from_secs(step as i64 * STEP + STEP / 2);
            format!("{:.1},{:.1}", window.x(at), y(*value))
        });
        let points: Vec<String> = points.collect();
        let _ = write!(svg, "<polyline points='{}' stroke='{}' />", points.join(" "), run.color);
    }
    let mut x = LEFT + 8.0;
    for run in runs {
        let _ = write!(
            svg,
            "<rect x={x} y={TOP} width=12 height=4 fill='{}' /><text x={} y={}>{}</text>",
            run.color,
            x + 18.0,
            TOP + 6.0,
            run.name
        );
        x += 34.0 + 7.0 * run.name.len() as f64;
    }
    svg + &format!("</svg><p class=unit>{unit}; local time</p>")
}

/// A round step near `wanted`: 1, 2 or 5 times a power of ten.
fn nice(wanted: f64) -> f64 {
    let power = 10f64.powf(wanted.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|factor| factor * power)
        .find(|step| *step >= wanted)
        .unwrap_or(power * 10.0)
        .max(1.0)
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;color:#1c2733;margin:2rem;background:#fbfbf9}\
main{max-width:1080px;margin:auto}h1{font-size:1.6rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}\
th,td{padding:.25rem .8rem;text-align:right;border-bottom:1px solid #dde2e6}th:first-child,td:first-child{text-align:left}\
svg{width:100%;background:#fff;border:1px solid #e4e7ea;border-radius:6px}svg text{font-size:11px;fill:#5a6672}\
.grid{stroke:#edf0f2}polyline{fill:none;stroke-width:1.6;stroke-linejoin:round}.unit{color:#5a6672;font-size:.85rem;margin-top:0}\
pre{background:#fff;border:1px solid #e4e7ea;border-radius:6px;padding:1rem;white-space:pre-wrap}footer{margin-top:3rem;color:#5a6672;font-size:.85rem}";
