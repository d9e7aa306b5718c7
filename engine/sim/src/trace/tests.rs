//! What the log says is read as it stands; what it cannot say is refused by line and column.

use proptest::prelude::*;

use super::*;

const SERVED: &str = "1999-01-03,PS,2,1313,32434,6,1,32440,140,served,32580,82,A36";
const ABANDONED: &str = "1999-01-03,IN,1,0,86399,-3,1,86402,153,abandoned,-1,-1,";
const LEFT_IN_THE_MENU: &str = "1999-01-03,NE,0,0,2052,11,0,2063,0,vru_exit,-1,-1,";
const SERVED_AT_ONCE: &str = "1999-01-03,NW,0,7,40000,9,0,40009,0,served,40009,0,";

fn rows(lines: &[&str]) -> Vec<Result<CallRow, TraceError>> {
    let text = format!("{}\n{}\n", COLUMNS.join(","), lines.join("\n"));
    CallLog::new(text.as_bytes()).unwrap().collect()
}

fn row(line: &str) -> CallRow {
    rows(&[line]).pop().unwrap().unwrap()
}

/// Column and code of the problem of the first line.
fn refused(line: &str) -> (&'static str, &'static str) {
    match rows(&[line]).swap_remove(0).unwrap_err() {
        TraceError::Field { column, wrong, .. } => (column, wrong.code()),
        other => ("", other.code()),
    }
}

/// The line with one field replaced.
fn with(line: &str, column: &str, field: &str) -> String {
    let place = COLUMNS.iter().position(|name| *name == column).unwrap();
    let mut fields: Vec<&str> = line.split(',').collect();
    fields[place] = field;
    fields.join(",")
}

#[test]
fn a_served_call_is_read_with_all_its_fields() {
    let expected = CallRow {
        date: LocalDate::new(1999, 1, 3).unwrap(),
        kind: "PS".into(),
        priority: Some(2),
        customer: Some(1313),
        vru_entry_s: 32_434,
        vru_s: 6,
        queued: true,
        queue_entry_s: 32_440,
        wait_s: 140,
        outcome: CallOutcome::Served,
        service: Some(Conversation { start_s: 32_580, length_s: 82 }),
        agent: Some("A36".into()),
    };
    assert_eq!(row(SERVED), expected);
}

#[test]
fn unknown_callers_and_clock_noise_are_read_as_such() {
    let row = row(ABANDONED);
    assert_eq!((row.customer, row.priority, row.vru_s), (None, Some(1), -3));
    assert_eq!((row.service, row.agent, row.outcome), (None, None, CallOutcome::Abandoned));
    assert_eq!(row.queue_entry_s, 86_402, "past midnight");
}

#[test]
fn calls_that_never_queued_may_be_served_or_not() {
    assert_eq!(row(LEFT_IN_THE_MENU).outcome, CallOutcome::VruExit);
    let at_once = row(SERVED_AT_ONCE);
    assert_eq!((at_once.queued, at_once.agent), (false, None));
    assert_eq!(at_once.service, Some(Conversation { start_s: 40_009, length_s: 0 }));
}

#[test]
fn every_column_refuses_what_it_cannot_hold() {
    let served = |column, field| refused(&with(SERVED, column, field));
    assert_eq!(served("date", "1999-02-30"), ("date", "not_a_day"));
    assert_eq!(served("type", ""), ("type", "not_a_name"));
    assert_eq!(served("type", "\"PS\""), ("type", "not_a_name"));
    assert_eq!(served("priority", "256"), ("priority", "out_of_range"));
    assert_eq!(served("customer", "-1"), ("customer", "out_of_range"));
    assert_eq!(served("customer", "9999999999999999999999"), ("customer", "out_of_range"));
    assert_eq!(served("vru_entry_s", "9.5"), ("vru_entry_s", "not_a_number"));
    assert_eq!(served("vru_s", "-"), ("vru_s", "not_a_number"));
    assert_eq!(served("queued", "2"), ("queued", "out_of_range"));
    assert_eq!(served("queue_entry_s", ""), ("queue_entry_s", "not_a_number"));
    assert_eq!(served("wait_s", "-1"), ("wait_s", "out_of_range"));
    assert_eq!(served("outcome", "Served"), ("outcome", "not_an_outcome"));
    assert_eq!(served("service_start_s", "864001"), ("service_start_s", "out_of_range"));
    assert_eq!(served("service_s", " 82"), ("service_s", "not_a_number"));
    assert_eq!(served("agent", "A 36"), ("agent", "not_a_name"));
}

