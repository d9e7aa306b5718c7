//! Lines into words, and words against forms.
//!
//! A *form* is a sentence with gaps, such as `offer {contact} to {agent} [until {time}]`. The same form reads a sentence
//! and writes it, so what a test expects and what it reports are spelled alike. Parts in square brackets may be left
//! out. A gap takes one word; `{rest}` takes all that are left.

use core::fmt;

use sunline_core::config::duration;

use super::clock;

/// A word of a line: a run of characters without blanks, where quotes and round brackets hold blanks together.
pub type Word = String;

/// Splits a line into words. `;` and `->` are words of their own.
pub fn split(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut bracketed) = (false, 0_u32);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => bracketed += 1,
            ')' if !quoted => bracketed = bracketed.saturating_sub(1),
            _ => {}
        }
        let inside = quoted || bracketed > 0;
        if !inside && (c.is_whitespace() || c == ';') {
            words.extend(Some(core::mem::take(&mut word)).filter(|word| !word.is_empty()));
            if c == ';' {
                words.push(";".to_owned());
            }
        } else {
            word.push(c);
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// What was found where something else was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// How many words fitted.
    pub fitted: usize,
    /// What could have followed.
    pub expected: Vec<String>,
}

/// What stands in the gaps of a form, in the form's order, each in its one spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps(Vec<(&'static str, String)>);

impl Gaps {
    /// What stands in a gap.
    pub fn get(&self, gap: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == gap).map(|(_, text)| text.as_str())
    }

    /// Fills a gap.
    pub fn set(&mut self, gap: &'static str, text: impl fmt::Display) {
        self.0.push((gap, text.to_string()));
    }

    /// Whether everything said here is said there in the same words; of a remark, each of its items.
    pub fn all_in(&self, other: &Self) -> bool {
        self.0.iter().all(|(gap, text)| match (*gap, other.get(gap)) {
            ("remark", Some(whole)) => items(text).all(|item| items(whole).any(|known| known == item)),
            ("quote", Some(whole)) => whole.contains(text.trim_matches('"')),
            (_, found) => found == Some(text),
        })
    }
}

fn items(remark: &str) -> impl Iterator<Item = &str> {
    remark.trim_matches(['(', ')']).split(',').map(str::trim)
}

/// One piece of a form.
enum Piece {
    Word(String),
    Gap(&'static str),
    Optional(Vec<Piece>),
}

/// The gaps there are. The name of a gap says what may stand in it.
const GAPS: [&str; 21] = [
    "agent", "asked", "contact", "queue", "skill", "time", "span", "number", "until", "state", "outcome",
    "presence", "code", "remark", "quote", "rest", "target", "calendar", "zone", "standing", "reach",
];

fn pieces(form: &str) -> Vec<Piece> {
    let spaced = form.replace('[', " [ ").replace(']', " ] ");
    let mut stack: Vec<Vec<Piece>> = vec![Vec::new()];
    for word in spaced.split_whitespace() {
        let piece = match word {
            "[" => {
                stack.push(Vec::new());
                continue;
            }
            "]" => Piece::Optional(stack.pop().expect("brackets are paired")),
            gap if gap.starts_with('{') => {
                let name = gap.trim_matches(['{', '}']);
                Piece::Gap(GAPS.iter().find(|known| **known == name).expect("a known gap"))
            }
            plain => Piece::Word(plain.to_owned()),
        };
        stack.last_mut().expect("brackets are paired").push(piece);
    }
    stack.pop().expect("brackets are paired")
}

/// Reads words by a form.
///
/// # Errors
/// [`Mismatch`] says how far the words fitted and what could have followed.
pub fn read(form: &str, words: &[Word]) -> Result<Gaps, Mismatch> {
    let mut gaps = Gaps::default();
    let mut best = Mismatch { fitted: 0, expected: Vec::new() };
    let taken = take(&pieces(form), words, 0, &mut gaps, &mut best);
    match taken {
        Some(taken) if taken == words.len() => Ok(gaps),
        Some(taken) => {
            note(&mut best, taken, "the end");
            Err(best)
        }
        None => Err(best),
    }
}

/// Reads words by the first of several named forms that fits.
///
/// # Errors
/// The [`Mismatch`] of the forms that fitted furthest.
pub fn read_any<'a, Name: Copy>(
    forms: &'a [(Name, &'a str)],
    words: &[Word],
) -> Result<(Name, Gaps), Mismatch> {
    let mut best = Mismatch { fitted: 0, expected: Vec::new() };
    for (name, form) in forms {
        match read(form, words) {
            Ok(gaps) => return Ok((*name, gaps)),
            Err(other) => other.expected.iter().for_each(|expected| note(&mut best, other.fitted, expected)),
        }
    }
    Err(best)
}

