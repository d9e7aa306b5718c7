//! `lifo`: all are equal, so the later origin decides.

use super::{ContactIndex, Head, Ties};

#[derive(Debug)]
pub(super) struct Lifo;

impl ContactIndex for Lifo {
    fn index(&self, _: &Head<'_>) -> i64 {
        0
    }

    fn ties(&self) -> Ties {
        Ties::Latest
    }
}
