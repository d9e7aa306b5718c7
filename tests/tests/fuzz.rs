//! Whatever comes from outside is read or refused, and nothing panics.
//!
//! A program that says what it ran. First each file of each corpus, then inputs made of them by chance, for
//! `SUNLINE_FUZZ_SECONDS` a target, from `SUNLINE_FUZZ_SEED` on. An input that breaks a target is put into its corpus.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use sunline_tests::fuzz::{TARGETS, Target, corpus, mutate, read};
use sunline_tests::random::Chance;

const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz");
/// Seconds a target that belong to every check.
const SECONDS: u64 = 2;
/// Files that each corpus has at least.
const FILES: usize = 4;

fn main() -> ExitCode {
    let name = "whatever_comes_is_read_or_refused";
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        say(&format!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
        return ExitCode::SUCCESS;
    }
    // A panic is told as what it is: an input that broke a target.
    std::panic::set_hook(Box::new(|_| {}));
    match all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}

fn all() -> Result<(), String> {
    a_target_that_panics_is_noticed()?;
    let (seconds, seed) = (asked("SUNLINE_FUZZ_SECONDS", SECONDS)?, asked("SUNLINE_FUZZ_SEED", 1)?);
    for target in TARGETS {
        let files = corpus(Path::new(HOME), &target).map_err(|error| format!("{HOME}: {error}"))?;
        if files.len() < FILES {
            return Err(format!("{}: a corpus of {} files is too small", target.name, files.len()));
        }
        let mut taken = 0;
        for (path, bytes) in &files {
            taken += u64::from(read(&target, bytes).map_err(|why| format!("{}: {why}", path.display()))?);
        }
        let bytes: Vec<Vec<u8>> = files.into_iter().map(|(_, bytes)| bytes).collect();
        if taken == 0 {
            return Err(format!("{}: nothing of the corpus is taken", target.name));
        }
        let (made, also_taken) = fuzz(&target, &bytes, Duration::from_secs(seconds), seed)?;
        say(&format!(
            "{}: {} files, {taken} taken; {made} inputs made in {seconds} s, {also_taken} taken; none broke it",
            target.name,
            bytes.len()
        ));
    }
    Ok(())
}

fn fuzz(target: &Target, corpus: &[Vec<u8>], time: Duration, seed: u64) -> Result<(u64, u64), String> {
    let began = Instant::now();
    let (mut made, mut taken) = (0, 0);
    while began.elapsed() < time {
        let input = mutate(corpus, &mut Chance::part(seed, made));
        made += 1;
        match read(target, &input) {
            Ok(took) => taken += u64::from(took),
            Err(why) => return Err(kept(target, seed, made - 1, &input, &why)),
        }
    }
    Ok((made, taken))
}

/// Puts an input that broke a target into its corpus; the report.
fn kept(target: &Target, seed: u64, number: u64, input: &[u8], why: &str) -> String {
    let path = Path::new(HOME).join(target.name).join(format!("broke-{seed}-{number}"));
    let told = std::fs::write(&path, input);
    let path = path.display();
    match told {
        Ok(()) => format!("{}: {why}\nThe input is in {path} now; commit it with the repair.", target.name),
        Err(error) => format!("{}: {why}\nKeep the input in {path} ({error}): {input:?}", target.name),
    }
}

/// The loop would notice: it is shown a target that panics, and one that lies.
fn a_target_that_panics_is_noticed() -> Result<(), String> {
    let panics = Target { name: "planted", read: |_| panic!("planted") };
    let lies = Target { name: "planted", read: |input| Err(format!("{} bytes", input.len())) };
    let told = (read(&panics, b"a"), read(&lies, b"ab"));
    let expected = (Err("it panicked: planted".to_owned()), Err("2 bytes".to_owned()));
    if told == expected { Ok(()) } else { Err(format!("a planted fault was not noticed: {told:?}")) }
}

fn asked(name: &str, usual: u64) -> Result<u64, String> {
    let Some(text) = std::env::var_os(name) else { return Ok(usual) };
    let number = text.to_str().and_then(|text| text.replace('_', "").parse().ok());
    number.ok_or_else(|| format!("{name} is a whole number, not {text:?}"))
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listens no more needs no word.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
