//! Server functions of the composer and of tasks: plain forms, so that a call can be logged before or without wasm.

// On the function it would not reach the code that the macro makes of it for the browser.
#![allow(clippy::too_many_arguments, reason = "the fields of one form")]

use leptos::prelude::*;

use crate::codec::Json;
use crate::fail::Fail;

/// Logs a call, note or meeting with an optional next step, or makes a task; which of them, `kind` says.
#[server(prefix = "/fn", endpoint = "activities/log", output = Json)]
pub async fn log(
    on: String,
    id: String,
    kind: String,
    outcome: Option<String>,
    incoming: Option<String>,
    minutes: String,
    text: String,
    next_kind: String,
    next_title: String,
    next_at: String,
) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let on = super::subject(&on, &id)?;
    let next = typed::next_step(&next_kind, &next_title, &next_at)?;
    let asks = finishes(&kind) && next.is_none();
    match typed::logged(&kind, outcome.as_deref(), incoming.is_some(), &minutes, text)? {
        Some(what) => {
            store::activities::log(&db, &actor, domain::activity::LogActivity { on, what, next }).await?;
        }
        None => {
            let step = next.ok_or_else(|| domain::Problem::field("next_title", domain::Fault::Required))?;
            let task = domain::task::NewTask {
                kind: step.kind,
                title: step.title,
                due_at: step.due_at,
                assignee: None,
                on,
            };
            store::tasks::create(&db, &actor, task).await?;
        }
    }
    let page = super::path(on);
    // Without wasm the page asks for the next step when it comes back.
    crate::ctx::land(&if asks { format!("{page}?next=1") } else { page });
    Ok(())
}

/// Whether what is logged brings something to its end, after which something else has to come.
pub fn finishes(kind: &str) -> bool {
    matches!(kind, "call" | "meeting")
}

/// Finishes a task; `back` is the page that a plain form returns to.
#[server(prefix = "/fn", endpoint = "tasks/finish", output = Json)]
pub async fn finish(task: String, version: i64, back: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::tasks::finish(&db, &actor, task.parse()?, version).await?;
    crate::ctx::land(&back);
    Ok(())
}

/// What the composer's fields mean.
#[cfg(feature = "ssr")]
mod typed {
    use domain::activity::{CallLog, CallOutcome, Direction, Logged, NextStep};
    use domain::task::TaskKind;
    use domain::{Fault, Outcome, Problem};

    /// `None`: a task alone.
    pub fn logged(
        kind: &str,
        outcome: Option<&str>,
        incoming: bool,
        minutes: &str,
        text: String,
    ) -> Outcome<Option<Logged>> {
        match kind {
            "call" => {
                let outcome = match outcome {
                    Some("reached") => CallOutcome::Reached,
                    Some("no_answer") => CallOutcome::NoAnswer,
                    Some("wrong_number") => CallOutcome::WrongNumber,
                    _ => return Err(Problem::field("outcome", Fault::Required)),
                };
                let minutes = match minutes.trim() {
                    "" => 0,
                    typed => typed.parse().map_err(|_| Problem::field("minutes", Fault::NotANumber))?,
                };
                if !(0..=1440).contains(&minutes) {
                    return Err(Problem::field("minutes", Fault::OutOfRange));
                }
                let direction = if incoming { Direction::Incoming } else { Direction::Outgoing };
                Ok(Some(Logged::Call(CallLog { direction, outcome, minutes, note: text })))
            }
            "note" | "meeting" if text.trim().is_empty() => Err(Problem::field("text", Fault::Required)),
            "note" => Ok(Some(Logged::Note { text })),
            "meeting" => Ok(Some(Logged::Meeting { text })),
            "task" => Ok(None),
            _ => Err(Problem::field("kind", Fault::Unknown)),
        }
    }

    pub fn next_step(kind: &str, title: &str, at: &str) -> Outcome<Option<NextStep>> {
        if title.trim().is_empty() {
            return if at.trim().is_empty() {
                Ok(None)
            } else {
                Err(Problem::field("next_title", Fault::Required))
            };
        }
        if at.trim().is_empty() {
            return Err(Problem::field("next_at", Fault::Required));
        }
        let kind = TaskKind::from_code(kind).filter(|kind| *kind != TaskKind::FirstCall);
        let kind = kind.ok_or_else(|| Problem::field("next_kind", Fault::Unknown))?;
        Ok(Some(NextStep {
            kind,
            title: title.trim().to_owned(),
            due_at: crate::ctx::instant("next_at", at)?,
        }))
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::activity::{CallOutcome, Direction, Logged};
    use domain::{Fault, Problem};

    use super::typed;

    #[test]
    fn the_composer_names_what_is_missing() {
        let logged = |kind: &str, outcome, minutes: &str, text: &str| {
            typed::logged(kind, outcome, false, minutes, text.to_owned())
        };
        assert_eq!(logged("call", None, "", ""), Err(Problem::field("outcome", Fault::Required)));
        assert_eq!(
            logged("call", Some("reached"), "six", ""),
            Err(Problem::field("minutes", Fault::NotANumber))
        );
        assert_eq!(
            logged("call", Some("reached"), "9999", ""),
            Err(Problem::field("minutes", Fault::OutOfRange))
        );
        assert_eq!(logged("note", None, "", "  "), Err(Problem::field("text", Fault::Required)));
        assert_eq!(logged("task", None, "", ""), Ok(None));
        let call = logged("call", Some("no_answer"), " 6 ", "🙂").unwrap().unwrap();
        let Logged::Call(call) = call else { panic!("a call was logged") };
        assert_eq!(
            (call.direction, call.outcome, call.minutes),
            (Direction::Outgoing, CallOutcome::NoAnswer, 6)
        );
    }

    #[test]
    fn a_next_step_is_whole_or_none() {
        assert_eq!(typed::next_step("call", "", ""), Ok(None));
        assert_eq!(
            typed::next_step("call", "", "2026-11-24T11:00"),
            Err(Problem::field("next_title", Fault::Required))
        );
        assert_eq!(
            typed::next_step("call", "Call back", ""),
            Err(Problem::field("next_at", Fault::Required))
        );
        assert_eq!(
            typed::next_step("first_call", "Call", "2026-11-24T11:00"),
            Err(Problem::field("next_kind", Fault::Unknown))
        );
        assert_eq!(
            typed::next_step("call", "Call", "24.11"),
            Err(Problem::field("next_at", Fault::NotADate))
        );
    }
}
