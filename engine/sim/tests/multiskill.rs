//! The kernel's rules against small multi-skill systems whose whole Markov chain was solved.
//!
//! The world around the kernel is written out here: Poisson arrivals, exponential service that depends on class and pool,
//! exponential patience. Thirty independent replications a case; each figure lies within 3.3 standard errors of the truth.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentId, Command, Config, ContactId, Event, EventKind, NewContact, Presence, QueueId};
use sunline_sim::statistics::Replications;
use sunline_sim::{Driver, Step};

const REPLICATIONS: u64 = 30;
/// Units of the reference's time in one replication, the first tenth to warm up.
const LENGTH: f64 = 6_000.0;
/// Seconds in a unit.
const UNIT: f64 = 60.0;

/// A system of the reference.
struct System {
    arrivals: Vec<f64>,
    abandonment: Vec<f64>,
    /// Service rate by class and agent; 0 where it may not serve.
    service: Vec<Vec<f64>>,
    /// Pool of each agent.
    pools: Vec<usize>,
    /// Contacts that may wait in all.
    room: usize,
    config: Config,
}

/// What happens in a world.
#[derive(Clone, Copy)]
enum Happening {
    Arrives(usize),
    GivesUp(u64),
    Finishes(u64),
}

/// Chance from a counter and a mixer (SplitMix64).
struct Chance(u64);

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((word ^ (word >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, rate: f64) -> Span {
        Span::from_secs_f64(-(1.0 - self.uniform()).ln() / rate * UNIT).expect("a length")
    }
}

/// Counts of one replication.
#[derive(Default)]
struct Counts {
    /// By class: let in, had to wait, gave up, sum of waits in units.
    classes: Vec<[f64; 4]>,
    /// By class and pool: answered.
    answered: Vec<Vec<f64>>,
    /// By agent: time at work, in units.
    busy: Vec<f64>,
    blocked: Vec<f64>,
}

/// Class, arrival, and the agent who has it since when.
type Inside = (usize, Timestamp, Option<(usize, Timestamp)>);

struct World<'a> {
    system: &'a System,
    driver: Driver<Happening>,
    chance: Chance,
    counts: Counts,
    warm: Timestamp,
    next: u64,
    /// Contacts inside, by number.
    inside: BTreeMap<u64, Inside>,
}

impl World<'_> {
    fn run(system: &System, seed: u64) -> Counts {
        let domain =
            sunline_core::Domain::new(Timestamp::EPOCH, system.config.clone()).expect("a configuration");
        let classes = system.arrivals.len();
        let counts = Counts {
            classes: vec![[0.0; 4]; classes],
            answered: vec![vec![0.0; 1 + system.pools.iter().max().copied().unwrap_or(0)]; classes],
            busy: vec![0.0; system.pools.len()],
            blocked: vec![0.0; classes],
        };
        let units = |units: f64| Timestamp::EPOCH + Span::from_secs_f64(units * UNIT).expect("a length");
        let (warm, end) = (units(LENGTH / 10.0), units(LENGTH));
        let mut world = World {
            system,
            driver: Driver::new(domain),
            chance: Chance(seed),
            counts,
            warm,
            next: 0,
            inside: BTreeMap::new(),
        };
        for agent in 0..system.pools.len() {
            world.tell(Command::SetPresence(AgentId(agent as u32), Presence::Available));
        }
        for class in 0..classes {
            world.schedule_arrival(class);
        }
        loop {
            match world.driver.step(Some(end)) {
                Step::Deadlines => world.drain(),
                Step::Happening(happening) => world.happens(happening),
                Step::Stop | Step::Nothing => break,
            }
        }
        world.counts
    }

    fn schedule_arrival(&mut self, class: usize) {
        let after = self.chance.exponential(self.system.arrivals[class]);
        self.driver.schedule(self.driver.now() + after, Happening::Arrives(class));
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Arrives(class) => {
                self.schedule_arrival(class);
                let waiting = self.inside.values().filter(|(.., agent)| agent.is_none()).count();
                let counts = self.driver.now() >= self.warm;
                let id = self.next;
                self.next += 1;
                self.inside.insert(id, (class, self.driver.now(), None));
                self.tell(Command::Arrive(NewContact::new(ContactId::from(id), QueueId(class as u16))));
                let waits = self.inside.get(&id).is_some_and(|(.., agent)| agent.is_none());
                if waits && waiting >= self.system.room {
                    // No place is left: the customer is turned away at the door.
                    self.counts.blocked[class] += f64::from(u8::from(counts));
                    self.inside.remove(&id);
                    self.tell(Command::Withdraw(ContactId::from(id)));
                    return;
                }
                if counts {
                    self.counts.classes[class][0] += 1.0;
                    self.counts.classes[class][1] += f64::from(u8::from(waits));
                }
                if waits {
                    let patience = self.chance.exponential(self.system.abandonment[class]);
                    self.driver.schedule(self.driver.now() + patience, Happening::GivesUp(id));
                }
            }
            Happening::GivesUp(id) => {
                let Some((class, arrived, None)) = self.inside.get(&id).copied() else { return };
                self.inside.remove(&id);
                self.count_wait(class, arrived);
                if arrived >= self.warm {
                    self.counts.classes[class][2] += 1.0;
                }
                self.tell(Command::Abandon(ContactId::from(id)));
            }
            Happening::Finishes(id) => {
                let (.., agent) = self.inside.remove(&id).expect("it was answered");
                let (agent, since) = agent.expect("it was answered");
                let since = since.max(self.warm);
                self.counts.busy[agent] += self.driver.now().since(since).as_secs_f64().max(0.0) / UNIT;
                self.tell(Command::Complete(ContactId::from(id)));
            }
        }
    }

    fn count_wait(&mut self, class: usize, arrived: Timestamp) {
        if arrived >= self.warm {
            self.counts.classes[class][3] += self.driver.now().since(arrived).as_secs_f64() / UNIT;
        }
    }

    fn tell(&mut self, command: Command) {
        self.driver.tell(command).expect("the world only says what fits");
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(Event { kind, .. }) = self.driver.poll_event() {
            let EventKind::OfferAccepted { contact, agent, .. } = kind else { continue };
            let id = contact.number().expect("numbered here");
            let now = self.driver.now();
            let known = self.inside.get_mut(&id).expect("it is inside");
            known.2 = Some((agent.index(), now));
            let (class, arrived, _) = *known;
            self.count_wait(class, arrived);
            if arrived >= self.warm {
                self.counts.answered[class][self.system.pools[agent.index()]] += 1.0;
            }
            let service = self.chance.exponential(self.system.service[class][agent.index()]);
            self.driver.schedule(now + service, Happening::Finishes(id));
        }
    }
}

