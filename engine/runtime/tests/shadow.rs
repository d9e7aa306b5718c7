//! Another version decides beside the engine and does nothing.

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{SOON, at_nine, bill, shop};
use sunline_core::{Command, CommandError, Config, Instead, Presence, Seq, ShadowReport};
use sunline_runtime::{Engine, EngineError, ShadowHandle};

/// Bills need the better of the two.
fn strict() -> Config {
    let mut config = shop();
    config.queues[0].requires = "billing >= 5".into();
    config
}

async fn heard(shadow: &ShadowHandle, seq: Seq) -> Arc<ShadowReport> {
    let began = Instant::now();
    while shadow.report().seq < seq && shadow.report().ended.is_none() {
        assert!(began.elapsed() < SOON, "{:?} {:?}", shadow.report(), shadow.failure());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    shadow.report()
}

#[tokio::test]
async fn a_version_beside_says_whom_it_would_have_asked() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    for agent in ["ann", "bob"] {
        let agent = engine.agent_id(agent).unwrap();
        engine.apply(Command::SetPresence(agent, Presence::Available)).await.unwrap();
    }
    let same = engine.shadow(shop()).await.unwrap();
    let strict = engine.shadow(strict()).await.unwrap();
    // Ann is asked, then Bob, whom the stricter version would not ask.
    engine.submit(bill(1)).await.unwrap();
    engine.submit(bill(2)).await.unwrap();
    let last = engine.inspect(sunline_core::Domain::seq).await.unwrap();
    let agrees = heard(&same, last).await.total();
    assert_eq!((agrees.same, agrees.other, agrees.nobody, agrees.sooner), (2, 0, 0, 0));
    let report = heard(&strict, last).await;
    assert_eq!((report.total().same, report.total().nobody), (1, 1));
    let difference = report.differences.back().unwrap();
    assert_eq!((difference.contact, difference.instead), (bill(2).id, Instead::Nothing));
    // Nothing of this reached the engine; and when the version comes into force, the comparison is over.
    let command = Command::Reconfigure(Arc::new(self::strict()));
    let changed = engine.apply(command).await.unwrap().seq;
    assert!(heard(&strict, changed).await.ended.is_some());
}

#[tokio::test]
async fn a_version_that_may_not_come_into_force_runs_beside_nobody() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    let mut config = shop();
    config.channels[0].cost = 2;
    let refused = engine.shadow(config).await.unwrap_err();
    let path = "channels[voice].cost".to_owned();
    assert_eq!(refused, EngineError::Command(CommandError::FixedSetting { path }));
}
