//! The week as one SVG image.
//!
//! ```text
//! title                                            figures
//!            Mon     Tue     Wed     Thu     Fri     Sat     Sun
//! promised   ████████████████████████▓▓██████████████████████      ▓ nobody there
//! branch       ███     ███     ███     ███     ███                 hours a week
//! agents     ▁▁███▁▁▁▁███▁▁▁▁███▁▁▁▁███▁▁▁▁███▁▁▁ branch on branch, and the need as a line
//! ```
//!
//! A branch has one colour in its row and among the agents. All other colours are classes, so that a page may give
//! them other ones.

use std::fmt::Write as _;

use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

use super::steps::Step;
use super::{Branch, WeekView, escaped, hours_of};

const WIDTH: f64 = 1280.0;
const LEFT: f64 = 196.0;
const RIGHT: f64 = 1190.0;
const TOP: f64 = 118.0;
const ROW: f64 = 40.0;
const BAR: f64 = 18.0;
const CHART: f64 = 170.0;

const STYLE: &str = "\
.wk{font-family:Inter,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif;font-size:12px}\
.wk-bg{fill:#ffffff}.wk-weekend{fill:#f4f6f9}.wk-line{stroke:#e3e7ee;stroke-width:1}.wk-day{stroke:#c3cad6;stroke-width:1}\
.wk-text{fill:#1f2733}.wk-soft{fill:#6b7686}.wk-title{font-size:22px;font-weight:600}.wk-name{font-size:13px;font-weight:600}\
.wk-small{font-size:11px}.wk-promise{fill:#33415c}.wk-gap{fill:#d7373f}.wk-band{fill:#d7373f;fill-opacity:.10}\
.wk-staff{fill-opacity:.55;shape-rendering:crispEdges}.wk-need{fill:none;stroke:#c96a00;stroke-width:1.8;stroke-linejoin:round}\
.wk-short{fill:#d7373f;fill-opacity:.45;shape-rendering:crispEdges}.wk-bad{fill:#d7373f}.wk-good{fill:#1f8a4c}";

