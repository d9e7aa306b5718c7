//! Two contact centres, each simulated by a loop written for that centre alone.
//!
//! This is what a good engineer writes who needs one answer about one centre: no engine, no configuration, no
//! record of what happened, only the few counts that are asked for. It bounds from above what a general
//! engine can hope to reach. `benches/peers/README.md` describes the centres and the line that is printed.

mod centre;
mod chance;
mod erlang_a;
mod tally;
mod two_skill;

use std::process::ExitCode;

use chance::Chance;
use cpu_time::ProcessTime;

/// What the command line asked for.
struct Wish {
    centre: String,
    contacts: u64,
    seed: u64,
}

fn main() -> ExitCode {
    match wish(std::env::args().skip(1)).and_then(|wish| answer(&wish)) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            eprintln!("rust_loop: {refusal}");
            ExitCode::from(2)
        }
    }
}

/// Reads `--centre NAME --contacts N --seed S`, in any order; all three are needed.
fn wish(mut words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let (mut centre, mut contacts, mut seed) = (None, None, None);
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("{flag} needs a value"))?;
        let number =
            || value.parse::<u64>().map_err(|_| format!("{flag} needs a whole number, not {value:?}"));
        match flag.as_str() {
            "--centre" => centre = Some(value),
            "--contacts" => contacts = Some(number()?),
            "--seed" => seed = Some(number()?),
            _ => return Err(format!("unknown flag {flag}; known are --centre, --contacts, --seed")),
        }
    }
    let contacts = contacts.ok_or("--contacts is missing")?;
    if contacts < centre::CONTACTS_MIN {
        return Err(format!("--contacts must be at least {}", centre::CONTACTS_MIN));
    }
    Ok(Wish {
        centre: centre.ok_or("--centre is missing")?,
        contacts,
        seed: seed.ok_or("--seed is missing")?,
    })
}

/// Simulates the centre and words the result as one line of JSON.
fn answer(wish: &Wish) -> Result<String, String> {
    let began = ProcessTime::now();
    let chance = Chance::seeded(wish.seed);
    let answers = match wish.centre.as_str() {
        "erlang-a" => tally::report(&erlang_a::simulate(wish.contacts, chance), erlang_a::AGENTS, false),
        "two-skill" => tally::report(&two_skill::simulate(wish.contacts, chance), two_skill::AGENTS, true),
        other => return Err(format!("unknown centre {other:?}; known are erlang-a, two-skill")),
    };
    let cpu_seconds = began.elapsed().as_secs_f64();
    Ok(format!(
        r#"{{"centre":"{}","contacts":{},"cpu_seconds":{cpu_seconds},"contacts_per_cpu_second":{},{answers}}}"#,
        wish.centre,
        wish.contacts,
        wish.contacts as f64 / cpu_seconds,
    ))
}
