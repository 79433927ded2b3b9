//! The public door: submissions become leads in group commits; what was answered is durable.

mod check;
mod guard;
mod log;
mod queue;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::attribution::{Attribution, understand};
use domain::form::{FieldKind, Form, NewSubmission, Receipt, SubmissionStatus};
use domain::settings::Settings;
use domain::{Fault, FieldError, Lang, Outcome, Problem, consent};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::broken;
use crate::{Db, forms};

pub use guard::{Evidence, Guard, Verdict, challenge, judge, stamp};
pub use log::{discard, log, prune, release, waiting};
pub use queue::{Place, enter};

pub(crate) use check::Visitor;
pub(crate) use queue::Queue;

/// Longest idempotency key, in characters.
const KEY_MAX: u32 = 255;

/// A submission that waits to be written.
struct Entry {
    form: Arc<Form>,
    visitor: Visitor,
    attribution: Attribution,
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
    verdict: Verdict,
    /// What was wrong with it: such a one is logged and nothing else.
    faults: Vec<FieldError>,
}

/// The text that a visitor agreed to.
#[derive(Serialize, Deserialize)]
struct Agreed {
    version: i64,
    text: String,
    lang: Lang,
}

/// A submission that nobody has to be suspicious of; see [`submit_judged`].
pub async fn submit(db: &Db, slug: &str, submission: NewSubmission, key: Option<&str>) -> Outcome<Receipt> {
    submit_judged(db, slug, submission, key, Verdict::default()).await
}

/// Checks the submission, puts it into the writer's queue and answers after its commit. The same `key` gives the same answer
/// again; without a key each call is a new lead. One that looks like a bot's gets the same answer and waits in the log. A full
/// queue is `Unavailable`.
pub async fn submit_judged(
    db: &Db,
    slug: &str,
    submission: NewSubmission,
    key: Option<&str>,
    verdict: Verdict,
) -> Outcome<Receipt> {
    let form = forms::public(db, slug).await?;
    let key = check_key(key)?;
    let reference = db.reference().await?;
    let settings = &reference.settings;
    let (visitor, checks) = check::read(&form, &submission.fields, settings);
    let body = serde_json::to_vec(&(&submission.fields, &submission.attribution)).map_err(broken)?;
    let mut entry = Entry {
        visitor,
        attribution: understand(&submission.attribution, &reference.channel_rules),
        key,
        body_hash: hexadecimal(&Sha256::digest(&body)),
        fields: serde_json::to_string(&check::kept_fields(&submission.fields)).map_err(broken)?,
        raw_attribution: serde_json::to_string(&check::kept_attribution(&submission.attribution))
            .map_err(broken)?,
        answer: form.texts.thanks.get(submission.lang.unwrap_or(settings.lang)).to_owned(),
        consent: agreed(&form, &submission, settings),
        ip: db.origin().to_owned(),
        form,
        verdict,
        faults: Vec::new(),
    };
    let Err(problem) = checks.finish() else { return db.intake().put(db, entry).await };
    if let Problem::Invalid { fields } = &problem {
        entry.faults.clone_from(fields);
        // Corrected, it comes again under the same key.
        entry.key = None;
        entry.verdict.proof = None;
        db.intake().note(db, entry);
    }
    Err(problem)
}

impl Entry {
    /// What becomes of it, as far as it tells itself.
    fn status(&self) -> SubmissionStatus {
        if !self.faults.is_empty() {
            SubmissionStatus::Refused
        } else if self.verdict.suspicions.is_empty() {
            SubmissionStatus::Accepted
        } else {
            SubmissionStatus::Flagged
        }
    }
}

/// What the visitor agreed to, if there was anything to agree to.
fn agreed(form: &Form, submission: &NewSubmission, settings: &Settings) -> Option<Agreed> {
    let asks = form.fields.iter().any(|field| field.kind == FieldKind::Consent);
    let lang = submission.lang.unwrap_or(settings.lang);
    let text = settings.consent.get(lang);
    let version = settings.consent_version;
    let said = submission.fields.get(consent::FIELD)?;
    (asks && !text.is_empty() && consent::agrees(said, version)).then(|| Agreed {
        version,
        text: text.to_owned(),
        lang,
    })
}

/// What the log keeps of the fields.
fn logged(fields: &str) -> Outcome<BTreeMap<String, String>> {
    serde_json::from_str(fields).map_err(broken)
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
