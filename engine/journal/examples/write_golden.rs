//! Writes `golden/v<format>.journal`: a small centre's journal that every later release must still load.
//!
//! ```text
//! cargo run -p sunline-journal --example write_golden
//! ```
//!
//! Once a format has been released its file never changes, so one that is there is not written again. Until the first
//! release, whoever changes what the kernel decides or says deletes the file and writes it anew; from then on, new fields go
//! to the end with `#[serde(default)]`, and new decisions raise `LOGIC_VERSION`.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;

use common::{Centre, Word};
use sunline_journal::{FORMAT_VERSION, Journal, MemoryStore};

/// Words by a fixed rule: enough of them that every command is said and every event happens.
fn words() -> impl Iterator<Item = Word> {
    let mut state = 3_u64;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some(((state >> 33) as u8 % 24, (state >> 41) as u16, (state >> 48) as u16))
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/v{FORMAT_VERSION}.journal"));
    if path.exists() {
        return Err(format!("{} is there already", path.display()).into());
    }
    let mut centre = Centre::open(MemoryStore::new());
    for (i, word) in words().take(1500).enumerate() {
        centre.hear(word);
        if i % 5 == 4 {
            centre.commit();
        }
        if i == 750 {
            centre.commit();
            centre.journal = Journal::open(centre.journal.into_store())?;
        }
    }
    centre.commit();
    std::fs::write(path, centre.journal.into_store().to_bytes())?;
    Ok(())
}
