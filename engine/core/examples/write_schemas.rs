//! Writes `golden/events-<version>.schema.json` and the same for commands: the shapes that a version stands for.
//!
//! ```text
//! cargo run -p sunline-core --example write_schemas
//! ```
//!
//! A version that has been released keeps its file; one that is there is not written again. Until the first release, delete it
//! and write it anew.

#[path = "../tests/schemas/mod.rs"]
mod schemas;

fn main() -> std::io::Result<()> {
    for document in schemas::published() {
        let path = document.golden();
        if !path.exists() {
            std::fs::write(path, document.shape)?;
        }
    }
    Ok(())
}
