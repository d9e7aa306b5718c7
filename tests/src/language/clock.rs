//! Instants as scenarios write them: a time of day, with up to nine decimals, on a day of its own.
//!
//! `09:00:20` is on the first day, `+7d09:00:20` seven days later, `09:00:19.999999999` a nanosecond before the first.

use sunline_core::{Span, Timestamp};

/// Midnight of the first day of every scenario: 2 March 2026, a Monday, in UTC.
pub const FIRST_DAY: Timestamp = Timestamp::from_secs(1_772_409_600);

const DAY: i64 = 86_400_000_000_000;

/// The instant a text names; `None` when it names none.
pub fn read(text: &str) -> Option<Timestamp> {
    let (days, time) = match text.strip_prefix('+') {
        Some(rest) => {
            let (days, time) = rest.split_once('d')?;
            (days.parse::<i64>().ok().filter(|days| (0..=36_500).contains(days))?, time)
        }
        None => (0, text),
    };
    let (clock, decimals) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = clock.split(':').map(|part| {
        let two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if two { part.parse::<i64>().ok() } else { None }
    });
    let (h, m, s) = (parts.next()??, parts.next()??, parts.next()??);
    let of_day = h < 24 && m < 60 && s < 60 && parts.next().is_none();
    if !of_day || decimals.len() > 9 || (time.contains('.') && decimals.is_empty()) {
        return None;
    }
    let nanos = match decimals {
        "" => 0,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => format!("{digits:0<9}").parse().ok()?,
        _ => return None,
    };
    let since_midnight = ((h * 60 + m) * 60 + s) * 1_000_000_000 + nanos;
    Some(FIRST_DAY + Span::from_nanos(days * DAY + since_midnight))
}

/// The text that [`read`] reads as this instant. One outside the days of scenarios is written in full.
pub fn write(at: Timestamp) -> String {
    let nanos = at.since(FIRST_DAY).as_nanos();
    if !(0..=36_500 * DAY).contains(&nanos) {
        return at.to_string();
    }
    let (days, of_day) = (nanos / DAY, nanos % DAY);
    let (seconds, fraction) = (of_day / 1_000_000_000, of_day % 1_000_000_000);
    let day = if days == 0 { String::new() } else { format!("+{days}d") };
    let decimals = if fraction == 0 {
        String::new()
    } else {
        format!(".{fraction:09}").trim_end_matches('0').to_owned()
    };
    format!("{day}{:02}:{:02}:{:02}{decimals}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_as_it_was_written() {
        for text in ["09:00:00", "00:00:00.000000001", "+7d23:59:59.5", "+365d12:00:00"] {
            assert_eq!(write(read(text).unwrap()), text);
        }
        assert_eq!(read("09:00:00").unwrap().to_string(), "2026-03-02T09:00:00Z");
    }

    #[test]
    fn a_text_that_is_no_time_is_none() {
        for text in
            ["", "9:00:00", "09:00", "24:00:00", "09:60:00", "09:00:00.", "09:00:00.1234567890", "+d09:00:00"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
