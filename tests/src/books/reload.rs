//! Another configuration while contacts are inside, checked anew.

use std::sync::Arc;

use sunline_core::config::{Compiled, Config, diff};

use super::{Books, ensure};

impl Books {
    /// Every version is the one after the last.
    pub(super) fn next_version(&mut self, version: u32) -> Result<(), String> {
        self.new_versions += 1;
        ensure(version == 1 + self.new_versions, || format!("version {version} is out of turn"))
    }

    /// Other rules hold, with everybody where they are.
    pub(super) fn reconfigured(&mut self, config: &Arc<Config>, version: u32) -> Result<(), String> {
        self.next_version(version)?;
        let changed = diff(self.document(), config).into_iter().map(|change| change.path);
        let mut elsewhere =
            changed.filter(|path| !(path.starts_with("queues[") || path.starts_with("pools[")));
        let odd = elsewhere.next();
        ensure(odd.is_none(), || format!("{odd:?} changed, and the state is built on it"))?;
        let compiled = Compiled::new(config).map_err(|error| error.to_string())?;
        self.config = Some(Arc::new(((**config).clone(), compiled)));
        let inside: Vec<_> = self.contacts.keys().copied().collect();
        inside.iter().for_each(|contact| self.renew_need(contact));
        Ok(())
    }
}
