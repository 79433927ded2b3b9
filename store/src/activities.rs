//! The timeline and what people log on it.

use domain::access::Actor;
use domain::activity::{Activity, LogActivity, Subject};
use domain::query::Page;
use domain::Outcome;

use crate::Db;

/// Newest first.
pub async fn timeline(db: &Db, actor: &Actor, on: Subject, cursor: Option<&str>) -> Outcome<Page<Activity>> { todo!() }

/// Logs a call, note or meeting and makes the next task, in one transaction. A call on a lead finishes its first-call task
/// unless the line was dead, and is the lead's first response.
pub async fn log(db: &Db, actor: &Actor, entry: LogActivity) -> Outcome<()> { todo!() }