fn case(id: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/multiskill.json");
    let text = std::fs::read_to_string(path).expect("the reference figures are in the repository");
    let all: Value = serde_json::from_str(&text).expect("they are JSON");
    let cases = all["cases"].as_array().expect("a list of cases");
    cases.iter().find(|case| case["id"] == id).expect("the case is there").clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|n| n.as_f64().expect("a number")).collect()
}

/// A configuration of the kernel that says what the case says.
fn system(case: &Value) -> System {
    let arrivals = numbers(&case["arrival_rates"]);
    let classes = arrivals.len();
    let single = case["kind"] == "agents";
    let (pools, service): (Vec<usize>, Vec<Vec<f64>>) = if single {
        let rates = numbers(&case["agent_service_rates"]);
        let has =
            |agent: usize, class: usize| numbers(&case["agent_skills"][agent]).contains(&(class as f64));
        let row = |class| (0..rates.len()).map(|a| if has(a, class) { rates[a] } else { 0.0 }).collect();
        (vec![0; rates.len()], (0..classes).map(row).collect())
    } else {
        let sizes = numbers(&case["agents"]);
        let pools: Vec<usize> =
            sizes.iter().enumerate().flat_map(|(pool, size)| vec![pool; *size as usize]).collect();
        let row = |class: usize| {
            let rates = numbers(&case["service_rates"][class]);
            pools.iter().map(|pool| rates[*pool]).collect()
        };
        (pools.clone(), (0..classes).map(row).collect())
    };
    let mut text = String::from("name = 'reference'\nchannels = [{ name = 'voice' }]\n");
    let skills: Vec<_> = (0..classes).map(|class| format!("{{ name = 's{class}' }}")).collect();
    text.push_str(&format!("skills = [{}]\n", skills.join(", ")));
    for pool in 0..=pools.iter().max().copied().unwrap_or(0) {
        let rule = match case["queue_rule"].as_str() {
            Some("longest_queue") => "longest_queue",
            Some("fixed_queue_ratio") => "queue_ratio",
            _ => "longest_wait",
        };
        let mut seen = Vec::new();
        for class in 0..classes {
            let order = case["pool_to_classes"][pool].as_array().filter(|_| rule == "longest_wait");
            let tier = order.and_then(|order| order.iter().position(|c| *c == class)).unwrap_or(0);
            let reserve = case["reserve"][format!("{class},{pool}")].as_u64().unwrap_or(0);
            seen.push(format!("c{class} = {{ tier = {tier}, reserve = {reserve} }}"));
        }
        let queues = seen.join(", ");
        text.push_str(&format!(
            "[[pools]]\nname = 'p{pool}'\ncontact_rule = '{rule}'\nqueues = {{ {queues} }}\n"
        ));
    }
    for class in 0..classes {
        let first = case["class_to_pools"][class][0].as_u64().unwrap_or(0);
        let ratio = case["ratios"][class].as_f64().unwrap_or(0.0);
        let chosen = if single { "longest_idle" } else { "best_score" };
        text.push_str(&format!(
            "[[queues]]\nname = 'c{class}'\nrequires = 's{class}'\nagent_rule = '{chosen}'\nratio = {ratio}\n\
             prefers = [{{ term = 'group = p{first}' }}]\noffer = {{ answer = 'auto' }}\n"
        ));
    }
    for (agent, pool) in pools.iter().enumerate() {
        let held = (0..classes).filter(|class| service[*class][agent] > 0.0);
        let held: Vec<_> = held.map(|class| format!("s{class} = 5")).collect();
        let skills = held.join(", ");
        text.push_str(&format!(
            "[[agents]]\nname = 'a{agent}'\npool = 'p{pool}'\ngroups = ['p{pool}']\nskills = {{ {skills} }}\n"
        ));
    }
    let room = case["queue_limit_total"].as_u64().map_or(usize::MAX, |room| room as usize);
    let config = Config::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    System { arrivals, abandonment: numbers(&case["abandonment_rates"]), service, pools, room, config }
}

