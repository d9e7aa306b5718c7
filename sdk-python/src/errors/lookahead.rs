//! Why nothing could be seen ahead.

use sunline_sim::lookahead::LookAheadError;

use super::Refusal;

impl From<LookAheadError> for Refusal {
    fn from(error: LookAheadError) -> Self {
        let refusal = Self::new("LookAheadRefused", error.code(), &error);
        match error {
            LookAheadError::Scenario(error) => error.into(),
            LookAheadError::NoLaw { queue, contact } => {
                refusal.with("name", queue.as_str()).with("contact", contact.to_string())
            }
            LookAheadError::UnknownContact { contact } => refusal.with("contact", contact.to_string()),
            LookAheadError::NotWaiting { contact, state } => {
                refusal.with("contact", contact.to_string()).with("found", state.to_string())
            }
            LookAheadError::UnknownQueue { name }
            | LookAheadError::UnknownAgent { name }
            | LookAheadError::UnknownPool { name } => refusal.with("name", name.as_str()),
            LookAheadError::TooFewAgents { wanted, there } => {
                refusal.with("expected", wanted.to_string()).with("found", there.to_string())
            }
            LookAheadError::OutOfRange { expected, found, .. } => {
                refusal.with("expected", expected).with("found", found)
            }
            _ => refusal,
        }
    }
}
