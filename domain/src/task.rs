//! Tasks: things to do.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{DealId, LeadId, TaskId, UserId};
use crate::user::Person;
use crate::zone::Zone;

/// Kinds of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// "Call NAME" of a new lead; its title is the name, the words around it are the reader's language.
    FirstCall,
    Call,
    Mail,
    Meeting,
    Document,
    Other,
}

impl TaskKind {
    pub const ALL: [TaskKind; 6] = [
        TaskKind::FirstCall,
        TaskKind::Call,
        TaskKind::Mail,
        TaskKind::Meeting,
        TaskKind::Document,
        TaskKind::Other,
    ];

    pub fn code(self) -> &'static str {
        match self {
            TaskKind::FirstCall => "first_call",
            TaskKind::Call => "call",
            TaskKind::Mail => "mail",
            TaskKind::Meeting => "meeting",
            TaskKind::Document => "document",
            TaskKind::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<TaskKind> {
        TaskKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub kind: TaskKind,
    /// For [`TaskKind::FirstCall`] the person's name.
    pub title: String,
    pub due_at: DateTime<Utc>,
    pub assignee: Option<Person>,
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
    pub done_at: Option<DateTime<Utc>>,
    pub version: i64,
}

/// A task to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    pub kind: TaskKind,
    pub title: String,
    pub due_at: DateTime<Utc>,
    /// `None`: the one who makes it.
    pub assignee: Option<UserId>,
    pub on: crate::activity::Subject,
}

/// How urgent a next step is; the four states of the product's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    Overdue,
    Today,
    /// Nothing planned.
    None,
    Later,
}

impl Urgency {
    /// The urgency of something due at `due` (`None`: nothing planned), seen at `now` in `zone`.
    pub fn of(due: Option<DateTime<Utc>>, now: DateTime<Utc>, zone: &Zone) -> Urgency {
        let today: NaiveDate = zone.day(now);
        match due {
            None => Urgency::None,
            Some(due) if due < now => Urgency::Overdue,
            Some(due) if zone.day(due) == today => Urgency::Today,
            Some(_) => Urgency::Later,
        }
    }

    /// The class that styles give this state.
    pub fn class(self) -> &'static str {
        match self {
            Urgency::Overdue => "overdue",
            Urgency::Today => "today",
            Urgency::None => "none",
            Urgency::Later => "later",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgency_is_judged_on_the_users_day() {
        let zone = Zone { name: "Asia/Vladivostok".into(), offsets: vec![(0, 36_000)] };
        let now: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().unwrap(); // 22:00 there
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(Urgency::of(at("2026-11-24T11:59:59Z"), now, &zone), Urgency::Overdue);
        assert_eq!(Urgency::of(at("2026-11-24T13:59:00Z"), now, &zone), Urgency::Today);
        assert_eq!(Urgency::of(at("2026-11-24T14:01:00Z"), now, &zone), Urgency::Later);
        assert_eq!(Urgency::of(None, now, &zone), Urgency::None);
    }
}
