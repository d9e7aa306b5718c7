//! What every narrowed handle goes through.

use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::{
    Beyond, Command, CommandKey, ContactId, ContactView, Domain, Forbidden, NewContact, Receipt, Right,
};

use crate::engine::Engine;
use crate::entry::{Action, Stamp};
use crate::error::EngineError;
use crate::pending::Pending;

/// Who holds a handle, and what it may.
#[derive(Debug)]
pub(crate) struct Holder {
    pub(crate) label: SmolStr,
    pub(crate) right: Right,
}

/// An engine, as far as its holder may use it.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) engine: Engine,
    pub(crate) holder: Arc<Holder>,
}

impl Gate {
    pub(crate) fn new(engine: &Engine, holder: Holder) -> Self {
        Self { engine: engine.clone(), holder: Arc::new(holder) }
    }

    pub(crate) async fn say(
        &self,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, EngineError> {
        self.post(key, command).await?.await
    }

    pub(crate) async fn post(
        &self,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Pending, EngineError> {
        self.engine.post_by(Some(self.holder.clone()), key, command).await
    }

    pub(crate) fn arrive(&self, contact: NewContact) -> Result<Pending, EngineError> {
        let (reply, pending) = Pending::new(self.engine.shared());
        self.engine.shared().arrive(self.arrival(contact, Some(reply)))?;
        Ok(pending)
    }

    pub(crate) fn arrive_nowait(&self, contact: NewContact) -> Result<Stamp, EngineError> {
        self.engine.shared().arrive(self.arrival(contact, None))
    }

    fn arrival(&self, contact: NewContact, reply: Option<crate::pending::ReplyTo<Receipt>>) -> Action {
        Action::Apply { command: Command::Arrive(contact), key: None, by: Some(self.holder.clone()), reply }
    }

    /// Looks at the state as far as the right covers that; a refusal is audited.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Domain, &Right) -> Result<T, Forbidden> + Send + 'static,
    ) -> Result<T, EngineError> {
        let holder = self.holder.clone();
        let seen = self.engine.inspect(move |domain| look(domain, &holder.right)).await?;
        seen.map_err(|forbidden| self.told(forbidden))
    }

    /// Refuses a call that the handle has no method for.
    pub(crate) fn refuse(&self, call: &'static str) -> EngineError {
        self.told(Forbidden { right: self.holder.right.kind(), call, what: Beyond::Call })
    }

    /// Has the audit know of a call that is no command.
    fn told(&self, forbidden: Forbidden) -> EngineError {
        self.engine.shared().audit.note_call(&self.holder, self.engine.now(), &forbidden);
        forbidden.into()
    }

    /// A contact, if it may be read.
    pub(crate) async fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        self.read(move |domain, right| {
            domain.permits_reading(right, &contact)?;
            Ok(domain.contact_view(&contact))
        })
        .await
    }
}
