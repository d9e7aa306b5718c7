//! One input made of others, by chance.

use crate::random::Chance;

/// Bytes of an input at most.
const LONGEST: usize = 64 << 10;
/// Bytes that readers may trip over.
const ODD: [u8; 12] = [0, 1, 0x7F, 0x80, 0xFF, b'\n', b'"', b'[', b'{', b'-', b'9', b';'];
/// Numbers that readers may trip over.
const NUMBERS: [&str; 8] = [
    "0",
    "-1",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e999",
    "0.1",
];

/// An input with a few changes, made of those of a corpus; never empty-handed: an empty corpus gives noise.
pub fn mutate(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = chance.any(corpus.iter()).cloned().unwrap_or_default();
    for _ in 0..=chance.below(4) {
        change(&mut input, corpus, chance);
    }
    input.truncate(LONGEST);
    input
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    match chance.below(9) {
        0 if at < input.len() => input[at] ^= 1 << chance.below(8),
        1 if at < input.len() => input[at] = *chance.pick(&ODD),
        2 => input.truncate(at),
        3 => {
            let until = (at + 1 + chance.below(16)).min(input.len());
            input.drain(at.min(until)..until);
        }
        4 => {
            let until = (at + 1 + chance.below(64)).min(input.len());
            let again = input[at.min(until)..until].to_vec();
            insert(input, at, &again);
        }
        5 => insert(input, at, chance.pick(&NUMBERS).as_bytes()),
        6 => {
            let piece: Vec<u8> = (0..=chance.below(8)).map(|_| chance.next() as u8).collect();
            insert(input, at, &piece);
        }
        7 => replace_number(input, at, chance),
        _ => {
            // A piece of another one.
            let Some(other) = chance.any(corpus.iter()).filter(|other| !other.is_empty()) else { return };
            let from = chance.below(other.len());
            let until = (from + 1 + chance.below(200)).min(other.len());
            insert(input, at, &other[from..until]);
        }
    }
}

/// The digits from a place on become another number.
fn replace_number(input: &mut Vec<u8>, at: usize, chance: &mut Chance) {
    let Some(from) = (at..input.len()).find(|place| input[*place].is_ascii_digit()) else { return };
    let until = (from..input.len()).find(|place| !input[*place].is_ascii_digit()).unwrap_or(input.len());
    input.splice(from..until, chance.pick(&NUMBERS).bytes());
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let at = at.min(input.len());
    input.splice(at..at, piece.iter().copied());
}
