//! Why a formula gave no figure.

use sunline_core::forecast::ForecastError;

use super::Refusal;

impl From<ForecastError> for Refusal {
    fn from(error: ForecastError) -> Self {
        let refusal = Self::new("ForecastRefused", error.code(), error);
        match error {
            ForecastError::NotANumber { quantity } | ForecastError::Empty { quantity } => {
                refusal.with("quantity", quantity)
            }
            ForecastError::OutOfRange { quantity, value, least, most } => refusal
                .with("quantity", quantity)
                .with("value", value)
                .with("least", least)
                .with("most", most),
            ForecastError::Overloaded { offered_load, agents } => {
                refusal.with("offered_load", offered_load).with("agents", agents)
            }
            ForecastError::RoomBelowAgents { capacity, agents } => {
                refusal.with("value", f64::from(capacity)).with("agents", f64::from(agents))
            }
            ForecastError::TargetOutOfReach { most, nearest } => {
                refusal.with("most", f64::from(most)).with("nearest", nearest)
            }
            _ => refusal,
        }
    }
}
