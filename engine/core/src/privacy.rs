//! What stays inside: payloads always, and the values of attributes that the configuration marks.
//!
//! Nothing prints the value of any attribute: `Debug` of a [`Value`] says its kind alone, because it cannot know which are
//! marked. Events that leave for readers outside the host are [masked](Event::masked): payloads are left out, and the value of
//! a marked attribute is [`PRIVATE`]. The journal keeps events whole, for state is made of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use crate::command::{ContactDetails, ContactUpdate};
use crate::config::{AgentSpec, Config};
use crate::contact::Value;
use crate::event::{Event, EventKind};

/// What stands in place of a private value.
pub const PRIVATE: &str = "[private]";

impl Event {
    /// The event as it may be shown outside: without payloads, and with a placeholder for the value of every attribute, of
    /// contacts and agents, whose name is in `private`. Most events are as they were.
    pub fn masked(&self, private: &BTreeSet<SmolStr>) -> Cow<'_, Self> {
        let masked = match &self.kind {
            EventKind::ContactArrived { details: Some(details), .. }
            | EventKind::ConsultBegun { details: Some(details), .. } => {
                masked_details(details, private).map(|masked| {
                    let mut kind = self.kind.clone();
                    if let EventKind::ContactArrived { details, .. }
                    | EventKind::ConsultBegun { details, .. } = &mut kind
                    {
                        *details = Some(Arc::new(masked));
                    }
                    kind
                })
            }
            EventKind::ContactUpdated { contact, update } => {
                let details = update.details.as_ref();
                details.and_then(|details| masked_details(details, private)).map(|masked| {
                    let update = ContactUpdate { details: Some(Arc::new(masked)), ..(**update).clone() };
                    EventKind::ContactUpdated { contact: *contact, update: Box::new(update) }
                })
            }
            EventKind::AgentRegistered { agent, spec } => masked_spec(spec, private)
                .map(|spec| EventKind::AgentRegistered { agent: *agent, spec: Arc::new(spec) }),
            EventKind::AgentUpdated { agent, spec } => masked_spec(spec, private)
                .map(|spec| EventKind::AgentUpdated { agent: *agent, spec: Arc::new(spec) }),
            EventKind::Configured { config } => masked_config(config, private)
                .map(|config| EventKind::Configured { config: Arc::new(config) }),
            EventKind::Reconfigured { config, config_version } => {
                masked_config(config, private).map(|config| EventKind::Reconfigured {
                    config: Arc::new(config),
                    config_version: *config_version,
                })
            }
            _ => None,
        };
        match masked {
            Some(kind) => Cow::Owned(Self { seq: self.seq, at: self.at, kind }),
            None => Cow::Borrowed(self),
        }
    }

    /// The configuration that this event puts in force, if it does.
    pub fn config(&self) -> Option<&Arc<Config>> {
        match &self.kind {
            EventKind::Configured { config } | EventKind::Reconfigured { config, .. } => Some(config),
            _ => None,
        }
    }
}

fn masked_details(details: &ContactDetails, private: &BTreeSet<SmolStr>) -> Option<ContactDetails> {
    let attributes = masked_values(&details.attributes, private);
    if attributes.is_none() && details.payload.is_none() {
        return None;
    }
    let attributes = attributes.unwrap_or_else(|| details.attributes.clone());
    Some(ContactDetails { attributes, payload: None, ..details.clone() })
}

fn masked_spec(spec: &AgentSpec, private: &BTreeSet<SmolStr>) -> Option<AgentSpec> {
    let attributes = masked_values(&spec.attributes, private)?;
    Some(AgentSpec { attributes, ..spec.clone() })
}

fn masked_config(config: &Config, private: &BTreeSet<SmolStr>) -> Option<Config> {
    let has_private = |spec: &AgentSpec| spec.attributes.keys().any(|name| private.contains(name));
    config.agents.iter().any(has_private).then(|| {
        let masked = |spec: &AgentSpec| masked_spec(spec, private).unwrap_or_else(|| spec.clone());
        Config { agents: config.agents.iter().map(masked).collect(), ..config.clone() }
    })
}

