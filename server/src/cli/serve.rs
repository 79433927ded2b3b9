//! `millrace serve`

use domain::access::Actor;
use store::Clock;
use store::seal::Fit;
use tokio::sync::watch;

use super::{Refused, refused, wrong_key};
use crate::config::{Config, ServeArgs};
use crate::{http, worker};

#[expect(clippy::print_stdout, reason = "the set-up link and the address are for the person at the terminal")]
pub async fn run(config: &Config, args: &ServeArgs) -> anyhow::Result<()> {
    super::log();
    let serve = config.serve(args)?;
    let db = config.open(Clock::default()).await?;
    if store::seal::fit(&db).await.map_err(|problem| refused(&problem))? == Fit::Wrong {
        return Err(Refused(wrong_key(config)).into());
    }
    let listener = tokio::net::TcpListener::bind(serve.listen)
        .await
        .map_err(|error| anyhow::anyhow!("cannot listen on {}: {error}", serve.listen))?;
    // The port may have been left to the system (`:0`); links and messages name the true one.
    let address = listener.local_addr()?;
    let mut serve = serve;
    if serve.public_url == format!("http://{}", serve.listen) {
        serve.public_url = format!("http://{address}");
    }
    if !serve.intake.guard.on {
        tracing::warn!("the intake's guard is off: submissions are not checked for bots");
    }
    if !serve.intake.per_ip {
        tracing::warn!("submissions are not limited per address");
    }
    let (stop, stopping) = watch::channel(false);
    let mail = tokio::spawn(worker::mail::run(db.clone(), serve.clone(), stopping.clone()));
    let backup = tokio::spawn(worker::backup::run(db.clone(), serve.backup.clone(), stopping.clone()));
    let erased = tokio::spawn(worker::erased::run(db.clone(), serve.backup.dir.clone(), stopping.clone()));
    let prune = tokio::spawn(worker::prune::run(db.clone(), stopping.clone()));
    let router = http::router(db.clone(), &serve, stopping.clone());

    if let Some(token) = store::users::setup_token(&db).await.map_err(|problem| refused(&problem))? {
        println!("There is no user yet. Make the owner's account here (valid for 24 hours, works once):");
        println!("  {}/setup/{token}", serve.public_url);
    }
    println!("Millrace listens on http://{address}");
    if store::settings::show(&db, &Actor::SYSTEM).await.is_err() {
        tracing::warn!("the settings could not be read");
    }

    let accept = tokio::spawn(http::listen::accept(listener, router, stopping));
    signal().await;
    tracing::info!("stopping");
    // Event streams end first, otherwise they would hold the connections open; then open requests get ten seconds.
    if stop.send(true).is_err() {
        tracing::debug!("nothing was listening to the stop");
    }
    accept.await?;
    mail.await?;
    backup.await?;
    erased.await?;
    prune.await?;
    db.close().await;
    Ok(())
}

/// SIGTERM or Ctrl-C.
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(error) => {
            tracing::error!(%error, "cannot listen for SIGTERM");
            if let Err(error) = tokio::signal::ctrl_c().await {
                tracing::error!(%error, "cannot listen for Ctrl-C");
            }
        }
    }
}
