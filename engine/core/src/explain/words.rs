//! Explanations in words, for people.

use core::fmt;

use super::{Explanation, Reason, Runner, Sought, WhatWouldMake, WhyWaiting};
use crate::record::ChosenBy;
use crate::skill::Shortfall;

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(shortfall) => match shortfall {
                Shortfall::Clearance(class) => write!(f, "not cleared for {class:?}"),
                Shortfall::NotInHouse(partner) => {
                    write!(f, "works for {partner:?}, and the contact stays in-house")
                }
                Shortfall::Site => f.write_str("works at none of the permitted sites"),
                Shortfall::Capacity => f.write_str("the contact costs more than the agent's whole capacity"),
                Shortfall::Excluded => f.write_str("the contact excludes the agent"),
                Shortfall::Entitlement(name) => write!(f, "not entitled to {name:?} now"),
                Shortfall::ProjectLock(project) => write!(f, "locked to project {project:?} for a while"),
                Shortfall::Customer(customer) => write!(f, "never serves customer {customer:?}"),
                other => write!(f, "{other:?}"),
            },
            Self::Mandatory => f.write_str("the mandatory requirement does not hold"),
            Self::Offline => f.write_str("signed out"),
            Self::OnBreak => f.write_str("on a break"),
            Self::NotResponding => f.write_str("asked nothing after too many unanswered offers"),
            Self::CoolingDown { until } => write!(f, "paused until {until}"),
            Self::NoRoom { free, cost, until: None } => {
                write!(f, "has {free} cost units free and the contact takes {cost}, until work ends")
            }
            Self::NoRoom { free, cost, until: Some(until) } => {
                write!(
                    f,
                    "has {free} cost units free and the contact takes {cost}, until {until} at the latest"
                )
            }
            Self::QueuePaused => f.write_str("takes nothing of this queue for now"),
            Self::KeptFor { agent, until } => write!(f, "it is kept for {agent} until {until}"),
            Self::PassedOver { until } => write!(f, "declined it and is not asked again until {until}"),
            Self::BeingAsked => f.write_str("is being asked already"),
            Self::BeingScored => f.write_str("waits for scores of the contact"),
            Self::ContactIs(state) => write!(f, "the contact is {state}"),
            Self::Gated => f.write_str("a delay, reserve, cap or shift keeps them apart for now"),
        }
    }
}

impl fmt::Display for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(_, name) => f.write_str(name),
            Self::Contact(id) => write!(f, "{id}"),
        }
    }
}

fn list<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offer, at, contact, agent_name, decision, candidates, .. } = self;
        writeln!(f, "{offer} at {at}: contact {contact} to {agent_name}: {decision}.")?;
        let who = match self.sought {
            Sought::Agent => "agents",
            Sought::Contact => "contacts",
        };
        writeln!(f, "Of the {who}, {candidates} could be chosen; in order: {}.", list(&self.runners))?;
        for (code, count) in &self.rejected {
            let of_this = self.rejections.iter().filter(|(_, reasons)| reasons[0].code() == code);
            let some: Vec<String> =
                of_this.take(3).map(|(runner, reasons)| format!("{runner}: {}", list(reasons))).collect();
            writeln!(f, "  {count} rejected, {}: {}", code.replace('_', " "), some.join("; "))?;
        }
        let word = match (decision.chosen_by, self.confirmed) {
            (ChosenBy::Hand, _) => return f.write_str("No rule was asked."),
            (ChosenBy::Joint | ChosenBy::Scorer, true) => "finds the pair possible",
            (ChosenBy::Joint | ChosenBy::Scorer, false) => "finds the pair impossible",
            (_, true) => "chooses the same",
            (_, false) => "chooses otherwise",
        };
        write!(f, "Run again in the state before, the oracle {word}.")
    }
}

impl fmt::Display for WhyWaiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { contact, queue, state, waited, capable, .. } = self;
        write!(f, "Contact {contact} is {state} in {queue} and has waited {waited}")?;
        if let Some(position) = self.position {
            write!(f, ", at place {position}")?;
        }
        write!(f, ". {capable} agents could serve it if they were ready and free.")?;
        for (code, count) in &self.kept_by {
            write!(f, "\n  {count} kept from it first by: {}", code.replace('_', " "))?;
        }
        for near in &self.nearest {
            write!(f, "\n  {} would serve it, but: {}", near.name, list(&near.reasons))?;
        }
        Ok(())
    }
}

impl fmt::Display for WhatWouldMake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, contact, .. } = self;
        if self.wins {
            return write!(f, "{name} would be given contact {contact} now.");
        }
        if !self.could_not.is_empty() {
            let never = list(&self.could_not);
            return write!(f, "{name} can never be given contact {contact}: {never}. Nothing relaxes this.");
        }
        write!(f, "{name} would be given contact {contact} if:")?;
        for reason in &self.could {
            write!(f, "\n  this were over: {reason}")?;
        }
        if let Some(order) = &self.order {
            let (ahead, place) = (&order.ahead_name, order.place);
            write!(f, "\n  it came before {ahead}, who goes first (place {place} now)")?;
            if order.idle_since > order.ahead_idle_since {
                write!(f, "; idle since {}, {ahead} since {}", order.idle_since, order.ahead_idle_since)?;
            }
        }
        if !self.unmet_preferences.is_empty() {
            write!(f, "\n  preferred terms it does not meet: {}", list(&self.unmet_preferences))?;
        }
        Ok(())
    }
}