impl WeekView<'_> {
    /// The week as an SVG document, 1280 units wide.
    pub fn to_svg(&self) -> String {
        let mut out = String::new();
        let height = self.height();
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" class=\"wk\" role=\"img\" aria-label=\"{}\"><style>{STYLE}</style>\
             <rect class=\"wk-bg\" width=\"{WIDTH}\" height=\"{height}\"/>",
            escaped(self.title)
        );
        self.head(&mut out);
        self.days(&mut out);
        self.rows(&mut out);
        if self.has_chart() {
            self.chart(&mut out);
        }
        self.legend(&mut out);
        out.push_str("</svg>\n");
        out
    }

    fn has_chart(&self) -> bool {
        self.branches.iter().any(|branch| branch.agents > 0) || !self.load.is_empty()
    }

    /// Where the rows end.
    fn rows_end(&self) -> f64 {
        TOP + ROW * (self.branches.len() as f64 + 1.0)
    }

    fn height(&self) -> f64 {
        self.rows_end() + if self.has_chart() { CHART + 46.0 } else { 18.0 } + 44.0
    }

    fn x(&self, at: Timestamp) -> f64 {
        let window = self.window();
        let at = at.clamp(window.from, window.horizon);
        let share = at.since(window.from).as_secs_f64() / window.horizon.since(window.from).as_secs_f64();
        LEFT + share * (RIGHT - LEFT)
    }

    fn head(&self, out: &mut String) {
        text(out, 24.0, 38.0, "wk-text wk-title", "start", self.title);
        text(out, 24.0, 60.0, "wk-soft", "start", &self.subtitle());
        let Self { coverage, .. } = self;
        let (gaps, class) = match coverage.gaps.len() {
            0 => ("no gap".to_owned(), "wk-good wk-name"),
            1 => (format!("1 gap, {}", hours_of(coverage.uncovered)), "wk-bad wk-name"),
            n => (format!("{n} gaps, {}", hours_of(coverage.uncovered)), "wk-bad wk-name"),
        };
        let right = WIDTH - 24.0;
        text(out, right, 36.0, class, "end", &gaps);
        let short: i64 = self.shortages.iter().map(|s| s.length().whole_secs()).sum();
        let mut promised = format!("{} promised", hours_of(coverage.promised));
        if !self.load.is_empty() {
            let _ = write!(promised, ", short of agents for {}", hours_of(Span::from_secs(short)));
        }
        text(out, right, 60.0, "wk-soft", "end", &promised);
    }

    fn days(&self, out: &mut String) {
        let bottom = if self.has_chart() { self.rows_end() + CHART + 24.0 } else { self.rows_end() };
        for pair in self.midnights.windows(2) {
            let ((date, from), (_, until)) = (pair[0], pair[1]);
            let (left, right) = (self.x(from), self.x(until));
            if date.weekday().to_monday_zero_offset() >= 5 {
                rect(out, "wk-weekend", (left, right), TOP - 22.0, bottom - TOP + 22.0, "");
            }
            let mut tick = from + Span::from_secs(6 * 3600);
            while tick < until {
                line(out, "wk-line", self.x(tick), TOP, bottom);
                tick += Span::from_secs(6 * 3600);
            }
            let label = date.strftime("%a %-d %b").to_string();
            text(out, f64::midpoint(left, right), TOP - 8.0, "wk-text", "middle", &label);
            let hours = until.since(from).whole_secs() / 3600;
            if hours != 24 {
                let label = format!("{hours} hours");
                text(out, f64::midpoint(left, right), TOP - 26.0, "wk-soft wk-small", "middle", &label);
            }
        }
        for &(_, midnight) in &self.midnights {
            line(out, "wk-day", self.x(midnight), TOP - 22.0, bottom);
        }
    }

    fn rows(&self, out: &mut String) {
        for gap in &self.coverage.gaps {
            let ends = (self.x(gap.from), self.x(gap.until));
            rect(out, "wk-band", ends, TOP, self.rows_end() - TOP, "");
        }
        self.label(out, 0, "Promised", "what customers were told");
        self.bars(out, 0, "class=\"wk-promise\"", self.promise);
        let y = row_y(0);
        for gap in &self.coverage.gaps {
            rect(out, "wk-gap", (self.x(gap.from), self.x(gap.until)), y, BAR, &gap.to_string());
        }
        self.total(out, 0, self.promise);
        for (index, branch) in self.branches.iter().enumerate() {
            self.label(out, index + 1, branch.name, &self.place(branch));
            self.bars(out, index + 1, &format!("fill=\"{}\"", self.colour(index)), branch.hours);
            self.total(out, index + 1, branch.hours);
        }
    }

    /// `UTC+03:00, 12 agents`.
    fn place(&self, branch: &Branch<'_>) -> String {
        let offset = branch.zone.local(self.window().from).offset();
        match branch.agents {
            0 => format!("UTC{offset}"),
            1 => format!("UTC{offset}, 1 agent"),
            n => format!("UTC{offset}, {n} agents"),
        }
    }

    fn label(&self, out: &mut String, row: usize, name: &str, place: &str) {
        let name: String = name.chars().take(24).collect();
        text(out, 24.0, row_y(row) + 6.0, "wk-text wk-name", "start", &name);
        text(out, 24.0, row_y(row) + 21.0, "wk-soft wk-small", "start", place);
    }

    /// The colour of a branch, from blue for the first to green for the last.
    fn colour(&self, index: usize) -> String {
        let share = index as f64 / (self.branches.len().max(2) - 1) as f64;
        let mix = |first: f64, last: f64| (first + share * (last - first)).round();
        format!(
            "#{:02x}{:02x}{:02x}",
            mix(53.0, 92.0) as u8,
            mix(110.0, 178.0) as u8,
            mix(196.0, 128.0) as u8
        )
    }

    fn bars(&self, out: &mut String, row: usize, style: &str, hours: &HoursTable) {
        let window = self.window();
        for open in hours.clipped(window.from, window.horizon).intervals() {
            let (from, until) = (self.zone.local(open.from), self.zone.local(open.until));
            let told = format!("{from} to {until}, {}", hours_of(open.until.since(open.from)));
            styled_rect(out, style, (self.x(open.from), self.x(open.until)), row_y(row), BAR, &told);
        }
    }

    fn total(&self, out: &mut String, row: usize, hours: &HoursTable) {
        let window = self.window();
        let open = hours.open_between(window.from, window.horizon);
        text(out, WIDTH - 24.0, row_y(row) + 13.0, "wk-soft", "end", &hours_of(open));
    }

    fn chart(&self, out: &mut String) {
        let (top, bottom) = (self.rows_end() + 24.0, self.rows_end() + 24.0 + CHART);
        let steps = self.steps();
        let most = steps.iter().map(|s| s.staffed.max(s.needed)).fold(1.0, f64::max);
        let tick = nice_tick(most);
        let ceiling = (most / tick).ceil() * tick;
        let y = |agents: f64| bottom - agents / ceiling * CHART;
        text(out, 24.0, top + 14.0, "wk-text wk-name", "start", "Agents");
        text(out, 24.0, top + 29.0, "wk-soft wk-small", "start", "on shift, and needed");
        let mut level = 0.0;
        while level <= ceiling + tick / 2.0 {
            let _ = write!(
                out,
                "<line class=\"wk-line\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>",
                y(level)
            );
            text(out, LEFT - 8.0, y(level) + 4.0, "wk-soft wk-small", "end", &format!("{level}"));
            level += tick;
        }
        self.stacks(out, &steps, y);
        for step in steps.iter().filter(|step| step.needed > step.staffed) {
            let Step { from, until, staffed, needed } = *step;
            let told = format!("{}: {needed:.0} needed, {staffed:.0} on shift", self.zone.local(from));
            let (upper, lower) = (y(needed), y(staffed));
            rect(out, "wk-short", (self.x(from), self.x(until)), upper, lower - upper, &told);
        }
        if let Some(first) = steps.first().filter(|_| !self.load.is_empty()) {
            let need = steps.iter().fold(format!("M{LEFT:.1} {:.1}", y(first.needed)), |mut path, step| {
                let _ = write!(path, "V{:.1}H{:.1}", y(step.needed), self.x(step.until));
                path
            });
            let _ = write!(out, "<path class=\"wk-need\" d=\"{need}\"/>");
        }
    }

    /// The agents of each branch, on top of those of the branches before it.
    fn stacks(&self, out: &mut String, steps: &[Step], y: impl Fn(f64) -> f64) {
        let mut below = vec![0.0; steps.len()];
        for (index, branch) in self.branches.iter().enumerate() {
            let mut path = String::new();
            for (step, below) in
                steps.iter().zip(&mut below).filter(|(step, _)| branch.hours.is_open(step.from))
            {
                let above = *below + f64::from(branch.agents);
                let (left, right) = (self.x(step.from), self.x(step.until));
                let _ =
                    write!(path, "M{left:.1} {:.1}V{:.1}H{right:.1}V{:.1}Z", y(*below), y(above), y(*below));
                *below = above;
            }
            let colour = self.colour(index);
            let name = escaped(branch.name);
            let _ = write!(
                out,
                "<path class=\"wk-staff\" fill=\"{colour}\" d=\"{path}\"><title>{name}</title></path>"
            );
        }
    }

    fn legend(&self, out: &mut String) {
        let y = self.height() - 22.0;
        let mut x = LEFT;
        let mut entries = vec![("wk-promise", "promised"), ("wk-gap", "promised, nobody there")];
        if !self.load.is_empty() {
            entries.extend([("wk-need", "agents needed"), ("wk-short", "short of agents")]);
        }
        for (class, label) in entries {
            if class == "wk-need" {
                let _ = write!(out, "<path class=\"{class}\" d=\"M{x:.1} {:.1}H{:.1}\"/>", y - 5.0, x + 14.0);
            } else {
                rect(out, class, (x, x + 14.0), y - 11.0, 12.0, "");
            }
            text(out, x + 20.0, y, "wk-soft", "start", label);
            x += 20.0 + 7.0 * label.len() as f64 + 22.0;
        }
    }
}