fn note(best: &mut Mismatch, at: usize, expected: &str) {
    if at > best.fitted {
        *best = Mismatch { fitted: at, expected: Vec::new() };
    }
    if at == best.fitted && !best.expected.iter().any(|known| known == expected) {
        best.expected.push(expected.to_owned());
    }
}

fn take(
    pieces: &[Piece],
    words: &[Word],
    mut at: usize,
    gaps: &mut Gaps,
    best: &mut Mismatch,
) -> Option<usize> {
    for piece in pieces {
        match piece {
            Piece::Word(plain) => {
                if words.get(at) != Some(plain) {
                    note(best, at, &format!("`{plain}`"));
                    return None;
                }
                at += 1;
            }
            Piece::Gap("rest") => {
                gaps.set("rest", words[at..].join(" "));
                at = words.len();
            }
            Piece::Gap(gap) => {
                let Some(text) = words.get(at).and_then(|word| spelling(gap, word)) else {
                    note(best, at, &wanted(gap));
                    return None;
                };
                gaps.set(gap, text);
                at += 1;
            }
            Piece::Optional(inner) => {
                let mut inside = gaps.clone();
                if let Some(after) = take(inner, words, at, &mut inside, best) {
                    (at, *gaps) = (after, inside);
                }
            }
        }
    }
    Some(at)
}

/// Writes a sentence by a form; optional parts with an empty gap are left out.
pub fn write(form: &str, gaps: &Gaps) -> String {
    let mut words = Vec::new();
    fill(&pieces(form), gaps, &mut words);
    words.join(" ")
}

fn fill(pieces: &[Piece], gaps: &Gaps, words: &mut Vec<String>) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Word(plain) => {
            words.push(plain.clone());
            true
        }
        Piece::Gap(gap) => match gaps.get(gap) {
            Some(text) => {
                words.push(text.to_owned());
                true
            }
            None => false,
        },
        Piece::Optional(inner) => {
            let before = words.len();
            if !fill(inner, gaps, words) {
                words.truncate(before);
            }
            true
        }
    })
}

/// The one spelling of what may stand in a gap; `None` when the word may not.
fn spelling(gap: &str, word: &str) -> Option<String> {
    match gap {
        "time" | "until" => clock::read(word).map(clock::write),
        "span" => duration::parse(word).ok().map(duration::format),
        "number" => word.parse::<i64>().ok().map(|n| n.to_string()),
        "remark" => (word.starts_with('(') && word.ends_with(')')).then(|| word.to_owned()),
        "quote" => (word.len() > 1 && word.starts_with('"') && word.ends_with('"')).then(|| word.to_owned()),
        _ => is_name(word).then(|| word.to_owned()),
    }
}

fn is_name(word: &str) -> bool {
    !matches!(word, ";" | "->" | "...") && !word.starts_with(['(', '"']) && !word.contains('=')
}

fn wanted(gap: &str) -> String {
    match gap {
        "time" | "until" => "a time like 09:00:20",
        "span" => "a duration like 30s",
        "number" => "a whole number",
        "remark" => "a remark in brackets",
        "quote" => "a text in quotes",
        "agent" | "asked" => "the name of an agent",
        "contact" => "the id of a contact",
        "queue" => "the name of a queue",
        "skill" => "the name of a skill",
        other => return format!("a word for the {other}"),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "offer {contact} to {agent} [until {until}] [{remark}]";

    #[test]
    fn a_form_writes_what_it_reads() {
        for line in
            ["offer c1 to ann", "offer c1 to ann until 09:00:20", "offer c1 to ann (points 3, no tie)"]
        {
            let gaps = read(OFFER, &split(line)).unwrap();
            assert_eq!(write(OFFER, &gaps), line);
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_what_would() {
        let mismatch = read(OFFER, &split("offer c1 ann")).unwrap_err();
        assert_eq!(mismatch, Mismatch { fitted: 2, expected: vec!["`to`".into()] });
        let mismatch = read(OFFER, &split("offer c1 to ann until noon")).unwrap_err();
        assert_eq!(mismatch.fitted, 5);
        assert_eq!(mismatch.expected, ["a time like 09:00:20"]);
    }

    #[test]
    fn quotes_and_brackets_hold_words_together() {
        let words = split(r#"arrive c1 requires="a >= 5; b" -> offer (x, y); queue"#);
        assert_eq!(words, ["arrive", "c1", r#"requires="a >= 5; b""#, "->", "offer", "(x, y)", ";", "queue"]);
    }
}
