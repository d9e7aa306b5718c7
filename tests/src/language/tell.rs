//! Events in the words of the scenario language.

use sunline_core::config::duration;
use sunline_core::hours::{Due, HoursOf};
use sunline_core::{
    AgentId, ChosenBy, Connection, ContactId, Decision, Domain, Event, EventKind, OfferOutcome, Presence,
    QueueId, Reach, Span, TieBreak, Timestamp, TransferTarget,
};

use super::clock;
use super::facts::{Fact, Form};

/// What an event says, as one fact or several. `domain` knows the names; it has applied the event.
pub fn tell(event: &Event, domain: &Domain) -> Vec<Fact> {
    let agent = |id: &AgentId| {
        domain.agent_view(*id).map_or_else(|| id.to_string(), |view| view.spec.name.to_string())
    };
    let queue = |id: QueueId| {
        domain.config().queue_names().nth(id.index()).map_or_else(|| id.to_string(), ToString::to_string)
    };
    let until = |at: &Timestamp| clock::write(*at);
    let mut facts = match &event.kind {
        EventKind::Configured { .. } => Vec::new(),
        EventKind::AgentRegistered { agent: id, .. } => {
            vec![Fact::new(Form::Registered).with("agent", agent(id))]
        }
        EventKind::AgentUpdated { agent: id, .. } => {
            vec![Fact::new(Form::AgentUpdated).with("agent", agent(id))]
        }
        EventKind::SkillValidityChanged { agent: id, skill, valid } => {
            let name = domain
                .config()
                .skill_names()
                .nth(skill.index())
                .map_or_else(|| skill.to_string(), ToString::to_string);
            let form = if *valid { Form::Gains } else { Form::Loses };
            vec![Fact::new(form).with("agent", agent(id)).with("skill", name)]
        }
        EventKind::PresenceChanged { agent: id, presence } => {
            vec![Fact::new(Form::Presence).with("agent", agent(id)).with("presence", presence_word(presence))]
        }
        EventKind::AgentNotResponding { agent: id } => {
            vec![Fact::new(Form::NotResponding).with("agent", agent(id))]
        }
        EventKind::AgentCooledDown { agent: id } => {
            vec![Fact::new(Form::CooledDown).with("agent", agent(id))]
        }
        EventKind::ContactArrived { contact, .. } => vec![Fact::new(Form::Arrived).with("contact", contact)],
        EventKind::ContactUnservable { contact, shortfall } => {
            let reason = shortfall.as_ref().map_or_else(|| "no agent".to_owned(), shortfall_words);
            vec![Fact::new(Form::Unservable).with("contact", contact).with("remark", format!("({reason})"))]
        }
        EventKind::ContactUpdated { contact, .. } => {
            vec![Fact::new(Form::ContactUpdated).with("contact", contact)]
        }
        EventKind::OfferIssued { contact, agent: id, expires_at, decision: why, .. } => {
            let offer = Fact::new(Form::Offer).with("contact", contact).with("agent", agent(id));
            let offer =
                if *expires_at < Timestamp::MAX { offer.with("until", until(expires_at)) } else { offer };
            vec![offer.with("remark", format!("({})", decision(why)))]
        }
        EventKind::OfferAccepted { contact, agent: id, connection, .. } => {
            let accepted = |form| Fact::new(form).with("contact", contact).with("agent", agent(id));
            vec![match connection {
                Connection::Made { waited } => accepted(Form::Accepted).with("span", span(*waited)),
                Connection::Pending { until: end } => accepted(Form::Connecting).with("until", until(end)),
            }]
        }
        EventKind::OfferEnded {
            contact,
            agent: id,
            outcome,
            strikes,
            cool_down_until,
            excluded_until,
            ..
        } => {
            let ended = Fact::new(offer_form(*outcome)).with("contact", contact).with("agent", agent(id));
            let ended = if *outcome == OfferOutcome::Expired { ended.with("number", strikes) } else { ended };
            let passed = excluded_until.as_ref().map(|end| {
                Fact::new(Form::PassedOver)
                    .with("contact", contact)
                    .with("agent", agent(id))
                    .with("until", until(end))
            });
            [Some(ended), cools_down(&agent(id), cool_down_until.as_ref()), passed]
                .into_iter()
                .flatten()
                .collect()
        }
        EventKind::ContactConnected { contact, agent: id, waited, .. } => {
            let connected = Fact::new(Form::Connected).with("contact", contact).with("agent", agent(id));
            vec![connected.with("span", span(*waited))]
        }
        EventKind::ConnectionFailed { contact, agent: id, cool_down_until } => {
            let failed = Fact::new(Form::ConnectionFailed).with("contact", contact).with("agent", agent(id));
            [Some(failed), cools_down(&agent(id), cool_down_until.as_ref())].into_iter().flatten().collect()
        }
        EventKind::ExclusionEnded { contact, agent: id } => {
            vec![Fact::new(Form::MayAsk).with("contact", contact).with("agent", agent(id))]
        }
        EventKind::ContactEnded { contact, outcome, agent: id, waited, wrap_up_until, .. } => {
            let ended = Fact::new(Form::Ended).with("contact", contact).with("outcome", outcome);
            let ended = id.as_ref().map_or(ended.clone(), |id| ended.with("agent", agent(id)));
            let wraps = wrap_up_until.as_ref().zip(id.as_ref()).map(|(end, id)| {
                Fact::new(Form::WrapsUp)
                    .with("agent", agent(id))
                    .with("contact", contact)
                    .with("until", until(end))
            });
            [Some(ended.with("span", span(*waited))), wraps].into_iter().flatten().collect()
        }
        EventKind::WrapUpExtended { agent: id, contact, until: end } => {
            let extended = Fact::new(Form::WrapUpExtended).with("agent", agent(id)).with("contact", contact);
            vec![extended.with("until", until(end))]
        }
        EventKind::WrapUpEnded { agent: id, contact, .. } => {
            vec![Fact::new(Form::WrappedUp).with("agent", agent(id)).with("contact", contact)]
        }
        EventKind::CommandRemembered { .. } => vec![Fact::new(Form::Remembered)],
        EventKind::OverflowTurned { queue: id, rule, active, value } => {
            let form = if *active { Form::Overflows } else { Form::NoOverflow };
            let told = Fact::new(form).with("queue", queue(*id));
            vec![told.with("remark", format!("(rule {rule}, at {value})"))]
        }
        EventKind::SurgeTurned { surge, active, value } => {
            let name = &domain.document().surges[*surge as usize].name;
            let form = if *active { Form::SurgeOn } else { Form::SurgeOff };
            let why = value.map_or("by plan".to_owned(), |value| format!("at {value}"));
            vec![Fact::new(form).with("state", name).with("remark", format!("({why})"))]
        }
        EventKind::CallbackAccepted { contact, not_before, .. } => {
            let accepted = Fact::new(Form::CallbackAccepted).with("contact", contact);
            vec![not_before.as_ref().map_or(accepted.clone(), |at| accepted.with("until", until(at)))]
        }
        EventKind::ContactEligible { contact } => vec![Fact::new(Form::Eligible).with("contact", contact)],
        EventKind::CustomerNotReached { contact, agent: id, attempts, retry_at, .. } => {
            let told = Fact::new(Form::NotReached).with("contact", contact).with("agent", agent(id));
            let told = told.with("number", attempts);
            vec![retry_at.as_ref().map_or(told.clone(), |at| told.with("until", until(at)))]
        }
        EventKind::ContactMerged { contact, merged, .. } => {
            vec![Fact::new(Form::Merged).with("asked", merged).with("contact", contact)]
        }
        EventKind::ContactKept { contact, agent: id, until: at, .. } => {
            let kept = Fact::new(Form::Kept).with("contact", contact).with("agent", agent(id));
            vec![kept.with("until", until(at))]
        }
        EventKind::KeepEnded { contact, .. } => vec![Fact::new(Form::KeepEnded).with("contact", contact)],
        EventKind::CandidatesJudged { contact, agent: id, candidates, rejected, .. } => {
            let judged = Fact::new(Form::Judged).with("contact", contact).with("agent", agent(id));
            let against: Vec<String> = rejected.iter().map(|(why, count)| format!("{why} {count}")).collect();
            vec![judged.with("number", candidates).with("remark", format!("({})", against.join(", ")))]
        }
        EventKind::StepOpened { contact, step, .. } => {
            vec![Fact::new(Form::StepOpened).with("number", step).with("contact", contact)]
        }
        EventKind::FeedbackGiven { contact, agent: id, feedback, .. } => {
            let kind = format!("{:?}", feedback.kind).to_lowercase();
            let told = Fact::new(Form::Feedback).with("contact", contact).with("state", kind);
            let told = told.with("number", feedback.value);
            vec![id.as_ref().map_or(told.clone(), |id| told.with("agent", agent(id)))]
        }
        EventKind::SlaAtRisk { contact, probability, due, lead, .. } => {
            let at_risk = Fact::new(Form::AtRisk).with("contact", contact).with("until", clock::write(*due));
            vec![at_risk.with("remark", format!("({} of 100, {} ahead)", probability / 10_000, span(*lead)))]
        }
        EventKind::ContactMoved { contact, from, to, cause } => {
            let moved = Fact::new(Form::Moved).with("contact", contact).with("queue", queue(*from));
            vec![moved.with("target", queue(*to)).with("remark", format!("({cause})"))]
        }
        EventKind::QueuePauseChanged { agent: id, queue, paused } => {
            let form = if *paused { Form::Pauses } else { Form::Unpauses };
            vec![Fact::new(form).with("agent", agent(id)).with("queue", queue_name(domain, *queue))]
        }
        EventKind::AgentLost { agent: id } => vec![Fact::new(Form::Lost).with("agent", agent(id))],
        EventKind::ContactHeld { contact, agent: id, until: end, .. } => {
            let held = Fact::new(Form::Held).with("contact", contact).with("agent", agent(id));
            vec![held.with("until", until(end))]
        }
        EventKind::HoldEnded { contact, agent: id } => {
            vec![Fact::new(Form::Stays).with("contact", contact).with("agent", agent(id))]
        }
        EventKind::ContactRequeued { contact, agent: id, handled, .. } => {
            let back = Fact::new(Form::Back).with("contact", contact).with("agent", agent(id));
            vec![back.with("span", span(*handled))]
        }
        EventKind::ScoresWanted { contact, candidates, until: end, .. } => {
            let names: Vec<_> = candidates.iter().map(agent).collect();
            let wanted = Fact::new(Form::ScoresWanted).with("contact", contact).with("until", until(end));
            vec![wanted.with("remark", format!("({})", names.join(", ")))]
        }
        EventKind::ScoresGiven { contact, .. } => {
            vec![Fact::new(Form::ScoresGiven).with("contact", contact)]
        }
        EventKind::ScoresMissed { contact, reason } => {
            let reason = format!("({})", format!("{reason:?}").to_lowercase());
            vec![Fact::new(Form::ScoresMissed).with("contact", contact).with("remark", reason)]
        }
        EventKind::DelayPassed { contact, passed } => {
            vec![Fact::new(Form::DelayPassed).with("contact", contact).with("number", passed)]
        }
        EventKind::Reconfigured { config_version, .. } => {
            vec![Fact::new(Form::Reconfigured).with("number", config_version)]
        }
        EventKind::HoursChanged { of: HoursOf::Calendar(name), .. } => {
            vec![Fact::new(Form::HoursChanged).with("calendar", name)]
        }
        EventKind::HoursChanged { of: HoursOf::CallingZone(zone), .. } => {
            vec![Fact::new(Form::CallingHoursChanged).with("zone", zone)]
        }
        EventKind::CalendarTurned { calendar, standing } => {
            let name = domain.calendars().nth(calendar.index()).map(|view| view.of.name().clone());
            let turned = Fact::new(Form::CalendarTurned).with("calendar", name.unwrap_or_default());
            vec![turned.with("standing", standing)]
        }
        EventKind::QueueOpened { queue: id } => {
            vec![Fact::new(Form::QueueOpened).with("queue", queue(*id))]
        }
        EventKind::QueueClosed { queue: id, opens_at } => {
            let closed = Fact::new(Form::QueueClosed).with("queue", queue(*id));
            vec![opens_at.iter().fold(closed, |fact, at| fact.with("until", until(at)))]
        }
        EventKind::ContactDeferred { contact, opens_at, .. } => {
            let held = Fact::new(Form::ContactDeferred).with("contact", contact);
            vec![opens_at.iter().fold(held, |fact, at| fact.with("until", until(at)))]
        }
        EventKind::ContactDue { contact, due } => {
            let known = Fact::new(Form::ContactDue).with("contact", contact);
            vec![match due {
                Due::At(at) => known.with("until", until(at)),
                Due::Beyond { .. } => known,
            }]
        }
        EventKind::ShiftTurned { agent: id, reach, .. } => {
            vec![Fact::new(Form::ShiftTurned).with("agent", agent(id)).with("reach", reach_words(*reach))]
        }
        EventKind::ExternalWorkBegun { agent: id, work, .. } => {
            vec![Fact::new(Form::Begins).with("agent", agent(id)).with("contact", work)]
        }
        EventKind::ExternalWorkEnded { agent: id, work } => {
            vec![Fact::new(Form::Finishes).with("agent", agent(id)).with("contact", work)]
        }
        EventKind::WorkSuspended { contact, by, .. } => {
            vec![Fact::new(Form::Suspended).with("contact", contact).with("asked", by)]
        }
        EventKind::WorkResumed { contact, .. } => vec![Fact::new(Form::Resumed).with("contact", contact)],
        EventKind::ContactParked { contact, agent: id } => {
            vec![Fact::new(Form::Parked).with("contact", contact).with("agent", agent(id))]
        }
        EventKind::ContactUnparked { contact, agent: id, over } => {
            let form = if *over { Form::UnparkedOver } else { Form::Unparked };
            vec![Fact::new(form).with("contact", contact).with("agent", agent(id))]
        }
        EventKind::ContactAssigned { contact, agent: id, by, broken } => {
            let mut words = vec![format!("{by:?}").to_lowercase()];
            words.extend(broken.iter().map(|rule| format!("breaks {}", format!("{rule:?}").to_lowercase())));
            let assigned = Fact::new(Form::Assigned).with("contact", contact).with("agent", agent(id));
            vec![assigned.with("remark", format!("({})", words.join(", ")))]
        }
        EventKind::ContactTransferred { contact, agent: id, target, escalated, wrap_up_until, .. } => {
            let passed = Fact::new(Form::PassedOn).with("agent", agent(id)).with("contact", contact);
            let remark = whither(target, *escalated, domain);
            let wraps = wraps_up(&agent(id), contact, wrap_up_until.as_ref());
            [Some(passed.with("remark", remark)), wraps].into_iter().flatten().collect()
        }
        EventKind::ConsultBegun { consult, contact, agent: id, to, .. } => {
            let asks = Fact::new(Form::Asks).with("agent", agent(id)).with("contact", contact);
            vec![asks.with("asked", consult).with("remark", whither(to, false, domain))]
        }
        EventKind::ContactHandedOver { contact, agent: id, to, escalated, wrap_up_until, .. } => {
            let hands = Fact::new(Form::HandedOver).with("agent", agent(id)).with("contact", contact);
            let hands = hands.with("asked", agent(to));
            let hands = if *escalated { hands.with("remark", "(escalated)") } else { hands };
            [Some(hands), wraps_up(&agent(id), contact, wrap_up_until.as_ref())]
                .into_iter()
                .flatten()
                .collect()
        }
        EventKind::Reconciled { unknown, refused } => {
            let unknown = unknown.iter().map(|contact| format!("unknown {contact}"));
            let words: Vec<_> =
                unknown.chain(refused.iter().map(|contact| format!("refused {contact}"))).collect();
            let reconciled = Fact::new(Form::Reconciled);
            let plain = words.is_empty();
            vec![if plain {
                reconciled
            } else {
                reconciled.with("remark", format!("({})", words.join(", ")))
            }]
        }
        EventKind::EntitlementChanged { agent: id, entitlement, valid } => {
            let form = if *valid { Form::Entitled } else { Form::NotEntitled };
            vec![Fact::new(form).with("agent", agent(id)).with("skill", entitlement)]
        }
        EventKind::ProjectLockEnded { agent: id, project, released } => {
            let ended = Fact::new(Form::LockEnded).with("agent", agent(id)).with("skill", project);
            vec![released.iter().fold(ended, |fact, reason| fact.with("quote", format!("\"{reason}\"")))]
        }
        other => panic!("the scenario language has no words yet for {other:?}"),
    };
    facts.iter_mut().for_each(|fact| fact.at = Some(event.at));
    facts
}

