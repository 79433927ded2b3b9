//! Tasks.

use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::activity::Subject;
use domain::id::TaskId;
use domain::task::{NewTask, Task};
use domain::Outcome;

use crate::Db;

/// Open tasks of a record, the one due first on top.
pub async fn open_on(db: &Db, actor: &Actor, on: Subject) -> Outcome<Vec<Task>> { todo!() }

pub async fn create(db: &Db, actor: &Actor, task: NewTask) -> Outcome<TaskId> { todo!() }

pub async fn finish(db: &Db, actor: &Actor, id: TaskId, version: i64) -> Outcome<()> { todo!() }

pub async fn reschedule(db: &Db, actor: &Actor, id: TaskId, version: i64, due_at: DateTime<Utc>) -> Outcome<()> { todo!() }
