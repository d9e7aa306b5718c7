//! A canary: a candidate configuration on a share of the contacts, beside the one in force.
//!
//! Each queue that the candidate changes gets a stand-in with the candidate's settings, under a name of its own, so whatever
//! counts, reports or explains by queue shows both sides. Contact-side settings are the contact's, agent-side settings (pools,
//! agents, partners, surges) stay those in force. The documents that are made here come into force like any other version, and
//! the canary ends like any change does: by the next version.

use std::borrow::Cow;

use serde::Serialize;
use smol_str::{SmolStr, format_smolstr};

use super::diff::{Change, diff};
use super::document::{CanaryConfig, Config, JointConfig, QueueConfig};
use super::{Decimal, FixedSetting};

/// The document that tries a candidate, and what of it is tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Canary {
    /// To be put in force.
    pub config: Config,
    /// The queues that have a stand-in now.
    pub queues: Vec<SmolStr>,
    /// What the candidate changes beside them, which is not tried: it stays as it is in force.
    pub left_out: Vec<Change>,
}

/// Why a candidate cannot be tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CanaryError {
    /// It says nothing else of any queue.
    #[error("the candidate changes nothing of any queue, so there is nothing to try")]
    NothingToTry,
    /// A share lies from above 0 to 1.
    #[error("a canary gets a share of the contacts above 0 and up to 1, not {share}")]
    Share {
        /// The share given.
        share: Decimal,
    },
    /// Only one canary runs at a time.
    #[error("{queue:?} stands in for another queue already: promote or withdraw that canary first")]
    AlreadyOn {
        /// The stand-in.
        queue: SmolStr,
    },
    /// A name that the stand-in would have is in use.
    #[error("a queue is called {name:?} already: give the canary another label")]
    NameInUse {
        /// The name.
        name: SmolStr,
    },
    /// What could not be put in force in the end is not tried.
    #[error(transparent)]
    Fixed(#[from] FixedSetting),
}

impl Config {
    /// This configuration with a canary: for `share` of the contacts of each queue that `candidate` changes, a stand-in called
    /// `QUEUE@LABEL` with the candidate's settings.
    ///
    /// # Errors
    /// [`CanaryError`].
    pub fn with_canary(&self, candidate: &Self, share: Decimal, label: &str) -> Result<Canary, CanaryError> {
        if share <= Decimal::ZERO || share > Decimal::ONE {
            return Err(CanaryError::Share { share });
        }
        if let Some(on) = self.queues.iter().find(|queue| queue.is_on_trial()) {
            return Err(CanaryError::AlreadyOn { queue: on.name.clone() });
        }
        let candidate = candidate.following(self)?;
        let mut config = self.clone();
        let mut queues = Vec::new();
        for (queue, wanted) in self.queues.iter().zip(&candidate.queues) {
            if queue == wanted || queue.retired_to.is_some() {
                continue;
            }
            let name = format_smolstr!("{}@{label}", queue.name);
            if config.queues.iter().any(|other| other.name == name) {
                return Err(CanaryError::NameInUse { name });
            }
            let canary = Some(CanaryConfig { of: queue.name.clone(), share });
            config.queues.push(QueueConfig { name, canary, ..wanted.clone() });
            queues.push(queue.name.clone());
        }
        if queues.is_empty() {
            return Err(CanaryError::NothingToTry);
        }
        let tried = |change: &Change| {
            queues.iter().any(|queue| change.path.starts_with(&format!("queues[{queue}].")))
        };
        let left_out = diff(self, &candidate).into_iter().filter(|change| !tried(change)).collect();
        Ok(Canary { config, queues, left_out })
    }

    /// This configuration with its canary for everybody: the queues take over the settings of their stand-ins, which are given
    /// up. Without a canary it is as it was.
    #[must_use]
    pub fn with_canary_promoted(&self) -> Self {
        let mut next = self.clone();
        for trial in self.queues.iter().filter(|queue| queue.is_on_trial()) {
            let Some(canary) = &trial.canary else { continue };
            if let Some(queue) = next.queues.iter_mut().find(|queue| queue.name == canary.of) {
                let name = queue.name.clone();
                *queue = QueueConfig { name, canary: None, retired_to: None, ..trial.clone() };
            }
        }
        next.without_canary()
    }

    /// This configuration without its canary: the stand-ins are given up, and their contacts go back to the queues that they
    /// stood in for.
    #[must_use]
    pub fn without_canary(&self) -> Self {
        let mut next = self.clone();
        for queue in next.queues.iter_mut().filter(|queue| queue.is_on_trial()) {
            queue.retired_to = queue.canary.as_ref().map(|canary| canary.of.clone());
        }
        next
    }

    /// The same with what is said of queues said of their stand-ins too: what the kernel reads.
    pub fn with_stand_ins_named(&self) -> Cow<'_, Self> {
        if self.queues.iter().all(|queue| queue.canary.is_none()) {
            return Cow::Borrowed(self);
        }
        let mut full = self.clone();
        for queue in &self.queues {
            if let Some(canary) = &queue.canary {
                full.say_too(&canary.of, &queue.name);
            }
        }
        Cow::Owned(full)
    }

    /// Says of the queue `stand_in` what is said of `queue`.
    fn say_too(&mut self, queue: &SmolStr, stand_in: &SmolStr) {
        for pool in &mut self.pools {
            if let Some(seen) = pool.queues.get(queue).cloned() {
                pool.queues.entry(stand_in.clone()).or_insert(seen);
            }
        }
        let transfers = self.queues.iter_mut().map(|queue| &mut queue.transfers.escalate_to_queues);
        let topics = self.partners.iter_mut().map(|partner| &mut partner.topics);
        for set in transfers.chain(topics) {
            if set.contains(queue) {
                set.insert(stand_in.clone());
            }
        }
        for surge in &mut self.surges {
            for set in [&mut surge.queues, &mut surge.deflect] {
                if set.contains(queue) {
                    set.insert(stand_in.clone());
                }
            }
            if let Some(place) = surge.shed.iter().position(|shed| shed == queue) {
                surge.shed.insert(place + 1, stand_in.clone());
            }
            too(&mut surge.bounds, stand_in, |bounds| &mut bounds.queue, queue);
            too(&mut surge.reserves, stand_in, |kept| &mut kept.queue, queue);
        }
        if let Some(JointConfig::Weights(weights)) = &mut self.joint {
            too(weights, stand_in, |weight| &mut weight.queue, queue);
        }
    }
}

impl QueueConfig {
    /// It stands in for another, and is not given up yet.
    fn is_on_trial(&self) -> bool {
        self.canary.is_some() && self.retired_to.is_none()
    }
}

/// Every entry of `queue` once more for its stand-in, unless there is one for that.
fn too<T: Clone>(
    list: &mut Vec<T>,
    stand_in: &SmolStr,
    name: impl Fn(&mut T) -> &mut SmolStr,
    queue: &SmolStr,
) {
    if list.iter_mut().any(|entry| name(entry) == stand_in) {
        return;
    }
    let mut more: Vec<T> =
        list.iter_mut().filter_map(|entry| (name(entry) == queue).then(|| entry.clone())).collect();
    for entry in &mut more {
        *name(entry) = stand_in.clone();
    }
    list.append(&mut more);
}
