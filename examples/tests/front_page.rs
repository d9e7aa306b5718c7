//! The program on the front page is the example that is compiled and run, line by line.

use std::fs::read_to_string;
use std::path::Path;

/// The lines of the first Rust block of a page, without those that are empty.
fn shown(page: &str) -> Vec<&str> {
    let from = page.lines().skip_while(|line| *line != "```rust").skip(1);
    from.take_while(|line| *line != "```").map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_front_page_shows_the_first_example() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = read_to_string(here.join("../README.md")).expect("the front page");
    let example = read_to_string(here.join("examples/first_contact.rs")).expect("the example");
    let shown = shown(&page);
    assert!(shown.len() > 10, "only {} lines are shown", shown.len());
    let lines: Vec<&str> = example.lines().map(str::trim).collect();
    // Formatting may break a line in two on one side only, so breaks do not count.
    let joined = |lines: &[&str]| lines.concat().replace(' ', "");
    let body = joined(&lines);
    let mut rest = body.as_str();
    for line in shown {
        let wanted = joined(&[line]);
        let at = rest.find(&wanted).unwrap_or_else(|| panic!("the example has no line `{line}` here"));
        rest = &rest[at + wanted.len()..];
    }
}
