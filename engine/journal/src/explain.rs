//! Explaining a journaled decision: the state before it is rebuilt, and the oracle runs there again.

use sunline_core::{Domain, Event, ExplainError, Explanation, FoldError, Seq};

use crate::error::JournalError;
use crate::read::JournalReader;

/// Why the offer with this number was made.
///
/// Costs a fold of every event before it, and a look at everybody.
///
/// # Errors
/// [`JournalError::NoSuchEvent`]; [`JournalError::Explain`] when the event is no offer; the reader's errors.
pub fn explain(reader: &JournalReader, seq: Seq) -> Result<Explanation, JournalError> {
    let last = reader.tail()?.seq;
    if seq > last || seq == Seq(0) {
        return Err(JournalError::NoSuchEvent { seq, last });
    }
    explain_among(reader.events(Seq(1))?, seq)?.ok_or(JournalError::NoSuchEvent { seq, last })
}

/// The same among events from the first on; `None` when there is no event with this number.
///
/// # Errors
/// As [`explain`].
pub fn explain_among(
    events: impl IntoIterator<Item = Result<Event, JournalError>>,
    seq: Seq,
) -> Result<Option<Explanation>, JournalError> {
    let mut state: Option<Domain> = None;
    for event in events {
        let event = event?;
        if event.seq == seq {
            let state = state.as_ref().ok_or(ExplainError::NoOffer { seq })?;
            return Ok(Some(state.explain(&event)?));
        }
        match &mut state {
            None => state = Some(Domain::fold([&event]).map_err(not_foldable)?),
            Some(state) => state.fold_event(&event).map_err(not_foldable)?,
        }
    }
    Ok(None)
}

fn not_foldable(error: FoldError) -> JournalError {
    JournalError::Fold { index: 0, error }
}
