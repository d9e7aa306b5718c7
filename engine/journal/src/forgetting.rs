//! What of a customer is in a journal, and what each part looks like without it.

use std::collections::BTreeSet;
use std::sync::Arc;

use sunline_core::skill::Shortfall;
use sunline_core::{AgentSpec, Command, Config, ContactDetails, ContactId, Event, EventKind};

use crate::error::JournalError;
use crate::frame::Frame;
use crate::input::{Input, InputKind};
use crate::read;
use crate::store::Source;

const PLACEHOLDER: &str = "forgotten-";

/// Whom to forget, and by what.
pub(crate) struct Forgetting {
    customer: String,
    pub(crate) placeholder: String,
    /// Contacts that were the customer's at any time.
    pub(crate) contacts: BTreeSet<ContactId>,
}

impl Forgetting {
    /// Reads the journal once: which contacts are the customer's, and which placeholders are taken.
    pub(crate) fn learn(from: &(impl Source + ?Sized), customer: &str) -> Result<Self, JournalError> {
        let (mut contacts, mut named, mut taken) = (BTreeSet::new(), false, 0);
        let mut see = |name: &str| {
            named |= name == customer;
            let number = name.strip_prefix(PLACEHOLDER).and_then(|number| number.parse().ok());
            taken = taken.max(number.unwrap_or(0_u64));
            name == customer
        };
        for frame in read::frames(from, 0)? {
            for event in &frame?.events {
                match &event.kind {
                    EventKind::Configured { config } | EventKind::Reconfigured { config, .. } => {
                        for name in config.agents.iter().flat_map(|agent| &agent.never_serves) {
                            see(name);
                        }
                    }
                    EventKind::AgentRegistered { spec, .. } | EventKind::AgentUpdated { spec, .. } => {
                        for name in &spec.never_serves {
                            see(name);
                        }
                    }
                    kind => {
                        let carried = carried_by(kind);
                        let name = carried.and_then(|(_, details)| details.customer.as_ref());
                        if let (Some((contact, _)), true) = (carried, name.is_some_and(|name| see(name))) {
                            contacts.insert(contact);
                        }
                    }
                }
            }
        }
        if !named {
            return Err(JournalError::UnknownCustomer);
        }
        let placeholder = format!("{PLACEHOLDER}{}", taken.saturating_add(1));
        Ok(Self { customer: customer.to_owned(), placeholder, contacts })
    }

    /// A frame as it would have been.
    pub(crate) fn frame(&self, frame: &Frame) -> Frame {
        let inputs = frame.inputs.iter().map(|input| self.input(input)).collect();
        let events = frame.events.iter().map(|event| self.event(event)).collect();
        Frame { header: frame.header, inputs, events }
    }

    fn input(&self, input: &Input) -> Input {
        let mut input = input.clone();
        if let InputKind::Command(command) = &mut input.kind {
            match command {
                Command::Arrive(new) => self.clear(new.id, &mut new.details),
                Command::UpdateContact(contact, update) => self.clear(*contact, &mut update.details),
                Command::RegisterAgent(spec) | Command::UpdateAgent(_, spec) => self.clear_agent(spec),
                Command::Reconfigure(config) => self.clear_config(config),
                _ => {}
            }
        }
        input
    }

    fn event(&self, event: &Event) -> Event {
        let mut event = event.clone();
        match &mut event.kind {
            EventKind::ContactArrived { contact, details, .. } => self.clear(*contact, details),
            EventKind::ContactUpdated { contact, update } => self.clear(*contact, &mut update.details),
            // A question carries what the contact carried that it is about.
            EventKind::ConsultBegun { contact, details, .. } => self.clear(*contact, details),
            EventKind::AgentRegistered { spec, .. } | EventKind::AgentUpdated { spec, .. } => {
                self.clear_agent(spec);
            }
            EventKind::Configured { config } | EventKind::Reconfigured { config, .. } => {
                self.clear_config(config);
            }
            EventKind::ContactUnservable { shortfall: Some(Shortfall::Customer(name)), .. }
                if *name == self.customer =>
            {
                *name = self.placeholder.as_str().into();
            }
            _ => {}
        }
        event
    }

    fn clear(&self, contact: ContactId, details: &mut Option<Arc<ContactDetails>>) {
        let Some(details) = details.as_mut().filter(|_| self.contacts.contains(&contact)) else { return };
        let details = Arc::make_mut(details);
        if details.customer.as_ref().is_some_and(|name| *name == self.customer) {
            details.customer = Some(self.placeholder.as_str().into());
        }
        details.payload = None;
        details.attributes.clear();
        details.tags.clear();
    }

    fn clear_agent(&self, spec: &mut Arc<AgentSpec>) {
        if spec.never_serves.contains(self.customer.as_str()) {
            self.rename(Arc::make_mut(spec));
        }
    }

    fn clear_config(&self, config: &mut Arc<Config>) {
        if config.agents.iter().any(|spec| spec.never_serves.contains(self.customer.as_str())) {
            Arc::make_mut(config).agents.iter_mut().for_each(|spec| self.rename(spec));
        }
    }

    fn rename(&self, spec: &mut AgentSpec) {
        if spec.never_serves.remove(self.customer.as_str()) {
            spec.never_serves.insert(self.placeholder.as_str().into());
        }
    }
}

/// What an event says that a contact carries.
fn carried_by(kind: &EventKind) -> Option<(ContactId, &ContactDetails)> {
    match kind {
        EventKind::ContactArrived { contact, details, .. } => Some((*contact, details.as_deref()?)),
        EventKind::ContactUpdated { contact, update } => Some((*contact, update.details.as_deref()?)),
        _ => None,
    }
}

/// Whether two events are the same but for digests, which are made of what was said.
pub(crate) fn same(one: &Event, other: &Event) -> bool {
    one == other || undigested(one.clone()) == undigested(other.clone())
}

fn undigested(mut event: Event) -> Event {
    match &mut event.kind {
        EventKind::ContactArrived { digest, .. }
        | EventKind::ConsultBegun { digest, .. }
        | EventKind::CommandRemembered { digest, .. } => *digest = 0,
        _ => {}
    }
    event
}