fn masked_values(
    attributes: &BTreeMap<SmolStr, Value>,
    private: &BTreeSet<SmolStr>,
) -> Option<BTreeMap<SmolStr, Value>> {
    if !attributes.keys().any(|name| private.contains(name)) {
        return None;
    }
    let mut masked = attributes.clone();
    for (name, value) in &mut masked {
        if private.contains(name) {
            *value = Value::Text(SmolStr::new_static(PRIVATE));
        }
    }
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, ContactId, Domain, NewContact, Payload, QueueId, Timestamp};

    const SECRET: &str = "SECRET-4711";

    fn secret() -> Value {
        Value::Text(SECRET.into())
    }

    fn domain() -> Domain {
        let config = format!(
            r#"
            name = "shop"
            private_attributes = ["iban"]
            channels = [{{ name = "voice" }}]
            queues = [{{ name = "bills" }}]
            agents = [{{ name = "ann", attributes = {{ iban = "{SECRET}", floor = 3 }} }}]
            "#
        );
        Domain::new(Timestamp::EPOCH, Config::from_toml(&config).unwrap()).unwrap()
    }

    /// Everything that carries details, told of by the kernel.
    fn story() -> (Domain, Vec<Event>) {
        let mut domain = domain();
        let details = ContactDetails {
            attributes: [("iban".into(), secret()), ("tier".into(), Value::Integer(2))].into(),
            payload: Some(Payload::new(SECRET.as_bytes())),
            ..ContactDetails::default()
        };
        let details = Some(Arc::new(details));
        let id = ContactId::from(1);
        let new = NewContact { details: details.clone(), ..NewContact::new(id, QueueId(0)) };
        let update = ContactUpdate { details, points: None };
        let spec = domain.document().agents[0].clone();
        let config = domain.document().clone();
        for command in [
            Command::Arrive(new),
            Command::UpdateContact(id, Box::new(update)),
            Command::UpdateAgent(crate::AgentId(0), Arc::new(spec)),
            Command::Reconfigure(Arc::new(config)),
        ] {
            domain.handle(Timestamp::EPOCH, command).unwrap();
        }
        let events = core::iter::from_fn(|| domain.poll_event()).collect();
        (domain, events)
    }

    #[test]
    fn a_masked_event_shows_no_payload_and_no_marked_value() {
        let (domain, events) = story();
        let private = &domain.document().private_attributes;
        let mut masked_ones = 0;
        for event in &events {
            let masked = event.masked(private);
            let text = serde_json::to_string(&*masked).unwrap();
            assert!(!text.contains(SECRET), "{text}");
            // Bytes of a payload are numbers in JSON.
            assert!(!text.contains("83,69,67,82,69,84"), "{text}");
            masked_ones += usize::from(matches!(masked, Cow::Owned(_)));
            assert_eq!((masked.seq, masked.at), (event.seq, event.at));
        }
        // Configured, registered, arrived, updated twice, and configured anew.
        assert_eq!(masked_ones, 6);
        let arrived = events.iter().find_map(|event| match &event.masked(private).kind {
            EventKind::ContactArrived { details, .. } => details.clone(),
            _ => None,
        });
        let arrived = arrived.unwrap();
        assert_eq!(arrived.attributes["iban"], Value::Text(PRIVATE.into()));
        assert_eq!(arrived.attributes["tier"], Value::Integer(2), "what is not marked is shown");
        assert_eq!(arrived.payload, None);
    }

    #[test]
    fn nothing_prints_an_attribute_or_a_payload() {
        let (domain, events) = story();
        let printed = format!("{events:?} {:?} {:?}", domain.document(), domain.snapshot());
        assert!(printed.contains("iban"), "names are shown");
        assert!(!printed.contains(SECRET), "values are not");
        assert!(!printed.contains("83, 69, 67, 82, 69, 84"));
        for event in &events {
            if matches!(event.kind, EventKind::OfferIssued { .. }) {
                assert!(!domain.explain(event).is_ok_and(|why| format!("{why} {why:?}").contains(SECRET)));
            }
        }
        let why = domain.why_waiting(&ContactId::from(1)).unwrap();
        let would = domain.what_would_make(crate::AgentId(0), &ContactId::from(1)).unwrap();
        assert!(!format!("{why} {why:?} {would} {would:?}").contains(SECRET));
    }
}