fn agrees(what: &str, runs: &[Counts], exact: f64, figure: impl Fn(&Counts) -> f64) {
    let estimate = runs.iter().map(figure).collect::<Replications>().estimate().expect("replications");
    let distance = (estimate.mean - exact).abs() / estimate.standard_error;
    assert!(distance <= 3.3, "{what}: {estimate}, exact {exact}: {distance:.2} standard errors apart");
}

fn check(id: &str) {
    let case = case(id);
    let system = system(&case);
    let runs: Vec<Counts> = (0..REPLICATIONS).map(|n| World::run(&system, 1_000 * n + 17)).collect();
    let expected = &case["expected"];
    for (class, exact) in expected["classes"].as_array().expect("classes").iter().enumerate() {
        let number = |name: &str| exact[name].as_f64().expect("a number");
        let share = |column: usize| move |run: &Counts| run.classes[class][column] / run.classes[class][0];
        agrees(&format!("{id}, class {class}, waits"), &runs, number("p_wait"), share(1));
        agrees(&format!("{id}, class {class}, wait"), &runs, number("mean_wait_accepted"), share(3));
        if system.room < usize::MAX {
            let blocked = |run: &Counts| run.blocked[class] / (run.blocked[class] + run.classes[class][0]);
            agrees(&format!("{id}, class {class}, blocked"), &runs, number("p_block"), blocked);
            let gave_up = |run: &Counts| run.classes[class][2] / (run.blocked[class] + run.classes[class][0]);
            agrees(&format!("{id}, class {class}, gives up"), &runs, number("p_abandon"), gave_up);
        } else {
            agrees(&format!("{id}, class {class}, gives up"), &runs, number("p_abandon"), share(2));
        }
        for (pool, exact) in exact["served_share_by_pool"].as_array().into_iter().flatten().enumerate() {
            let exact = exact.as_f64().expect("a number");
            if exact > 0.0 && exact < 1.0 {
                let of_pool =
                    |run: &Counts| run.answered[class][pool] / run.answered[class].iter().sum::<f64>();
                agrees(&format!("{id}, class {class} in pool {pool}"), &runs, exact, of_pool);
            }
        }
    }
    let length = LENGTH * 0.9;
    let occupied = |exact: &Value| exact["occupancy"].as_f64().expect("a number");
    for (pool, exact) in expected["pools"].as_array().into_iter().flatten().enumerate() {
        let busy = |run: &Counts| {
            let members = run.busy.iter().zip(&system.pools).filter(|(_, of)| **of == pool);
            let (sum, count) = members.fold((0.0, 0.0), |(sum, count), (busy, _)| (sum + busy, count + 1.0));
            sum / count / length
        };
        agrees(&format!("{id}, occupancy of pool {pool}"), &runs, occupied(exact), busy);
    }
    for (agent, exact) in expected["agents"].as_array().into_iter().flatten().enumerate() {
        agrees(&format!("{id}, occupancy of agent {agent}"), &runs, occupied(exact), |run| {
            run.busy[agent] / length
        });
    }
}

#[test]
fn specialists_first_and_a_shared_pool_by_tiers() {
    check("S-a");
}

#[test]
fn the_longest_queue_first_with_speeds_by_class_and_pool() {
    check("S-b");
}

#[test]
fn the_longest_idle_agent_and_the_oldest_contact() {
    check("S-c");
}

#[test]
fn one_shared_agent_kept_for_the_other_class() {
    check("S-d");
}

#[test]
fn queues_held_at_a_fixed_ratio() {
    check("S-e");
}
