//! What a line of a scenario expects: what its verb says by itself, and what follows after the arrow.

use sunline_core::{CommandError, Presence, Receipt, Timestamp};

use crate::language::{Action, Fact, Form, Step};

/// What a line did.
pub(crate) struct Outcome {
    pub(crate) facts: Vec<Fact>,
    pub(crate) answer: Result<Option<Receipt>, CommandError>,
}

/// What is left to be expected once the verb's own statement is taken out, with the answer to the command said.
pub(crate) fn goes_without_saying(
    action: &Action,
    outcome: Outcome,
    step: &Step,
) -> Result<Vec<Fact>, String> {
    let Outcome { mut facts, answer } = outcome;
    let mut stated: Vec<Fact> = match action {
        Action::Register(agent, _) => vec![Fact::new(Form::Registered).with("agent", agent)],
        Action::UpdateAgent(agent, _) => vec![Fact::new(Form::AgentUpdated).with("agent", agent)],
        Action::SignIn(agent, _) | Action::Back(agent) => vec![goes(agent, "available")],
        Action::SignOut(agent) => vec![goes(agent, "offline")],
        Action::All(agents, presence) => {
            let word = if *presence == Presence::Available { "available" } else { "offline" };
            agents.iter().map(|agent| goes(agent, word)).collect()
        }
        Action::Lost(agent) => {
            let offline = goes(agent, "offline");
            let leaves = facts.iter().any(|fact| fact.form == offline.form);
            let lost = Fact::new(Form::Lost).with("agent", agent);
            core::iter::once(lost).chain(leaves.then_some(offline)).collect()
        }
        Action::BeginExternal { agent, work, .. } => {
            vec![Fact::new(Form::Begins).with("agent", agent).with("contact", work)]
        }
        Action::EndExternal(agent, work) => {
            vec![Fact::new(Form::Finishes).with("agent", agent).with("contact", work)]
        }
        Action::PauseQueue(agent, queue, paused) => {
            let form = if *paused { Form::Pauses } else { Form::Unpauses };
            vec![Fact::new(form).with("agent", agent).with("queue", queue)]
        }
        Action::Break(agent, reason) if reason.is_empty() => vec![goes(agent, "break")],
        Action::Break(agent, reason) => vec![goes(agent, &format!("break:{reason}"))],
        Action::Arrive(contact, ..) => vec![Fact::new(Form::Arrived).with("contact", contact)],
        Action::Feedback(contact, _) => vec![Fact::new(Form::Feedback).with("contact", contact)],
        Action::SetHours(false, name, _) => vec![Fact::new(Form::HoursChanged).with("calendar", name)],
        Action::SetHours(true, zone, _) => vec![Fact::new(Form::CallingHoursChanged).with("zone", zone)],
        Action::Update(contact, _) => vec![Fact::new(Form::ContactUpdated).with("contact", contact)],
        _ => Vec::new(),
    };
    let at = |fact: Fact| Fact { at: Some(step.at), ..fact };
    match answer {
        Err(error) => {
            let refused = Fact::new(Form::Refused)
                .with("code", error.code())
                .with("quote", format!("{:?}", error.to_string()));
            facts.push(at(refused));
            return Ok(facts);
        }
        Ok(Some(Receipt { duplicate: true, .. })) => {
            facts.push(at(Fact::new(Form::Duplicate)));
            return Ok(facts);
        }
        Ok(_) => {}
    }
    if step.expected.iter().any(|fact| fact.form == Form::Unchanged) {
        facts.push(at(Fact::new(Form::Unchanged)));
        return Ok(facts);
    }
    if let Action::SignIn(agent, _) = action
        && let Some(new) = facts.iter().position(|fact| fact.form == Form::Registered)
        && facts[new].gaps.get("agent") == Some(agent)
    {
        facts.remove(new);
    }
    if step.key.is_some() {
        stated.push(Fact::new(Form::Remembered));
    }
    for fact in stated {
        let Some(place) = facts.iter().position(|happened| fact.is_met_by(happened, step.at)) else {
            return Err(format!(
                "the verb itself says: {fact}\nbut that did not happen; what did: {}",
                list(&facts, step.at)
            ));
        };
        facts.remove(place);
    }
    Ok(facts)
}

fn goes(agent: &str, presence: &str) -> Fact {
    Fact::new(Form::Presence).with("agent", agent).with("presence", presence)
}

/// Whether what happened is what the line says, in order.
pub(crate) fn compare(step: &Step, happened: &[Fact]) -> Result<(), String> {
    let expected: Vec<&Fact> =
        step.expected.iter().filter(|fact| !fact.form.is_sight() && fact.form != Form::Nothing).collect();
    let mut rest = happened.iter();
    let met = expected.iter().all(|fact| {
        if step.open {
            rest.by_ref().any(|one| fact.is_met_by(one, step.at))
        } else {
            rest.next().is_some_and(|one| fact.is_met_by(one, step.at))
        }
    });
    if met && (step.open || rest.next().is_none()) {
        return Ok(());
    }
    let expected: Vec<Fact> = expected.into_iter().cloned().collect();
    Err(format!("expected: {}\nhappened: {}", list(&expected, step.at), list(happened, step.at)))
}

/// Facts as a scenario would write them; the instant only where it is not the line's.
fn list(facts: &[Fact], now: Timestamp) -> String {
    if facts.is_empty() {
        return "nothing".to_owned();
    }
    let said =
        facts.iter().map(|fact| Fact { at: fact.at.filter(|at| *at != now), ..fact.clone() }.to_string());
    said.collect::<Vec<_>>().join("; ")
}
