//! Sends the outbox's mails through SMTP.

use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use store::Db;
use store::outbox::{self, Mail};
use tokio::sync::watch;

use crate::config::ServeConfig;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Mails that are taken at once.
const BATCH: u64 = 10;
/// A look at the outbox without being woken: retries become due by themselves.
const IDLE: Duration = Duration::from_secs(30);

/// Runs until `stopping` turns true. Without a mail server mails wait in the outbox, and pages say so.
pub async fn run(db: Db, config: ServeConfig, mut stopping: watch::Receiver<bool>) {
    let Some(url) = &config.smtp_url else {
        tracing::info!(
            "no mail server is configured (MILLRACE_SMTP_URL): mails wait, links are shown on the pages"
        );
        return;
    };
    let (transport, from) = match (Transport::from_url(url), config.mail_from.parse::<Mailbox>()) {
        (Ok(builder), Ok(from)) => (builder.timeout(Some(Duration::from_secs(30))).build(), from),
        (Err(error), _) => return tracing::error!(%error, "the mail server's address is wrong: mails wait"),
        (_, Err(error)) => return tracing::error!(%error, "the mail sender is wrong: mails wait"),
    };
    while !*stopping.borrow() {
        if send_due(&db, &config.public_url, &transport, &from).await == 0 {
            tokio::select! {
                () = outbox::wake(&db) => {}
                () = tokio::time::sleep(IDLE) => {}
                _ = stopping.changed() => {}
            }
        }
    }
}

/// How many were taken.
async fn send_due(db: &Db, site: &str, transport: &Transport, from: &Mailbox) -> u64 {
    let taken = match outbox::take(db, site, BATCH).await {
        Ok(taken) => taken,
        Err(problem) => {
            tracing::warn!(%problem, "the outbox cannot be read");
            return 0;
        }
    };
    let count = taken.len() as u64;
    for message in taken {
        let result = match letter(&message.mail, from) {
            Ok(letter) => match transport.send(letter).await {
                Ok(_) => outbox::delivered(db, message.id).await,
                Err(error) => {
                    // A server's own words repeat the address.
                    let (code, permanent) = (error.status(), error.is_permanent());
                    tracing::warn!(id = %message.id, ?code, permanent, attempts = message.attempts, "mail not sent");
                    outbox::failed(db, message.id, &reason(&error), error.is_permanent()).await
                }
            },
            Err(error) => outbox::failed(db, message.id, &error, true).await,
        };
        if let Err(problem) = result {
            // It stays locked for a while and is then sent again: at least once.
            tracing::error!(id = %message.id, %problem, "the outcome of a mail could not be kept");
        }
    }
    count
}

fn letter(mail: &Mail, from: &Mailbox) -> Result<Message, String> {
    let address: Address = mail.to.parse().map_err(|error| format!("address: {error}"))?;
    let name = Some(mail.to_name.clone()).filter(|name| !name.is_empty());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|error| error.to_string())
}

/// The server's own words where it said some.
fn reason(error: &lettre::transport::smtp::Error) -> String {
    error.to_string().chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_carries_its_stable_id_and_cyrillic() {
        let mail = Mail {
            to: "irina@example.com".into(),
            to_name: "Ирина".into(),
            subject: "Предложение".into(),
            text: "Здравствуйте!".into(),
            message_id: "<42@millrace>".into(),
        };
        let letter = letter(&mail, &"CRM <crm@example.com>".parse().unwrap()).unwrap();
        let text = String::from_utf8(letter.formatted()).unwrap();
        assert!(text.contains("Message-ID: <42@millrace>"));
        assert!(text.contains("Content-Type: text/plain; charset=utf-8"));
    }

    #[test]
    fn a_header_cannot_be_smuggled_in() {
        let mail = Mail {
            to: "a@example.com\r\nBcc: b@example.com".into(),
            to_name: String::new(),
            subject: "x\r\nBcc: c@example.com".into(),
            text: String::new(),
            message_id: "<1@millrace>".into(),
        };
        assert!(letter(&mail, &"crm@example.com".parse().unwrap()).is_err());
    }
}
