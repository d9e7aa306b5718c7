//! Live is simulated: the same commands give the same events and the same state, through the engine and without it.

mod common;

use common::{all_so_far, at, at_nine, bill, shop};
use sunline_core::{
    AgentId, Command, CommandKey, ContactId, Domain, Event, OfferId, Presence, Seq, Span, Timestamp,
};
use sunline_runtime::Engine;

/// A stream of numbers that is the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What the world may say next, sensible or not. Much of it is refused: that must leave no trace either.
fn command(dice: &mut Dice, domain: &Domain, number: u64) -> Command {
    let inside: Vec<_> = domain.contacts().collect();
    let someone = inside.get(dice.roll(inside.len().max(1) as u64) as usize);
    let contact = someone.map_or(ContactId::from(number / 2), |contact| contact.id);
    let offers: Vec<OfferId> = inside.iter().flat_map(|contact| contact.offers.clone()).collect();
    let offer = offers.get(dice.roll(offers.len().max(1) as u64) as usize).copied();
    let offer = offer.unwrap_or(OfferId(domain.seq().0.saturating_sub(dice.roll(9))));
    let agent = AgentId(dice.roll(3) as u32);
    match dice.roll(12) {
        0..=2 => Command::Arrive(bill(number - dice.roll(2))),
        3 | 4 => Command::SetPresence(agent, Presence::Available),
        5 => Command::SetPresence(agent, Presence::Break("tea".into())),
        6 | 7 => Command::AcceptOffer(offer, agent),
        8 => Command::DeclineOffer(offer, agent),
        9 | 10 => Command::Complete(contact),
        _ => Command::Abandon(contact),
    }
}

#[tokio::test]
async fn the_engine_under_a_manual_clock_does_what_the_bare_kernel_does() {
    for seed in 1..=5 {
        let mut dice = Dice(seed);
        let engine = Engine::in_memory(shop()).clock(at_nine()).keep_history().start().await.unwrap();
        let mut bare = Domain::new(at(0), shop()).unwrap();
        let mut expected: Vec<Event> = std::iter::from_fn(|| bare.poll_event()).collect();
        let mut now = at(0);
        for number in 1..=600_u64 {
            let command = command(&mut dice, &bare, number);
            let key = (dice.roll(4) == 0).then(|| CommandKey(dice.roll(400).into()));
            if dice.roll(3) == 0 {
                now += Span::from_millis(dice.roll(6000) as i64);
                engine.advance_to(now).await.unwrap();
                bare.handle_deadlines(now);
                expected.extend(std::iter::from_fn(|| bare.poll_event()));
            }
            let live = match key {
                Some(key) => engine.apply_once(key, command.clone()).await,
                None => engine.apply(command.clone()).await,
            };
            let told = match key {
                Some(key) => bare.handle_once(now, key, command),
                None => bare.handle(now, command),
            };
            assert_eq!(live, told.map_err(Into::into), "seed {seed}, command {number}");
            expected.extend(std::iter::from_fn(|| bare.poll_event()));
        }
        let events = all_so_far(&mut engine.events(Seq(1)), bare.seq()).await;
        assert_eq!(events, expected, "seed {seed}");
        assert!(events.len() > 300, "the story is too thin: {}", events.len());
        assert_eq!(engine.state_hash().await.unwrap(), bare.state_hash(), "seed {seed}");
    }
}

#[tokio::test]
async fn commands_of_one_batch_are_applied_each_as_of_its_own_stamp() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).keep_history().start().await.unwrap();
    let mut bare = Domain::new(at(0), shop()).unwrap();
    let mut pending = Vec::new();
    let mut stamped: Vec<(Timestamp, Command)> = Vec::new();
    for id in 0..500 {
        let command = match id {
            0 => Command::SetPresence(AgentId(0), Presence::Available),
            _ => Command::Arrive(bill(id)),
        };
        // Control and arrivals take different rings and must not overtake each other.
        for command in [command, Command::Abandon(ContactId::from(id))] {
            pending.push(engine.post(None, command.clone()).await.unwrap());
            stamped.push((engine.now(), command));
        }
    }
    for (pending, (at, command)) in pending.into_iter().zip(stamped) {
        let told = bare.handle(at, command).map_err(Into::into);
        while bare.poll_event().is_some() {}
        assert_eq!(pending.await, told);
    }
    assert_eq!(engine.state_hash().await.unwrap(), bare.state_hash());
}
