//! The gateway as a program: `sunline-gateway CONFIG.toml KEYS.toml [ADDRESS]`.

use std::io::Write as _;

use sunline::{Config, Engine};
use sunline_gateway::{KeyFile, Keys, gateway};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(config), Some(keys)) = (arguments.next(), arguments.next()) else {
        return Err("usage: sunline-gateway CONFIG.toml KEYS.toml [ADDRESS]".into());
    };
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let config = Config::from_toml(&std::fs::read_to_string(config)?)?;
    let keys: KeyFile = toml::from_str(&std::fs::read_to_string(keys)?)?;
    let engine = Engine::in_memory(config).keep_history().start().await?;
    let keys = Keys::new(&engine, keys)?;
    let listener = TcpListener::bind(address).await?;
    writeln!(std::io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    axum::serve(listener, gateway(keys)).await?;
    engine.shutdown().await?;
    Ok(())
}
