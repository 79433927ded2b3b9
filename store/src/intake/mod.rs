//! The public door: submissions become leads in group commits; what was answered is durable.

mod check;
mod queue;
mod write;

use domain::attribution::understand;
use domain::form::{Form, NewSubmission, Receipt};
use domain::settings::Settings;
use domain::{Fault, Lang, Outcome, Problem, consent};
use sha2::{Digest, Sha256};

use crate::error::broken;
use crate::{Db, forms};

pub(crate) use check::Visitor;
pub(crate) use queue::Queue;

/// Longest idempotency key, in characters.
const KEY_MAX: u32 = 255;

/// A submission that passed every check and waits to be written.
struct Entry {
    form: Form,
    visitor: Visitor,
    attribution: domain::attribution::Attribution,
    key: Option<String>,
    /// Tells whether another submission with the same key is the same one.
    body_hash: String,
    /// What was sent, as JSON, for the log of submissions.
    fields: String,
    raw_attribution: String,
    /// What the visitor reads.
    answer: String,
    consent: Option<Agreed>,
    /// The network address of the visitor.
    ip: String,
}

/// The text that a visitor agreed to.
struct Agreed {
    version: i64,
    text: String,
    lang: Lang,
}

/// Checks the submission, puts it into the writer's queue and answers after its commit. The same `key` gives the same answer
/// again; without a key each call is a new lead. A full queue is `Unavailable`.
pub async fn submit(db: &Db, slug: &str, submission: NewSubmission, key: Option<&str>) -> Outcome<Receipt> {
    let form = forms::public(db, slug).await?;
    let key = check_key(key)?;
    let settings = &db.reference().await?.settings;
    let visitor = check::visitor(&form, &submission.fields, &settings.phone_region)?;
    let body = serde_json::to_vec(&(&submission.fields, &submission.attribution)).map_err(broken)?;
    let entry = Entry {
        visitor,
        attribution: understand(&submission.attribution),
        key,
        body_hash: hexadecimal(&Sha256::digest(&body)),
        fields: serde_json::to_string(&check::kept_fields(&submission.fields)).map_err(broken)?,
        raw_attribution: serde_json::to_string(&check::kept_attribution(&submission.attribution))
            .map_err(broken)?,
        answer: form.thanks.get(submission.lang.unwrap_or(settings.lang)).to_owned(),
        consent: agreed(&submission, settings),
        ip: db.origin().to_owned(),
        form,
    };
    db.intake().put(db, entry).await
}

/// What the visitor agreed to, if there was anything to agree to.
fn agreed(submission: &NewSubmission, settings: &Settings) -> Option<Agreed> {
    let lang = submission.lang.unwrap_or(settings.lang);
    let text = settings.consent.get(lang);
    let version = settings.consent_version;
    let said = submission.fields.get(consent::FIELD)?;
    (!text.is_empty() && consent::agrees(said, version)).then(|| Agreed {
        version,
        text: text.to_owned(),
        lang,
    })
}

fn check_key(key: Option<&str>) -> Outcome<Option<String>> {
    let Some(key) = key.map(str::trim).filter(|key| !key.is_empty()) else { return Ok(None) };
    if key.chars().count() > KEY_MAX as usize {
        return Err(Problem::field("Idempotency-Key", Fault::TooLong(KEY_MAX)));
    }
    if key.chars().any(char::is_control) {
        return Err(Problem::field("Idempotency-Key", Fault::WrongType));
    }
    Ok(Some(key.to_owned()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
