//! Plays a scenario on a target, line by line, and compares what happens with what was expected.
//!
//! An observer looks on: a domain that only folds the target's events. It knows names, places in queues and states, so a
//! target needs to show nothing but its events; and its state must equal the target's after every line.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use sunline_core::hours::HoursOf;
use sunline_core::{
    AgentId, AgentReport, AgentSpec, ChannelId, Command, ContactDetails, ContactId, ContactState,
    ContactUpdate, DeliveryFailure, Domain, Event, EventKind, NewContact, OfferId, Presence, QueueId,
    StateHash, TransferTarget,
};

use crate::books::Books;
use crate::expect::{Outcome, compare, goes_without_saying};
use crate::language::{
    Action, AgentOption, Answer, ContactOption, Fact, Form, Scenario, Setup, Step, Whither, clock, tell,
};
use crate::targets::{Mount, Target};

/// What was played: enough to compare two targets.
#[derive(Debug)]
pub struct Played {
    /// Name of the target.
    pub target: &'static str,
    /// Every event, the configuration first.
    pub events: Vec<Event>,
    /// State after each line.
    pub hashes: Vec<StateHash>,
}

/// A line where something else happened.
#[derive(Debug)]
pub struct Failure {
    /// Title of the scenario.
    pub title: String,
    /// Name of the target.
    pub target: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What was expected and what happened.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, line {}, on {}:\n{}", self.title, self.line, self.target, self.what)
    }
}

/// Plays a scenario on a target.
///
/// # Errors
/// [`Failure`] at the first line where something else happened than was expected.
pub fn play(scenario: &Scenario, mount: Mount) -> Result<Played, Box<Failure>> {
    let start = scenario.steps.first().map_or(clock::FIRST_DAY, |step| step.at);
    let target =
        mount(start, &scenario.config).expect("a scenario's configuration was checked when it was read");
    let name = target.name();
    let failure = |line, what| Box::new(Failure { title: scenario.title.clone(), target: name, line, what });
    let mut stage = Stage::new(target).map_err(|what| failure(scenario.line, what))?;
    for step in &scenario.steps {
        stage.step(step).map_err(|what| failure(step.line, what))?;
    }
    Ok(Played { target: name, events: stage.events, hashes: stage.hashes })
}

struct Stage {
    target: Box<dyn Target>,
    observer: Domain,
    books: Books,
    events: Vec<Event>,
    hashes: Vec<StateHash>,
    /// The last offer of a contact to an agent.
    offers: BTreeMap<(ContactId, AgentId), OfferId>,
}

impl Stage {
    fn new(mut target: Box<dyn Target>) -> Result<Self, String> {
        let events = target.drain();
        let observer = Domain::fold(&events).map_err(|error| error.to_string())?;
        let mut books = Books::default();
        for event in &events {
            books.record(event).map_err(|fault| fault.to_string())?;
        }
        Ok(Self { target, observer, books, events, hashes: Vec::new(), offers: BTreeMap::new() })
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        if step.action == Action::Deadline && self.observer.next_deadline() != Some(step.at) {
            let next = self.observer.next_deadline().map_or("never".to_owned(), clock::write);
            return Err(format!("a deadline was expected; the next one is {next}"));
        }
        let outcome = self.act(step)?;
        let happened = goes_without_saying(&step.action, outcome, step)?;
        compare(step, &happened)?;
        self.look(step)?;
        self.hashes.push(self.observer.state_hash());
        let (seen, true_one) = (self.observer.state_hash(), self.target.state_hash());
        if seen != true_one {
            return Err("the events tell another state than the target has".to_owned());
        }
        let broken = self.observer.broken_invariants();
        if !broken.is_empty() {
            return Err(format!("broken: {}", broken.join("; ")));
        }
        Ok(())
    }

    // ── doing ────────────────────────────────────────────────────────────────────────────────────────────────

