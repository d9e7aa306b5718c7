//! Parity notices what it is there to notice: a target that differs from the others, in whatever way, is found out.
//!
//! Each crook routes like any other target and lies in one point only, in a scenario whose lines do not speak of that
//! point, or leave room for it.

use std::sync::Arc;

use sunline_core::{
    AgentId, Command, CommandError, CommandKey, ContactDetails, Event, Presence, Receipt, Span, StateHash,
    Timestamp,
};
use sunline_tests::targets::{Bare, Live, Mount, Simulated, Target};
use sunline_tests::{language, parity};

const STORY: &str = r"
    scenario: a call is answered, another is not
    09:00:00  sign in   ann   billing=7
    09:00:05  arrive    c1    billing       -> offer c1 to ann
    09:00:08  accept    c1    by ann        -> accepted c1 by ann
    09:03:00  complete  c1                  -> ended c1 served by ann; ...
    09:04:00  advance                       -> ...
";

/// The point in which a target differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    None,
    /// Contacts come from a customer whom nobody named.
    Customer,
    /// Commands are applied a nanosecond late.
    Late,
    /// Ann leaves when the call is over, unasked.
    Busybody,
    /// Its state is another than its events tell.
    State,
}

/// A target that lies.
struct Crook {
    inner: Box<dyn Target>,
    lie: Lie,
}

impl Target for Crook {
    fn name(&self) -> &'static str {
        "the crook"
    }

    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        mut command: Command,
    ) -> Result<Receipt, CommandError> {
        if let (Lie::Customer, Command::Arrive(new)) = (self.lie, &mut command) {
            let details = ContactDetails { customer: Some("nobody".into()), ..ContactDetails::default() };
            new.details = Some(Arc::new(details));
        }
        let late = if self.lie == Lie::Late { Span::from_nanos(1) } else { Span::ZERO };
        let is_over = matches!(command, Command::Complete(_));
        let answer = self.inner.handle(at + late, key, command)?;
        if is_over && self.lie == Lie::Busybody {
            self.inner.handle(at, None, Command::SetPresence(AgentId(0), Presence::Offline))?;
        }
        Ok(answer)
    }

    fn advance(&mut self, at: Timestamp) {
        self.inner.advance(at);
    }

    fn drain(&mut self) -> Vec<Event> {
        self.inner.drain()
    }

    fn state_hash(&mut self) -> StateHash {
        let StateHash(mut hash) = self.inner.state_hash();
        hash[31] ^= u8::from(self.lie == Lie::State);
        StateHash(hash)
    }
}

/// A crook of a kind.
macro_rules! crook {
    ($inner:path, $lie:ident) => {
        |at, config| Ok(Box::new(Crook { inner: Box::new($inner(at, config)?), lie: Lie::$lie }))
    };
}

const HONEST: Mount = |at, config| Ok(Box::new(Bare::indexed(at, config)?));

/// What parity says of a crook beside the kernel.
fn found_out(crook: Mount) -> Result<(), String> {
    let scenarios = language::read(STORY).unwrap_or_else(|error| panic!("{error}"));
    parity(&scenarios[0], &[HONEST, crook])
}

#[test]
fn a_target_without_a_lie_passes() {
    assert_eq!(found_out(crook!(Bare::indexed, None)), Ok(()));
    assert_eq!(found_out(crook!(Simulated::new, None)), Ok(()));
    assert_eq!(found_out(crook!(Live::new, None)), Ok(()));
}

#[test]
fn an_event_with_another_detail_is_noticed_wherever_it_comes_from() {
    for crook in [
        crook!(Bare::indexed, Customer) as Mount,
        crook!(Simulated::new, Customer),
        crook!(Live::new, Customer),
    ] {
        let said = found_out(crook).unwrap_err();
        assert!(said.starts_with("kernel, indexed and the crook differ at"), "{said}");
        assert!(said.contains("nobody"), "{said}");
    }
}

#[test]
fn an_event_more_is_noticed_where_a_line_leaves_room_for_it() {
    let said = found_out(crook!(Bare::indexed, Busybody)).unwrap_err();
    assert!(said.starts_with("kernel, indexed told"), "{said}");
}

#[test]
fn a_nanosecond_is_noticed() {
    let said = found_out(crook!(Bare::indexed, Late)).unwrap_err();
    assert!(said.contains("on the crook"), "{said}");
}

#[test]
fn a_state_that_its_events_do_not_tell_is_noticed() {
    let said = found_out(crook!(Bare::indexed, State)).unwrap_err();
    assert!(said.contains("the events tell another state than the target has"), "{said}");
}