fn wraps_up(agent: &str, contact: &ContactId, until: Option<&Timestamp>) -> Option<Fact> {
    let wraps = Fact::new(Form::WrapsUp).with("agent", agent).with("contact", contact);
    until.map(|end| wraps.with("until", clock::write(*end)))
}

fn whither(to: &TransferTarget, escalated: bool, domain: &Domain) -> String {
    let to = match to {
        TransferTarget::Queue(queue) => format!("to queue {}", queue_name(domain, *queue)),
        TransferTarget::Agent(agent) => {
            let name = domain.agent_view(*agent).map(|view| view.spec.name.to_string());
            format!("to agent {}", name.unwrap_or_default())
        }
        TransferTarget::Need(need) => format!("to need {need}"),
        TransferTarget::Site(site) => format!("to site {site}"),
    };
    if escalated { format!("({to}, escalated)") } else { format!("({to})") }
}

fn queue_name(domain: &Domain, queue: QueueId) -> String {
    let name = domain.config().queue_names().nth(queue.index());
    name.map_or_else(|| queue.to_string(), ToString::to_string)
}

/// `anything`, `nothing`, or the longest that may be expected, as `3m`.
fn reach_words(reach: Reach) -> String {
    match reach {
        Reach::Any => "anything".to_owned(),
        Reach::Nothing => "nothing".to_owned(),
        Reach::UpTo(longest) => span(longest),
    }
}

