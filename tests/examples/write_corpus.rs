//! Writes the corpus of command sequences: drawn centres, and what is drawn to happen in them.
//!
//! `cargo run -p sunline-tests --example write_corpus`, when commands grew a field; the other corpora are written by hand.

use sunline_core::{Domain, Span};
use sunline_tests::books::Books;
use sunline_tests::random::{Centre, Chance, Kind, OPENING, Said, draw};

const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/commands");
const FILES: u8 = 12;
const COMMANDS: u64 = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for seed in 0..FILES {
        std::fs::write(format!("{HOME}/drawn-{seed:02}"), sequence(seed)?)?;
    }
    Ok(())
}

/// The centre's seed; then each command after the seconds that pass before it.
fn sequence(seed: u8) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let centre = Centre::draw(u64::from(seed), Kind::Small);
    let mut domain = Domain::new(OPENING, centre.config.clone())?;
    let (mut books, mut said, mut now) = (Books::default(), Said::default(), OPENING);
    let mut bytes = vec![seed];
    for number in 0..COMMANDS {
        while let Some(event) = domain.poll_event() {
            books.record(&event).map_err(|fault| fault.to_string())?;
        }
        books.close(domain.now()).map_err(|fault| fault.to_string())?;
        let chance = &mut Chance::part(u64::from(seed), number);
        let wait = *chance.pick(&[0_u8, 0, 1, 3, 20]);
        let drawn = draw(&centre, &books, &mut said, now, domain.next_deadline(), chance);
        let Some(command) = drawn.command.clone() else { continue };
        said.remember(&drawn, core::iter::empty());
        now += Span::from_secs(i64::from(wait));
        bytes.push(wait);
        bytes.extend(postcard::to_allocvec(&command)?);
        // A refusal is as good as anything else.
        let _ = domain.handle(now, command);
    }
    Ok(bytes)
}