    fn act(&mut self, step: &Step) -> Result<Outcome, String> {
        let mut facts = Vec::new();
        let commands = self.commands(&step.action)?;
        let mut answer = Ok(None);
        if commands.is_empty() {
            self.target.advance(step.at);
            facts.extend(self.hear()?);
        }
        let last = commands.len().saturating_sub(1);
        for (i, command) in commands.into_iter().enumerate() {
            let key = step.key.filter(|_| i == last);
            answer = match command {
                Said::Command(command) => self.target.handle(step.at, key, *command).map(Some),
                Said::SignInOf(name) => {
                    let agent = self.agent(&name)?;
                    self.target
                        .handle(step.at, key, Command::SetPresence(agent, Presence::Available))
                        .map(Some)
                }
            };
            facts.extend(self.hear()?);
            if answer.is_err() {
                break;
            }
        }
        self.observer.handle_deadlines(step.at);
        if let Some(event) = self.observer.poll_event() {
            return Err(format!("{:?} was due by now and the target did not tell it", event.kind));
        }
        self.books.close(step.at).map_err(|fault| fault.to_string())?;
        self.books.agree(&self.observer).map_err(|fault| fault.to_string())?;
        Ok(Outcome { facts, answer })
    }

    fn hear(&mut self) -> Result<Vec<Fact>, String> {
        let mut facts = Vec::new();
        for event in self.target.drain() {
            self.books.record(&event).map_err(|fault| fault.to_string())?;
            self.observer.fold_event(&event).map_err(|error| error.to_string())?;
            if let EventKind::OfferIssued { offer, contact, agent, .. } = &event.kind {
                self.offers.insert((*contact, *agent), *offer);
            }
            facts.extend(tell(&event, &self.observer));
            self.events.push(event);
        }
        Ok(facts)
    }