#[test]
fn a_line_that_contradicts_itself_is_refused() {
    assert_eq!(refused(&with(SERVED, "service_start_s", "-1")), ("service_start_s", "against_outcome"));
    assert_eq!(refused(&with(SERVED, "service_s", "-1")), ("service_s", "against_outcome"));
    assert_eq!(refused(&with(ABANDONED, "service_s", "5")), ("service_s", "against_outcome"));
    assert_eq!(refused(&with(ABANDONED, "agent", "A01")), ("agent", "against_outcome"));
    assert_eq!(refused(&with(ABANDONED, "queued", "0")), ("queued", "against_outcome"));
    assert_eq!(refused(&with(LEFT_IN_THE_MENU, "queued", "1")), ("queued", "against_outcome"));
    assert_eq!(refused(&with(SERVED_AT_ONCE, "wait_s", "3")), ("wait_s", "against_queued"));
}

#[test]
fn a_refused_line_is_named_and_the_next_one_is_read() {
    let all =
        rows(&[SERVED, &with(SERVED, "wait_s", "x"), "1999-01-03,PS", &format!("{SERVED},"), ABANDONED]);
    let messages: Vec<String> = all.iter().filter_map(|row| Some(row.as_ref().err()?.to_string())).collect();
    assert_eq!(
        messages,
        [
            "line 3, wait_s: \"x\" is not a whole number",
            "line 4: 2 fields, not 13",
            "line 5: 14 fields, not 13"
        ]
    );
    assert!(all[0].is_ok() && all[4].is_ok());
}

#[test]
fn another_table_is_refused_by_its_header() {
    let header = |text: &str| CallLog::new(text.as_bytes()).unwrap_err().to_string();
    let swapped = COLUMNS.join(",").replace("vru_s,queued", "queued,vru_s");
    assert_eq!(header(&swapped), "line 1, column 6: the header says \"queued\", not \"vru_s\"");
    assert_eq!(header("date,type"), "line 1, column 3: the header says \"\", not \"priority\"");
    let longer = format!("{},note", COLUMNS.join(","));
    assert_eq!(header(&longer), "line 1, column 14: the header says \"note\", not \"\"");
    assert_eq!(header(""), "line 1, column 1: the header says \"\", not \"date\"");
}

#[test]
fn line_breaks_of_either_kind_and_a_missing_last_one_are_fine() {
    let text = format!("{}\r\n{SERVED}\r\n{ABANDONED}", COLUMNS.join(","));
    let mut log = CallLog::new(text.as_bytes()).unwrap();
    assert_eq!(log.by_ref().filter_map(Result::ok).count(), 2);
    assert!(log.next().is_none());
    assert_eq!(log.line(), 4, "the end is where line 4 would be");
}

#[test]
fn a_line_without_end_is_refused_and_ends_the_reading() {
    let text = format!("{}\n{SERVED}{}", COLUMNS.join(","), "7".repeat(1_000_000));
    let mut log = CallLog::new(text.as_bytes()).unwrap();
    assert!(matches!(log.next(), Some(Err(TraceError::TooLong { line: 2, limit: 4_096 }))));
    assert!(log.next().is_none());
}

/// A reader that fails after its bytes.
struct Broken<'a>(&'a [u8]);

impl std::io::Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(std::io::Error::other("the disk is gone")),
            n => Ok(n),
        }
    }
}

#[test]
fn a_log_that_cannot_be_read_on_says_where_and_ends() {
    let text = format!("{}\n{SERVED}\n{}", COLUMNS.join(","), &ABANDONED[..20]);
    let mut log = CallLog::new(std::io::BufReader::new(Broken(text.as_bytes()))).unwrap();
    assert!(log.next().unwrap().is_ok());
    assert_eq!(log.next().unwrap().unwrap_err().to_string(), "line 3: the disk is gone");
    assert!(log.next().is_none());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_fail_other_than_by_an_error(
        noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..12), 0..20), column in 0..13_usize,
    ) {
        let mut text = format!("{}\n", COLUMNS.join(",")).into_bytes();
        for field in &noise {
            // A good line with one field of noise.
            for (i, good) in SERVED.split(',').enumerate() {
                text.extend_from_slice(if i == column { field } else { good.as_bytes() });
                text.push(if i == 12 { b'\n' } else { b',' });
            }
        }
        let log = CallLog::new(text.as_slice()).unwrap();
        let read = log.filter(|row| !matches!(row, Err(TraceError::Io { .. }))).count();
        prop_assert!(read >= noise.len());
    }

    #[test]
    fn what_is_read_is_what_was_written(
        entry in 0_i64..100_000, menu in -400_i64..4_000, wait in 0_i64..3_000, length in 0_i64..40_000,
        priority in 0_u8..3, customer in 0_u64..20_000,
    ) {
        let start = entry + wait;
        let line = format!(
            "2024-02-29,PS,{priority},{customer},{entry},{menu},1,{entry},{wait},served,{start},{length},A01",
        );
        let row = row(&line);
        prop_assert_eq!((row.priority.unwrap_or(0), row.customer.unwrap_or(0)), (priority, customer));
        prop_assert_eq!((row.vru_entry_s, row.vru_s, row.queue_entry_s, row.wait_s), (entry, menu, entry, wait));
        prop_assert_eq!(row.service, Some(Conversation { start_s: start, length_s: length }));
    }
}
