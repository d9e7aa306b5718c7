//! Decision records: why this contact went to this agent.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{AgentRule, ContactRule};

/// Why a pair was made, as recorded with every offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Who was seeking, and by which rule the other was chosen.
    pub chosen_by: ChosenBy,
    /// The rule's figure for the winner; larger won. Points for a contact; for an agent, millionths of the label
    /// score (`best_score`), of the free share (`least_loaded`), or the rule's rank; 0 where only the clock counts.
    pub index: i64,
    /// What settled it between candidates with the same figure.
    pub tie_break: TieBreak,
    /// Compatible kinds of agent with somebody free (when an agent was sought), or compatible classes of contacts with
    /// somebody waiting (when a contact was). Kinds nobody belongs to at that moment do not count: what was seen
    /// before must not show in what is decided now.
    pub compatible: u32,
    /// Version of the configuration that decided: 1 at the beginning, one more with each new table of hours. The event that
    /// made a version holds its table and the release of the zone database ([`crate::EventKind::HoursChanged`]).
    pub config_version: u32,
}

/// Who was seeking, and by which rule the other was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// The contact sought an agent.
    AgentRule(AgentRule),
    /// The agent sought a contact, by points that grow with the wait.
    Points,
    /// The agent sought a contact by another rule of its pool.
    ContactRule(ContactRule),
    /// A joint rule looked at all that waited and all that were free. Its figure is the index of `weights`, or minus the
    /// cost of the pair; `compatible` is the number of contacts in the round.
    Joint,
    /// The contact sought an agent by scores from outside.
    Scorer,
    /// Nobody sought: the contact was assigned, pulled or passed on to this very agent.
    Hand,
}

/// What settled it between equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TieBreak {
    /// There was no equal.
    None,
    /// The earlier idle clock.
    IdleClock,
    /// The earlier registration.
    Registration,
    /// The earlier origin.
    Origin,
    /// The earlier arrival.
    Arrival,
    /// The earlier queue in the configuration.
    Configuration,
}

impl Decision {
    /// A pair that was made by hand.
    pub(crate) const fn by_hand(config_version: u32) -> Self {
        Self { chosen_by: ChosenBy::Hand, index: 0, tie_break: TieBreak::None, compatible: 0, config_version }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.chosen_by {
            ChosenBy::AgentRule(rule) => {
                let rule = match rule {
                    AgentRule::LongestIdle => "longest idle",
                    AgentRule::BestScore => "best score",
                    AgentRule::LeastQualifiedSufficient => "least qualified sufficient",
                    AgentRule::RoundRobin => "round robin",
                    AgentRule::LeastLoaded => "least loaded",
                    AgentRule::Linear => "linear order",
                    AgentRule::BestLevel => "best level",
                    AgentRule::LeastOccupied => "least occupied",
                    AgentRule::FewestContacts => "fewest contacts",
                    AgentRule::Fastest => "fastest",
                    AgentRule::IdlenessRatio => "idleness ratio",
                    AgentRule::Uniform => "equal chances",
                    AgentRule::Weighted => "weighted chances",
                    AgentRule::Quota => "quota",
                    AgentRule::MostLoaded => "most loaded",
                };
                write!(f, "the contact sought an agent by {rule} among {} kinds of agent", self.compatible)?;
                if self.index != 0 {
                    write!(f, ", index {}", self.index)?;
                }
            }
            ChosenBy::Scorer => {
                let (scored, index) = (self.compatible, self.index);
                write!(f, "the contact sought an agent by scores among {scored} agents, score {index}")?;
            }
            ChosenBy::Joint => {
                let (round, index) = (self.compatible, self.index);
                write!(f, "a joint rule made the pair in a round of {round} contacts, index {index}")?;
            }
            ChosenBy::ContactRule(rule) => {
                let (classes, index) = (self.compatible, self.index);
                write!(
                    f,
                    "the agent sought a contact by {} among {classes} classes, index {index}",
                    rule.name()
                )?;
            }
            ChosenBy::Hand => f.write_str("the pair was made by hand")?,
            ChosenBy::Points => {
                let points = self.index;
                write!(
                    f,
                    "the agent sought a contact by points among {} classes, {points} points",
                    self.compatible
                )?;
            }
        }
        match self.tie_break {
            TieBreak::None => Ok(()),
            TieBreak::IdleClock => f.write_str(", ties by idle clock"),
            TieBreak::Registration => f.write_str(", ties by registration"),
            TieBreak::Origin => f.write_str(", ties by origin"),
            TieBreak::Arrival => f.write_str(", ties by arrival"),
            TieBreak::Configuration => f.write_str(", ties by order of the configuration"),
        }
    }
}
