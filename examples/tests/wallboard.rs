//! The wallboard draws what it is told, and nothing else.

#[path = "../examples/wallboard/board.rs"]
mod board;

use std::time::Duration;

use board::{Board, QueueLine, render};
use sunline::measures::Measures;
use sunline::{AgentCounts, Clock, Config, Presence, Span, Timestamp};

fn queue(name: &str, waiting: u32, longest: i64, service_level: Option<f64>) -> QueueLine {
    let longest_wait = Span::from_secs(longest);
    QueueLine {
        name: name.into(),
        waiting,
        longest_wait,
        answered: 120,
        abandoned: 7,
        service_level,
        target: 0.8,
    }
}

fn board() -> Board {
    Board {
        queues: vec![
            queue("bills", 12, 754, Some(0.8)),
            queue("complaints about bills", 0, 0, Some(0.7999)),
            queue("night", 1, 3661, None),
        ],
        agents: AgentCounts { idle: 3, busy: 17, on_break: 2, ..AgentCounts::default() },
        trouble: Vec::new(),
        commands: 5120,
        decision_p50: Duration::from_micros(9),
        decision_p99: Duration::from_micros(850),
        commit_p99: Duration::from_millis(3),
    }
}

#[test]
fn a_quiet_board() {
    let expected = "\
queue         waiting   longest  answered  gave up     level
bills              12     12:34       120        7     80.0%
complaints …        0      0:00       120        7     80.0%
night               1   1:01:01       120        7         -
agents        2 on break, 3 idle, 17 busy
decisions     5120, half within 9.0µs, 99 % within 850.0µs; commits 99 % within 3.0ms
engine        well
";
    assert_eq!(render(&board(), false), expected);
}

#[test]
fn what_misses_its_target_is_red_however_it_is_rounded() {
    let drawn = render(&board(), true);
    let lines: Vec<&str> = drawn.lines().collect();
    assert!(lines[1].ends_with("  \x1b[32m   80.0%\x1b[0m"), "{:?}", lines[1]);
    assert!(lines[2].ends_with("  \x1b[31m   80.0%\x1b[0m"), "{:?}", lines[2]);
    assert!(lines[3].ends_with("       -"), "{:?}", lines[3]);
    assert_eq!(lines[6], "engine        \x1b[32mwell\x1b[0m");
}

#[test]
fn trouble_stands_at_the_end_a_line_each() {
    let trouble = vec!["sink archive is behind".to_owned(), "a commit took 2s".to_owned()];
    let drawn = render(&Board { trouble, ..board() }, false);
    assert!(
        drawn.ends_with("engine        sink archive is behind\nengine        a commit took 2s\n"),
        "{drawn}"
    );
    assert!(!drawn.contains("well"));
}

#[test]
fn a_live_engine_is_put_on_the_board_as_it_is() {
    let nine = Timestamp::from_secs(9 * 3600);
    let config = Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills", offer = { answer = "auto" } }]
        agents = [{ name = "ann" }]
        "#,
    );
    let engine =
        sunline::Engine::in_memory(config.unwrap()).clock(Clock::manual(nine)).start_blocking().unwrap();
    let (mut measures, seen) =
        engine.inspect(|domain| (Measures::from_now_on(domain), domain.seq())).unwrap();
    let mut events = engine.events(seen.next());
    engine.set_presence("ann", Presence::Available).unwrap();
    for id in ["c1", "c2", "c3"] {
        engine.submit(engine.contact(id, "bills").unwrap()).unwrap();
    }
    engine.advance_to(nine + Span::from_secs(90)).unwrap();
    while events.is_behind() {
        measures.observe(&events.wait_next(Duration::from_secs(20)).unwrap().unwrap());
    }
    let board =
        Board::of(&engine.views(), engine.now(), &measures, &engine.latencies(), &engine.findings(), 0.8);
    let bills = &board.queues[0];
    assert_eq!((bills.name.as_str(), bills.waiting, bills.answered), ("bills", 2, 1));
    assert_eq!((bills.longest_wait, bills.service_level), (Span::from_secs(90), Some(1.0)));
    assert_eq!((board.agents.busy, board.commands), (1, 4));
    assert!(board.trouble.is_empty() && board.decision_p99 > Duration::ZERO);
}
