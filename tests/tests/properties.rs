//! The campaign at random: index against oracle, the books and all invariants, and every way to make a state again.
//!
//! A program that says what it ran. `SUNLINE_CAMPAIGN_COMMANDS` and `SUNLINE_CAMPAIGN_SEED` make it longer and begin
//! elsewhere; `make campaign COMMANDS=1000000` does. A case that fails is added to `regressions.txt` and runs first from
//! then on.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use sunline_tests::random::{Case, Failure, Sum, campaign, cases, read};

const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/regressions.txt");

/// Commands in the campaign that belongs to every check: 500 runs.
const COMMANDS: usize = 1_000_000;

/// What a campaign must have seen, or its moves have grown tame and it proves nothing.
const MUST_SEE: [&str; 85] = [
    "AgentCooledDown",
    "AgentNotResponding",
    "AgentRegistered",
    "AgentUpdated",
    "CalendarTurned",
    "CallbackAccepted",
    "CommandRemembered",
    "Configured",
    "ConnectionFailed",
    "ContactArrived",
    "ContactConnected",
    "ContactDeferred",
    "ContactDue",
    "ContactEligible",
    "ContactEnded abandoned",
    "ContactEnded blocked",
    "ContactEnded callback_failed",
    "ContactEnded closed",
    "ContactEnded merged",
    "ContactEnded served",
    "ContactEnded withdrawn",
    "CandidatesJudged",
    "ContactKept",
    "ContactMerged",
    "ContactMoved",
    "ContactUnservable",
    "ContactUpdated",
    "CustomerNotReached",
    "EntitlementChanged",
    "ExclusionEnded",
    "HoursChanged",
    "KeepEnded",
    "OfferAccepted",
    "OfferEnded busy",
    "OfferEnded contact left",
    "OfferEnded declined",
    "OfferEnded expired",
    "OfferEnded rescinded",
    "OfferEnded revoked",
    "OfferEnded unreachable",
    "OfferIssued",
    "PresenceChanged",
    "ProjectLockEnded",
    "QueueClosed",
    "QueueOpened",
    "Reconfigured",
    "ShiftTurned",
    "SkillValidityChanged",
    "StepOpened",
    "WrapUpEnded",
    "WrapUpExtended",
    "agent_renamed",
    "applied",
    "callback_in_past",
    "contact_ended",
    "duplicate",
    "duplicate_agent",
    "duplicate_contact",
    "fixed_setting",
    "no_destination",
    "invalid_agent",
    "invalid_config",
    "invalid_requirement",
    "key_reused",
    "no_slot",
    "no_wrap_up",
    "not_locked",
    "not_your_offer",
    "offer_ended",
    "origin_in_future",
    "outside_calling_hours",
    "shadow chose as before",
    "shadow chose nobody",
    "shadow chose otherwise",
    "shadow chose sooner",
    "too_large",
    "unknown_agent",
    "unknown_calendar",
    "unknown_channel",
    "unknown_contact",
    "unknown_offer",
    "unknown_queue",
    "unknown_zone",
    "wrap_up_too_long",
    "wrong_contact_state",
];

fn main() -> ExitCode {
    let name = "the_index_agrees_with_the_oracle_and_every_way_back_leads_to_the_same_state";
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        say(&format!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
        return ExitCode::SUCCESS;
    }
    match all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}

/// First the cases that failed once, then the campaign.
fn all() -> Result<(), String> {
    let text = std::fs::read_to_string(REGRESSIONS).map_err(|error| format!("{REGRESSIONS}: {error}"))?;
    let known = read(&text).map_err(|error| format!("{REGRESSIONS}: {error}"))?;
    let commands = asked("SUNLINE_CAMPAIGN_COMMANDS", COMMANDS as u64)?;
    let seed = asked("SUNLINE_CAMPAIGN_SEED", 1)?;
    say(&format!("{} cases that failed once", known.len()));
    campaign(&known).map_err(|failure| failure.report)?;
    let sum = campaign(&cases(commands as usize, seed)).map_err(|failure| kept(&failure, &known))?;
    say(&format!("a campaign from seed {seed} on: {sum}"));
    is_wild_enough(&sum)
}

fn asked(name: &str, usual: u64) -> Result<u64, String> {
    let Some(text) = std::env::var_os(name) else { return Ok(usual) };
    let number = text.to_str().and_then(|text| text.replace('_', "").parse().ok());
    number.ok_or_else(|| format!("{name} is a whole number, not {text:?}"))
}

fn is_wild_enough(sum: &Sum) -> Result<(), String> {
    let missed: Vec<&str> = MUST_SEE.into_iter().filter(|name| !sum.seen.contains_key(*name)).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("this never happened: {}", missed.join(", "))) }
}

/// Keeps a case that failed, so that it runs first from now on; the report.
fn kept(failure: &Failure, known: &[Case]) -> String {
    let Failure { case, report } = failure;
    let told = match OpenOptions::new().append(true).open(Path::new(REGRESSIONS)) {
        _ if known.contains(case) => Ok(()),
        Ok(mut file) => writeln!(file, "{case}"),
        Err(error) => Err(error),
    };
    match told {
        Ok(()) => format!("{report}\n`{case}` is in regressions.txt now; commit it with the repair."),
        Err(error) => format!("{report}\nKeep `{case}` in regressions.txt ({error})."),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listens no more needs no word.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
