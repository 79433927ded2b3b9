//! Telling bots from people without hurting people: whoever looks like a bot waits in the log, nobody is turned away.
//!
//! A *token* reads `OPENED.AGE.NONCE.SEAL`: when the visitor's form was opened, in seconds since 1970, and how many seconds later
//! the token was made, both in hexadecimal; six random bytes and 16 bytes of an HMAC by the instance's secret over these, the form
//! and what the token is for, both base64url without padding. It is 47 characters long at most, so that with a colon and a counter
//! it fits one block of SHA-256.
//!
//! As a *proof of work* it comes with a counter for which SHA-256 of `TOKEN:COUNTER` begins with so many zero bits; it is good for
//! ten minutes and for one submission. As a *stamp* it stands in a hosted page, whose visitors need no script: it tells only when
//! the page was opened.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::form::{Form, Suspicion};
use domain::{Outcome, Problem};
use sha2::{Digest, Sha256};

use crate::{Db, token};

/// How long a proof is good for.
const PROOF_LASTS: TimeDelta = TimeDelta::minutes(10);
/// How long it is known when a form was opened.
const OPENING_LASTS: TimeDelta = TimeDelta::days(30);
/// Nobody types name and phone in less.
const FILLING_TAKES: TimeDelta = TimeDelta::seconds(2);
/// Characters of the HMAC: 128 bits.
const SEAL: usize = 22;

/// How strict the checks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    pub on: bool,
    /// Zero bits that a proof of work has: each doubles the work.
    pub bits: u32,
}

impl Guard {
    /// Half a second on a phone in nearly all tries; see `docs/benchmarks.md`.
    pub const STANDARD: Guard = Guard { on: true, bits: 14 };
    pub const OFF: Guard = Guard { on: false, bits: 0 };

    /// The work that visitors of this form have to prove.
    pub fn bits_of(self, form: &Form) -> u32 {
        if self.on && form.guarded { self.bits } else { 0 }
    }
}

/// What came with a submission beside what it says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// What stood in the input that people do not see.
    pub honeypot: String,
    /// Token and counter.
    pub proof: Option<(String, u64)>,
    /// The token of a hosted page.
    pub stamp: Option<String>,
    /// Whether more comes through this form than people send.
    pub rush: bool,
}

/// What the guard thinks of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    pub(super) suspicions: Vec<Suspicion>,
    /// What is kept of its proof of work.
    pub(super) proof: Option<String>,
    /// Whether the same person's next request makes no second lead.
    pub(super) merges: bool,
}

#[derive(Clone, Copy)]
enum Purpose {
    Work,
    Stamp,
}

/// A token to work on; one made for the same visitor before tells when the form was opened.
pub fn challenge(db: &Db, form: &Form, since: Option<&str>) -> Outcome<String> {
    issue(db, form, Purpose::Work, since)
}

/// What a hosted page tells of when it was opened; one that comes again after a fault, when it was opened first.
pub fn stamp(db: &Db, form: &Form, since: Option<&str>) -> Outcome<String> {
    issue(db, form, Purpose::Stamp, since)
}

/// What is to be thought of a submission that came with `evidence`.
pub fn judge(db: &Db, guard: Guard, form: &Form, evidence: &Evidence) -> Verdict {
    if !guard.on {
        return Verdict::default();
    }
    let merges = form.duplicate_minutes > 0;
    if !form.guarded {
        return Verdict { merges, ..Verdict::default() };
    }
    let mut suspicions = Vec::new();
    if !evidence.honeypot.is_empty() {
        suspicions.push(Suspicion::Honeypot);
    }
    if evidence.rush {
        suspicions.push(Suspicion::Rush);
    }
    let now = db.now().timestamp();
    let proven = match (&evidence.proof, &evidence.stamp) {
        (Some((token, counter)), _) => Read::open(db, form, Purpose::Work, token)
            .filter(|read| (0..=PROOF_LASTS.num_seconds()).contains(&(now - read.issued)))
            .filter(|_| is_worked_for(token, *counter, guard.bits))
            .ok_or(Suspicion::BadProof),
        (None, Some(stamp)) => Read::open(db, form, Purpose::Stamp, stamp)
            .filter(|read| (0..=OPENING_LASTS.num_seconds()).contains(&(now - read.issued)))
            .ok_or(Suspicion::BadProof),
        (None, None) => Err(Suspicion::NoProof),
    };
    let mut proof = None;
    match proven {
        Ok(read) => {
            if now - read.opened < FILLING_TAKES.num_seconds() {
                suspicions.push(Suspicion::TooFast);
            }
            proof = evidence.proof.is_some().then_some(read.seal);
        }
        Err(suspicion) => suspicions.push(suspicion),
    }
    Verdict { suspicions, proof, merges }
}

/// A token that this instance made.
struct Read {
    opened: i64,
    issued: i64,
    seal: String,
}

impl Read {
    fn open(db: &Db, form: &Form, purpose: Purpose, token: &str) -> Option<Read> {
        let (told, seal) = token.rsplit_once('.')?;
        if !same(seal, &sealed(db, form, purpose, told)) {
            return None;
        }
        let mut parts = told.split('.').map(|part| i64::from_str_radix(part, 16));
        let (opened, age) = (parts.next()?.ok()?, parts.next()?.ok()?);
        Some(Read { opened, issued: opened + age, seal: seal.to_owned() })
    }
}

fn issue(db: &Db, form: &Form, purpose: Purpose, since: Option<&str>) -> Outcome<String> {
    let now = db.now().timestamp();
    let opened = since
        .and_then(|since| Read::open(db, form, purpose, since))
        .map(|read| read.opened)
        .filter(|opened| (0..=OPENING_LASTS.num_seconds()).contains(&(now - opened)))
        .unwrap_or(now);
    let mut nonce = [0; 6];
    getrandom::fill(&mut nonce).map_err(|error| {
        tracing::error!(%error, "no randomness");
        Problem::Internal
    })?;
    let told = format!("{opened:x}.{:x}.{}", now - opened, URL_SAFE_NO_PAD.encode(nonce));
    let seal = sealed(db, form, purpose, &told);
    Ok(format!("{told}.{seal}"))
}

fn sealed(db: &Db, form: &Form, purpose: Purpose, told: &str) -> String {
    let purpose = match purpose {
        Purpose::Work => "form work",
        Purpose::Stamp => "form stamp",
    };
    let mut seal = token::tied(db, purpose, &format!("{}.{told}", form.id));
    seal.truncate(SEAL);
    seal
}

/// Compared in a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn is_worked_for(token: &str, counter: u64, bits: u32) -> bool {
    let digest = Sha256::digest(format!("{token}:{counter}").as_bytes());
    let mut zeros = 0;
    for byte in digest {
        zeros += byte.leading_zeros();
        if byte != 0 {
            break;
        }
    }
    zeros >= bits
}
