//! The week as a page of its own: the picture, then every gap and shortage in words.
//!
//! The page loads nothing and runs nothing. It follows the reader's choice of light or dark.

use std::fmt::Write as _;

use super::{WeekView, escaped, hours_of};

const STYLE: &str = "\
:root{color-scheme:light dark;--bg:#eef1f5;--card:#fff;--text:#1f2733;--soft:#6b7686;--rule:#e3e7ee;--bad:#d7373f;--good:#1f8a4c}\
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 Inter,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif}\
main{max-width:1320px;margin:24px auto;padding:0 20px}\
section{background:var(--card);border-radius:10px;padding:8px 24px 20px;margin-bottom:20px;box-shadow:0 1px 3px rgba(0,0,0,.08)}\
.picture{padding:0;overflow-x:auto}.picture svg{display:block;width:100%;height:auto;min-width:900px;border-radius:10px}\
h2{font-size:17px;margin:14px 0 8px}p{color:var(--soft);margin:6px 0}.good{color:var(--good)}\
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th{text-align:left;color:var(--soft);font-weight:500;font-size:13px}\
th,td{padding:6px 16px 6px 0;border-bottom:1px solid var(--rule);white-space:nowrap}td.n,th.n{text-align:right;padding-right:0}\
@media(prefers-color-scheme:dark){\
:root{--bg:#12161c;--card:#1b212a;--text:#e6eaf0;--soft:#98a3b3;--rule:#303846;--bad:#ff6b70;--good:#55c98a}\
.wk-bg{fill:#1b212a}.wk-weekend{fill:#212934}.wk-line{stroke:#2b3440}.wk-day{stroke:#465263}.wk-text{fill:#e6eaf0}\
.wk-soft{fill:#98a3b3}.wk-promise{fill:#a8b5ca}.wk-gap,.wk-bad{fill:#ff6b70}.wk-band{fill:#ff6b70}\
.wk-need{stroke:#ffab4a}.wk-short{fill:#ff6b70}.wk-good{fill:#55c98a}}";

/// Rows of one table; the rest is counted.
const MAX_ROWS: usize = 500;

impl WeekView<'_> {
    /// The week as one self-contained HTML page.
    pub fn to_html(&self) -> String {
        let title = escaped(self.title);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title></head>\
             <body><main><section class=\"picture\">{}</section><style>{STYLE}</style>",
            self.to_svg()
        );
        self.gaps(&mut out);
        if !self.load.is_empty() {
            self.short(&mut out);
        }
        self.table_of_branches(&mut out);
        out.push_str("</main></body></html>\n");
        out
    }

    fn gaps(&self, out: &mut String) {
        let gaps = &self.coverage.gaps;
        out.push_str("<section><h2>Promised, and nobody there</h2>");
        if gaps.is_empty() {
            out.push_str("<p class=\"good\">Every promised hour of this week is covered.</p></section>");
            return;
        }
        let zone = escaped(self.zone.name());
        let _ = write!(
            out,
            "<table><tr><th>from, {zone}</th><th>until, {zone}</th><th>from, UTC</th><th>until, UTC</th>\
             <th class=\"n\">length</th></tr>"
        );
        for gap in gaps.iter().take(MAX_ROWS) {
            let _ = write!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>",
                gap.local_from,
                gap.local_until,
                gap.from,
                gap.until,
                hours_of(gap.length())
            );
        }
        out.push_str("</table>");
        more(out, gaps.len());
        out.push_str("</section>");
    }

    fn short(&self, out: &mut String) {
        out.push_str("<section><h2>Short of agents</h2>");
        if self.shortages.is_empty() {
            out.push_str(
                "<p class=\"good\">There are agents enough for the forecast all week.</p></section>",
            );
            return;
        }
        let zone = escaped(self.zone.name());
        let _ = write!(
            out,
            "<table><tr><th>from, {zone}</th><th>until, {zone}</th><th>from, UTC</th><th>until, UTC</th>\
             <th class=\"n\">length</th><th class=\"n\">most agents missing</th></tr>"
        );
        for shortage in self.shortages.iter().take(MAX_ROWS) {
            let _ = write!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.1}</td></tr>",
                self.zone.local(shortage.from),
                self.zone.local(shortage.until),
                shortage.from,
                shortage.until,
                hours_of(shortage.length()),
                shortage.worst
            );
        }
        out.push_str("</table>");
        more(out, self.shortages.len());
        out.push_str("</section>");
    }

    fn table_of_branches(&self, out: &mut String) {
        let window = self.window();
        out.push_str(
            "<section><h2>Branches</h2><table><tr><th>branch</th><th>zone</th><th>opens first</th>\
             <th class=\"n\">agents</th><th class=\"n\">hours this week</th></tr>",
        );
        for branch in self.branches {
            let opens = branch.hours.next_open(window.from).filter(|&at| at < window.horizon);
            let opens =
                opens.map_or_else(|| "not this week".to_owned(), |at| branch.zone.local(at).to_string());
            let _ = write!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{opens}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                escaped(branch.name),
                escaped(branch.zone.name()),
                branch.agents,
                hours_of(branch.hours.open_between(window.from, window.horizon))
            );
        }
        out.push_str("</table></section>");
    }
}

fn more(out: &mut String, count: usize) {
    if count > MAX_ROWS {
        let _ = write!(out, "<p>and {} more</p>", count - MAX_ROWS);
    }
}
