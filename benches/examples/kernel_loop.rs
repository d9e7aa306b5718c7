//! How fast is the bare kernel? One queue, agents who always accept: two commands a contact.
#![allow(missing_docs)]
use std::time::Instant;
use sunline_core::*;
fn main() {
    let agents: u32 = std::env::args().nth(1).map_or(100, |a| a.parse().unwrap());
    let n: u64 = std::env::args().nth(2).map_or(2_000_000, |a| a.parse().unwrap());
    let mut text = String::from(
        "name='x'\nchannels=[{name='voice'}]\nskills=[{name='s'}]\nmemory={ended_ids_for='0s',ended_ids_max=0}\nqueues=[{name='q',requires='s',offer={answer='auto'}}]\n",
    );
    for i in 0..agents {
        text.push_str(&format!("[[agents]]\nname='a{i}'\nskills={{s=5}}\n"));
    }
    let config = Config::from_toml(&text).unwrap();
    let mut d = Domain::new(Timestamp::EPOCH, config).unwrap();
    for i in 0..agents {
        d.handle(Timestamp::EPOCH, Command::SetPresence(AgentId(i), Presence::Available)).unwrap();
    }
    while d.poll_event().is_some() {}
    let q = QueueId(0);
    let busy = agents as u64 + 5;
    let t = Instant::now();
    let mut now = Timestamp::EPOCH;
    let mut events = 0u64;
    let mut served = std::collections::VecDeque::new();
    for i in 0..n {
        now += Span::from_millis(10);
        d.handle(now, Command::Arrive(NewContact::new(ContactId::from(i), q))).unwrap();
        while let Some(e) = d.poll_event() {
            events += 1;
            if let EventKind::OfferAccepted { contact, .. } = e.kind {
                served.push_back(contact);
            }
        }
        if i >= busy {
            now += Span::from_millis(5);
            let c = served.pop_front().unwrap();
            d.handle(now, Command::Complete(c)).unwrap();
            while let Some(e) = d.poll_event() {
                events += 1;
                if let EventKind::OfferAccepted { contact, .. } = e.kind {
                    served.push_back(contact);
                }
            }
        }
    }
    let s = t.elapsed().as_secs_f64();
    println!(
        "{:.0} ns a contact, {:.0} ns an event, {events} events",
        s * 1e9 / n as f64,
        s * 1e9 / events as f64
    );
    println!("event {} command {} kind {}", size_of::<Event>(), size_of::<Command>(), size_of::<EventKind>());
}
