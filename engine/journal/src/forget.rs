//! A journal without a customer: the same day, decided again, with nothing in it that says who that was.
//!
//! Every input and event of a journal is under its hash chain, so nothing can be taken out of it. What can be done is to write
//! it anew: the inputs with a placeholder in place of the customer's key and without what its contacts carried, decided again
//! from the first one. The new journal has a chain of its own, replays, and gives the same figures. It is proven on the way that
//! each new event is the old one but for what was taken out. Contacts are routed by their customer's key only in so far as it is
//! the same one again, and by nothing that a host hangs on them, so that holds; a journal where it did not is refused.

use std::path::Path;

use sunline_core::{Domain, Seq};

use crate::error::JournalError;
use crate::forgetting::{Forgetting, same};
use crate::frame::Encoder;
use crate::header::LOGIC_VERSION;
use crate::read;
use crate::recover::{guarded, set_clock};
use crate::replay::decide;
use crate::snapshot;
use crate::store::{Draft, Source};
use crate::tail::Tail;

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// What stands in place of the customer's key.
    pub placeholder: String,
    /// Contacts of the customer, by different ids.
    pub contacts: usize,
    /// Where the new journal ends.
    pub tail: Tail,
}

/// Writes a journal anew to the directory `to`, which must not be there, without a customer: the key `customer` becomes a
/// placeholder wherever it stands (contacts, agents who never serve it), and its contacts lose payload, tags and attributes. The
/// ids of its contacts, their queues, instants, sources and time zones stay. No snapshot comes along but a new one. The caller
/// removes the old journal, and its backups.
///
/// # Errors
/// [`JournalError::StillInside`] when a contact of the customer has not ended; [`JournalError::UnknownCustomer`] when nothing
/// names it; [`JournalError::Decides`] with the event that would have been another; [`JournalError::OtherLogic`] when other
/// logic wrote a part; otherwise as [`crate::backup`]. In each case nothing is left at `to`.
pub fn forget(
    from: &(impl Source + ?Sized),
    to: impl AsRef<Path>,
    customer: &str,
) -> Result<Forgotten, JournalError> {
    let forgetting = Forgetting::learn(from, customer)?;
    let mut draft = Draft::begin(to.as_ref())?;
    let (domain, tail) = write_anew(from, &mut draft, &forgetting)?;
    if let Some(contact) = forgetting.contacts.iter().find(|id| domain.contact_view(id).is_some()) {
        return Err(JournalError::StillInside { contact: *contact });
    }
    let bytes = snapshot::to_bytes(&domain, &tail)?;
    draft.save_snapshot(tail.seq, &bytes)?;
    draft.finish()?;
    let contacts = forgetting.contacts.len();
    Ok(Forgotten { placeholder: forgetting.placeholder, contacts, tail })
}

fn write_anew(
    from: &(impl Source + ?Sized),
    to: &mut Draft,
    forgetting: &Forgetting,
) -> Result<(Domain, Tail), JournalError> {
    let (mut domain, mut tail) = (None, Tail::EMPTY);
    let (mut encoder, mut decided) = (Encoder::default(), Vec::new());
    for frame in read::frames(from, 0)? {
        let frame = frame?;
        let index = frame.header.index;
        if frame.header.logic != LOGIC_VERSION {
            return Err(JournalError::OtherLogic { index, found: frame.header.logic });
        }
        let anew = forgetting.frame(&frame);
        let after = domain.as_ref().map_or(Seq(0), Domain::seq);
        let done = guarded(|| decide(&mut domain, &anew, &mut decided));
        done.unwrap_or_else(|message| Err(JournalError::Panicked { index, after, message }))?;
        let same = anew.events.iter().zip(&decided).take_while(|(old, new)| same(old, new)).count();
        if same < anew.events.len().max(decided.len()) {
            return Err(JournalError::Decides { seq: Seq(frame.header.first_seq.0 + same as u64) });
        }
        let bytes = encoder.encode(&tail, frame.header.epoch, &anew.inputs, &decided)?;
        tail = to.push(bytes.to_vec())?;
        decided.clear();
    }
    let mut domain = domain.ok_or(JournalError::Empty)?;
    set_clock(&mut domain, &tail);
    Ok((domain, tail))
}