fn cools_down(agent: &str, until: Option<&Timestamp>) -> Option<Fact> {
    until.map(|end| Fact::new(Form::CoolDown).with("agent", agent).with("until", clock::write(*end)))
}

fn offer_form(outcome: OfferOutcome) -> Form {
    match outcome {
        OfferOutcome::Accepted => Form::Accepted,
        OfferOutcome::Declined => Form::Declined,
        OfferOutcome::Expired => Form::Expired,
        OfferOutcome::Busy => Form::Busy,
        OfferOutcome::Unreachable => Form::Unreachable,
        OfferOutcome::Rescinded => Form::Rescinded,
        OfferOutcome::Revoked => Form::Revoked,
        OfferOutcome::ContactLeft => Form::ContactLeft,
    }
}

/// A decision as the items of a remark: who sought whom, by what figure, what broke the tie, among how many kinds.
pub fn decision(why: &Decision) -> String {
    let chosen = match why.chosen_by {
        ChosenBy::Scorer => format!("score {}", why.index),
        ChosenBy::Joint => format!("joint {}", why.index),
        ChosenBy::ContactRule(rule) => format!("{} {}", rule.name(), why.index),
        ChosenBy::Hand => "by hand".to_owned(),
        ChosenBy::Points => format!("points {}", why.index),
        ChosenBy::AgentRule(rule) => {
            let rule = format!("{rule:?}");
            let mut words = String::new();
            for c in rule.chars() {
                if c.is_uppercase() && !words.is_empty() {
                    words.push(' ');
                }
                words.extend(c.to_lowercase());
            }
            if why.index == 0 { words } else { format!("{words} {}", why.index) }
        }
    };
    let tie = match why.tie_break {
        TieBreak::None => "no tie",
        TieBreak::IdleClock => "tie by idle clock",
        TieBreak::Registration => "tie by registration",
        TieBreak::Origin => "tie by origin",
        TieBreak::Arrival => "tie by arrival",
        TieBreak::Configuration => "tie by configuration",
    };
    format!("{chosen}, {tie}, among {}", why.compatible)
}

fn shortfall_words(shortfall: &sunline_core::skill::Shortfall) -> String {
    use sunline_core::skill::Shortfall;
    match shortfall {
        Shortfall::Clearance(class) => format!("clearance {class}"),
        Shortfall::NotInHouse(partner) => format!("not in house {partner}"),
        Shortfall::Site => "site".to_owned(),
        Shortfall::Mandatory => "mandatory".to_owned(),
        Shortfall::Capacity => "capacity".to_owned(),
        Shortfall::Excluded => "excluded".to_owned(),
        Shortfall::Entitlement(name) => format!("entitlement {name}"),
        Shortfall::ProjectLock(project) => format!("locked to {project}"),
        Shortfall::Customer(customer) => format!("never serves {customer}"),
    }
}

/// A presence as one word: `available`, `offline`, `break`, `break:lunch`.
pub(crate) fn presence_word(presence: &Presence) -> String {
    match presence {
        Presence::Offline => "offline".to_owned(),
        Presence::Available => "available".to_owned(),
        Presence::Break(reason) if reason.is_empty() => "break".to_owned(),
        Presence::Break(reason) => format!("break:{reason}"),
    }
}

fn span(length: Span) -> String {
    duration::format(length)
}