    /// The commands of an action; none when only time passes.
    fn commands(&self, action: &Action) -> Result<Vec<Said>, String> {
        let contact = |name: &str| contact_id(name);
        let one = |command: Command| Ok(vec![Said::Command(Box::new(command))]);
        match action {
            Action::Register(name, options) => one(register(name, options)),
            Action::UpdateAgent(name, options) => {
                let agent = self.agent(name)?;
                let mut spec = self.observer.agent_view(agent).expect("a known agent").spec.clone();
                options.iter().for_each(|option| option.apply(&mut spec));
                one(Command::UpdateAgent(agent, Arc::new(spec)))
            }
            Action::SignIn(name, options) => match (self.observer.agent_id(name), options.as_slice()) {
                (Some(agent), []) => one(Command::SetPresence(agent, Presence::Available)),
                (Some(_), _) => Err(format!("{name} is registered already: say `update agent {name} …`")),
                (None, options) => {
                    Ok(vec![Said::Command(Box::new(register(name, options))), Said::SignInOf(name.clone())])
                }
            },
            Action::SignOut(name) => one(Command::SetPresence(self.agent(name)?, Presence::Offline)),
            Action::Break(name, reason) => {
                one(Command::SetPresence(self.agent(name)?, Presence::Break(reason.as_str().into())))
            }
            Action::Back(name) => one(Command::SetPresence(self.agent(name)?, Presence::Available)),
            Action::Arrive(name, queue, options) => one(Command::Arrive(self.arrival(name, queue, options)?)),
            Action::Update(name, options) => {
                let points = options.iter().find_map(|option| match option {
                    ContactOption::Points(points) => Some(*points),
                    _ => None,
                });
                let details = self.details(options)?.map(Arc::new);
                one(Command::UpdateContact(contact(name)?, Box::new(ContactUpdate { points, details })))
            }
            Action::Answer { contact: name, by, asked, answer } => {
                let (by, asked) = (self.agent(by)?, self.agent(asked)?);
                // An offer that never was has a number that no offer ever gets.
                let offer = self.offers.get(&(contact(name)?, asked)).copied().unwrap_or(OfferId(u64::MAX));
                one(match answer {
                    Answer::Accept => Command::AcceptOffer(offer, by),
                    Answer::Decline => Command::DeclineOffer(offer, by),
                    Answer::Busy => Command::FailOffer(offer, DeliveryFailure::Busy),
                    Answer::Unreachable => Command::FailOffer(offer, DeliveryFailure::Unreachable),
                    Answer::Revoke => Command::RevokeOffer(offer),
                })
            }
            Action::Connected(name) => one(Command::Connected(contact(name)?)),
            Action::ConnectionFailed(name) => one(Command::ConnectionFailed(contact(name)?)),
            Action::Complete(name) => one(Command::Complete(contact(name)?)),
            Action::Abandon(name) => one(Command::Abandon(contact(name)?)),
            Action::Withdraw(name) => one(Command::Withdraw(contact(name)?)),
            Action::Callback(name, at, owner) => {
                let owner = owner.as_ref().map(|name| self.agent(name)).transpose()?;
                one(Command::RequestCallback(contact(name)?, *at, owner))
            }
            Action::NotReached(name) => one(Command::NotReached(contact(name)?)),
            Action::Feedback(name, feedback) => one(Command::GiveFeedback(contact(name)?, *feedback)),
            Action::HandOff(name) => one(Command::HandOff(contact(name)?)),
            Action::FinishWrapUp(name, after) => {
                one(Command::FinishWrapUp(self.agent(name)?, contact(after)?))
            }
            Action::ExtendWrapUp(name, after, by) => {
                one(Command::ExtendWrapUp(self.agent(name)?, contact(after)?, *by))
            }
            Action::All(names, presence) => {
                let wanted = names.iter().map(|name| Ok((self.agent(name)?, presence.clone())));
                one(Command::SetPresences(wanted.collect::<Result<_, String>>()?))
            }
            Action::PauseQueue(name, queue, paused) => {
                one(Command::PauseQueue(self.agent(name)?, self.queue(queue)?, *paused))
            }
            Action::Lost(name) => one(Command::AgentLost(self.agent(name)?)),
            Action::SetHours(calling, name, hours) => {
                let of = if *calling { HoursOf::CallingZone } else { HoursOf::Calendar };
                one(Command::SetHours(of(name.into()), Arc::new(hours.clone())))
            }
            Action::Configure(change) => {
                let mut setup = Setup::of(self.observer.document());
                setup.set(change).map_err(|wrong| wrong.to_string())?;
                let next = setup.unfinished().map_err(|wrong| wrong.to_string())?;
                one(Command::Reconfigure(Arc::new(next)))
            }
            Action::Score(name, scores) => {
                let scores = scores.iter().map(|(agent, score)| Ok((self.agent(agent)?, *score)));
                one(Command::GiveScores(contact(name)?, scores.collect::<Result<_, String>>()?))
            }
            Action::BeginExternal { agent, work, channel, cost } => {
                let channel = match channel {
                    None => ChannelId::default(),
                    Some(name) => self.observer.config().channel_id(name).ok_or("no such channel")?,
                };
                one(Command::BeginExternalWork(self.agent(agent)?, contact(work)?, channel, *cost))
            }
            Action::EndExternal(name, work) => {
                one(Command::EndExternalWork(self.agent(name)?, contact(work)?))
            }
            Action::Park(name) => one(Command::Park(contact(name)?)),
            Action::Unpark(name) => one(Command::Unpark(contact(name)?)),
            Action::Assign(name, to) => one(Command::Assign(contact(name)?, self.agent(to)?)),
            Action::Pull(by, name) => one(Command::Pull(self.agent(by)?, contact(name)?)),
            Action::Transfer(name, to) => one(Command::Transfer(contact(name)?, self.target_of(to)?)),
            Action::Consult(name, question, to) => {
                one(Command::Consult(contact(name)?, contact(question)?, self.target_of(to)?))
            }
            Action::HandOver(name) => one(Command::HandOver(contact(name)?)),
            Action::Reprioritise(names, points) => one(Command::Reprioritise(contact_ids(names)?, *points)),
            Action::Move(names, queue) => one(Command::MoveAll(contact_ids(names)?, self.queue(queue)?)),
            Action::WithdrawAll(names) => one(Command::WithdrawAll(contact_ids(names)?)),
            Action::Reconcile(told) => {
                let reports = told.iter().map(|text| self.report(text));
                one(Command::Reconcile(reports.collect::<Result<_, String>>()?))
            }
            Action::ReleaseLock(name, reason) => {
                one(Command::ReleaseProjectLock(self.agent(name)?, reason.as_str().into()))
            }
            Action::Deadline | Action::Advance => Ok(Vec::new()),
        }
    }

