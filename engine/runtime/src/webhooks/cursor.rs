//! Where a webhook remembers how far its endpoint has come.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sunline_core::Seq;

/// Keeps the number of the last event that an endpoint has taken. Called from threads that may block.
///
/// Should the last word be lost, the endpoint gets a few messages again, with the ids they had.
pub trait CursorStore: Send + Sync + 'static {
    /// The last event taken; `None` when nothing was.
    ///
    /// # Errors
    /// What it cannot read.
    fn load(&self) -> io::Result<Option<Seq>>;

    /// The endpoint has taken everything up to this event.
    ///
    /// # Errors
    /// What it cannot write; the events since the last word that was kept are delivered again.
    fn save(&self, taken: Seq) -> io::Result<()>;
}

/// A cursor in a small file, replaced whole.
#[derive(Clone, Debug)]
pub struct FileCursor {
    path: PathBuf,
}

impl FileCursor {
    /// A cursor in the file `path`, which is made when there is something to remember. Its folder must be there.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned() }
    }
}

impl CursorStore for FileCursor {
    fn load(&self) -> io::Result<Option<Seq>> {
        let text = match fs::read_to_string(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let number =
            text.trim().parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(Some(Seq(number)))
    }

    fn save(&self, taken: Seq) -> io::Result<()> {
        let mut next = self.path.clone().into_os_string();
        next.push(".new");
        let mut file = File::create(&next)?;
        writeln!(file, "{}", taken.0)?;
        file.sync_data()?;
        fs::rename(next, &self.path)
    }
}
