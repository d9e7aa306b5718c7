//! Line by line through a call log, without holding more than one line.

use std::io::{BufRead, Read};

use super::{COLUMNS, CallRow, TraceError};

/// Longest line read, in bytes; the longest of a real log has under a hundred.
const LINE_LIMIT: usize = 4_096;

/// A call log being read: an iterator of its rows.
///
/// A refused line does not end the reading: the next one may be fine. A log that cannot be read on does.
#[derive(Debug)]
pub struct CallLog<R> {
    reader: R,
    line: Vec<u8>,
    /// Number of the last line read.
    number: u64,
    ended: bool,
}

impl<R: BufRead> CallLog<R> {
    /// Starts reading; the first line must be the header of [`COLUMNS`].
    ///
    /// # Errors
    /// [`TraceError::Header`] names the first column that differs; [`TraceError::Io`] when nothing can be read.
    pub fn new(reader: R) -> Result<Self, TraceError> {
        let mut log = Self { reader, line: Vec::with_capacity(128), number: 0, ended: false };
        log.read_line()?;
        let header = String::from_utf8_lossy(&log.line).into_owned();
        let mut found = header.split(',');
        for (i, expected) in COLUMNS.into_iter().enumerate() {
            match found.next() {
                Some(name) if name == expected => {}
                other => {
                    let found = other.unwrap_or_default().to_owned();
                    return Err(TraceError::Header { column: i + 1, expected, found });
                }
            }
        }
        match found.next() {
            Some(extra) => {
                Err(TraceError::Header { column: COLUMNS.len() + 1, expected: "", found: extra.to_owned() })
            }
            None => Ok(log),
        }
    }

    /// Number of the last line read, from 1; the header is line 1.
    pub fn line(&self) -> u64 {
        self.number
    }

    /// Reads the next line without its break. `false` at the end of the log.
    fn read_line(&mut self) -> Result<bool, TraceError> {
        self.line.clear();
        self.number += 1;
        let line = self.number;
        let mut limited = self.reader.by_ref().take(LINE_LIMIT as u64 + 1);
        let read =
            limited.read_until(b'\n', &mut self.line).map_err(|source| TraceError::Io { line, source })?;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
            if self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
        } else if self.line.len() > LINE_LIMIT {
            return Err(TraceError::TooLong { line, limit: LINE_LIMIT });
        }
        Ok(read > 0)
    }
}

impl<R: BufRead> Iterator for CallLog<R> {
    type Item = Result<CallRow, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.read_line() {
            Ok(true) => Some(CallRow::parse(&self.line, self.number)),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}