    fn target_of(&self, to: &Whither) -> Result<TransferTarget, String> {
        Ok(match to {
            Whither::Queue(name) => TransferTarget::Queue(self.queue(name)?),
            Whither::Agent(name) => TransferTarget::Agent(self.agent(name)?),
            Whither::Need(need) => TransferTarget::Need(need.into()),
            Whither::Site(site) => TransferTarget::Site(site.into()),
        })
    }

    /// What the host knows of an agent: `ann=available:c1,c2`.
    fn report(&self, text: &str) -> Result<AgentReport, String> {
        let (name, rest) =
            text.split_once('=').ok_or_else(|| format!("{text}: say NAME=PRESENCE:CONTACTS"))?;
        let (presence, contacts) = rest.split_once(':').unwrap_or((rest, ""));
        let presence = match presence {
            "available" => Presence::Available,
            "offline" => Presence::Offline,
            _ => Presence::Break("".into()),
        };
        let names: Vec<String> =
            contacts.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Ok(AgentReport { agent: self.agent(name)?, presence, contacts: contact_ids(&names)? })
    }

    fn queue(&self, name: &str) -> Result<QueueId, String> {
        self.observer.config().queue_id(name).ok_or_else(|| format!("no queue is called {name:?}"))
    }

    fn agent(&self, name: &str) -> Result<AgentId, String> {
        self.observer.agent_id(name).ok_or_else(|| format!("no agent is called {name:?} yet"))
    }

    fn arrival(&self, name: &str, queue: &str, options: &[ContactOption]) -> Result<NewContact, String> {
        let config = self.observer.config();
        let mut new = NewContact::new(contact_id(name)?, self.queue(queue)?);
        for option in options {
            match option {
                ContactOption::Origin(origin) => new.origin = Some(*origin),
                ContactOption::Points(points) => new.points = *points,
                ContactOption::Channel(channel) => {
                    let known = config.channel_id(channel);
                    new.channel = Some(known.ok_or_else(|| format!("no channel is called {channel:?}"))?);
                }
                _ => {}
            }
        }
        new.details = self.details(options)?.map(Arc::new);
        Ok(new)
    }

    /// What only some contacts carry; `None` when the options say nothing of it.
    fn details(&self, options: &[ContactOption]) -> Result<Option<ContactDetails>, String> {
        let mut details = ContactDetails::default();
        let mut said = false;
        for option in options {
            said |= !matches!(
                option,
                ContactOption::Origin(_) | ContactOption::Points(_) | ContactOption::Channel(_)
            );
            match option.clone() {
                ContactOption::Requires(expression) => details.requires = expression,
                ContactOption::Prefers(preference) => details.prefers.push(preference),
                ContactOption::Excluding(names) => {
                    details.excluded_agents =
                        names.iter().map(|name| self.agent(name)).collect::<Result<_, _>>()?;
                }
                ContactOption::Preferring(names) => {
                    details.preferred_agents =
                        names.iter().map(|name| self.agent(name)).collect::<Result<_, _>>()?;
                }
                ContactOption::Class(classes) => {
                    details.absolute.data_classes = classes.into_iter().collect();
                }
                ContactOption::InHouse => details.absolute.in_house_only = true,
                ContactOption::Sites(sites) => details.absolute.sites = sites.into_iter().collect(),
                ContactOption::Entitled(names) => {
                    details.absolute.entitlements = names.into_iter().collect();
                }
                ContactOption::Project(project) => details.absolute.project = Some(project),
                ContactOption::NotBefore(at) => details.not_before = Some(at),
                ContactOption::Outbound => details.outbound = true,
                ContactOption::Tags(tags) => details.tags = tags.into_iter().collect(),
                ContactOption::Attribute(name, value) => {
                    details.attributes.insert(name, value);
                }
                ContactOption::Customer(customer) => details.customer = Some(customer),
                ContactOption::Zone(zone) => details.time_zone = Some(zone),
                ContactOption::Payload(payload) => details.payload = Some(payload),
                ContactOption::Origin(_)
                | ContactOption::Points(_)
                | ContactOption::Channel(_)
                | ContactOption::Plain => {}
            }
        }
        Ok(said.then_some(details))
    }