fn row_y(row: usize) -> f64 {
    TOP + ROW * row as f64 + (ROW - BAR) / 2.0
}

/// A step of 1, 2 or 5 times a power of ten that divides `most` into at most five.
fn nice_tick(most: f64) -> f64 {
    let mut tick = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if tick * factor * 5.0 >= most {
                return tick * factor;
            }
        }
        tick *= 10.0;
    }
}

fn rect(out: &mut String, class: &str, ends: (f64, f64), y: f64, height: f64, told: &str) {
    styled_rect(out, &format!("class=\"{class}\""), ends, y, height, told);
}

fn styled_rect(out: &mut String, style: &str, (left, right): (f64, f64), y: f64, height: f64, told: &str) {
    let width = (right - left).max(0.6);
    let round = if height == BAR { 2.5 } else { 0.0 };
    let _ = write!(
        out,
        "<rect {style} x=\"{left:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round}\""
    );
    if told.is_empty() {
        out.push_str("/>");
    } else {
        let _ = write!(out, "><title>{}</title></rect>", escaped(told));
    }
}

fn line(out: &mut String, class: &str, x: f64, top: f64, bottom: f64) {
    let _ = write!(
        out,
        "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top:.1}\" y2=\"{bottom:.1}\"/>"
    );
}

fn text(out: &mut String, x: f64, y: f64, class: &str, anchor: &str, what: &str) {
    let _ = write!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{}</text>",
        escaped(what)
    );
}
