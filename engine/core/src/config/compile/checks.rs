//! What every name, number and list of a configuration must satisfy.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::config::document::Dates;
use crate::config::problem::Problems;
use crate::contact::Value;
use crate::limits;

pub(super) fn check_name(name: &str, path: impl Into<String>, problems: &mut Problems) {
    let good = !name.is_empty() && name.len() <= limits::MAX_NAME_BYTES && !name.contains(char::is_control);
    let limit = limits::MAX_NAME_BYTES;
    problems.check(good, path, format_args!("a name has 1 to {limit} bytes and no control character"));
}

pub(super) fn check_names<'a>(names: impl Iterator<Item = &'a SmolStr>, path: &str, problems: &mut Problems) {
    names.for_each(|name| check_name(name, path, problems));
}

pub(super) fn check_dates(dates: Dates, path: String, problems: &mut Problems) {
    if let (Some(from), Some(until)) = (dates.from, dates.until) {
        problems.check(from < until, path, "ends at or before its own start");
    }
}

pub(super) fn in_range(value: i64, least: i64, most: i64, path: String, problems: &mut Problems) {
    problems.check(
        (least..=most).contains(&value),
        path,
        format_args!("must be from {least} to {most}, not {value}"),
    );
}

pub(super) fn at_most(count: usize, limit: usize, path: String, problems: &mut Problems) {
    problems.check(count <= limit, path, format_args!("at most {limit} are allowed, not {count}"));
}

pub(super) fn check_attributes(attributes: &BTreeMap<SmolStr, Value>, path: &str, problems: &mut Problems) {
    at_most(attributes.len(), limits::MAX_ATTRIBUTES, path.to_owned(), problems);
    for (name, value) in attributes {
        check_name(name, format!("{path}.{name}"), problems);
        if let Value::Text(text) = value {
            let limit = limits::MAX_ATTRIBUTE_BYTES;
            let fits = text.len() <= limit;
            problems.check(fits, format!("{path}.{name}"), format_args!("a text has at most {limit} bytes"));
        }
    }
}