    // ── looking ──────────────────────────────────────────────────────────────────────────────────────────────

    fn look(&self, step: &Step) -> Result<(), String> {
        for fact in step.expected.iter().filter(|fact| fact.form.is_sight()) {
            let gap = |name| fact.gaps.get(name).unwrap_or_default();
            let seen = match fact.form {
                Form::Place => self.place(&contact_id(gap("contact"))?).map_or_else(
                    || format!("{} does not wait", gap("contact")),
                    |place| format!("queue {} at {place}", gap("contact")),
                ),
                Form::Waits => {
                    let view = self.observer.contact_view(&contact_id(gap("contact"))?);
                    match view.map(|view| view.state) {
                        Some(ContactState::Waiting) => format!("{} waits", gap("contact")),
                        Some(other) => format!("{} is {other}", gap("contact")),
                        None => format!("{} is not here", gap("contact")),
                    }
                }
                Form::Is => self.state(gap("agent")),
                _ => {
                    let queue = self.observer.queues().find(|queue| queue.name == gap("queue"));
                    let queue = queue.ok_or_else(|| format!("no queue is called {:?}", gap("queue")))?;
                    format!("{} holds {}", gap("queue"), queue.inside)
                }
            };
            if seen != fact.to_string() {
                return Err(format!("expected to see: {fact}\nbut saw:         {seen}"));
            }
        }
        Ok(())
    }

    /// Place among those of the queue that wait and are not being offered, from 1.
    fn place(&self, id: &ContactId) -> Option<usize> {
        let me = self.observer.contact_view(id).filter(|view| view.state == ContactState::Waiting)?;
        let mine = self.observer.position(id)?;
        let ahead = self.observer.contacts().filter(|other| {
            other.queue == me.queue
                && other.state == ContactState::Waiting
                && self.observer.position(&other.id).is_some_and(|place| place < mine)
        });
        Some(1 + ahead.count())
    }

    fn state(&self, name: &str) -> String {
        if let Some(agent) = self.observer.agent_id(name).and_then(|agent| self.observer.agent_view(agent)) {
            return format!("{name} is {}", agent.state);
        }
        let contact = contact_id(name).ok().and_then(|id| self.observer.contact_view(&id));
        contact
            .map_or_else(|| format!("{name} is not here"), |contact| format!("{name} is {}", contact.state))
    }
}

enum Said {
    Command(Box<Command>),
    /// The agent of this name, registered a moment ago, becomes available.
    SignInOf(String),
}

fn register(name: &str, options: &[AgentOption]) -> Command {
    let mut spec = AgentSpec::new(name);
    options.iter().for_each(|option| option.apply(&mut spec));
    Command::RegisterAgent(Arc::new(spec))
}

fn contact_ids(names: &[String]) -> Result<Vec<ContactId>, String> {
    names.iter().map(|name| contact_id(name)).collect()
}

fn contact_id(name: &str) -> Result<ContactId, String> {
    ContactId::new(name).map_err(|error| error.to_string())
}
