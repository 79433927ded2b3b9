//! The public door: submissions become leads in group commits; what was answered is durable.

use domain::form::{NewSubmission, Receipt};
use domain::Outcome;

use crate::Db;

/// Checks the submission, puts it into the writer's queue and answers after its commit. The same `key` gives the same answer
/// again; without a key each call is a new lead. A full queue is `Unavailable`.
pub async fn submit(db: &Db, slug: &str, submission: NewSubmission, key: Option<&str>) -> Outcome<Receipt> { todo!() }
