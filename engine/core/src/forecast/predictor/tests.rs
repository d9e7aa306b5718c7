use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

fn one_pool() -> WaitPredictor {
    WaitPredictor::new(&[PoolStart::default()], &[QueueStart::default()])
}

#[test]
fn nobody_present_is_unknown_and_not_zero() {
    let predictor = one_pool();
    let asked = predictor.forecast(at(0), 0, Place::default(), WaitMode::IfYouStay);
    assert_eq!(asked, Err(Unknown::NobodyPresent));
}
