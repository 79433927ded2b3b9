//! What happened, as a sentence in the reader's language.

use domain::Lang;
use domain::activity::{Activity, CallOutcome, Direction, Happening};
use domain::form::Said;

use crate::ctx::Format;

/// How an event reads.
pub struct Words {
    pub icon: &'static str,
    pub head: String,
    /// Who and what else, after the head.
    pub rest: String,
    /// Words of a person.
    pub quote: String,
    /// The record that it tells of.
    pub link: Option<String>,
    /// A step forward of the sale: marked by the accent.
    pub moved: bool,
}

/// The parts of a call's, meeting's or note's line that are there.
fn list(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", ")
}

/// What a call came to.
pub fn outcome(lang: Lang, outcome: CallOutcome) -> String {
    match outcome {
        CallOutcome::Reached => tr!(lang, timeline.outcome_reached),
        CallOutcome::NoAnswer => tr!(lang, timeline.outcome_no_answer),
        CallOutcome::WrongNumber => tr!(lang, timeline.outcome_wrong_number),
    }
}

/// The words of one event.
#[expect(clippy::too_many_lines, reason = "one arm per kind of event")]
pub fn words(format: &Format, activity: &Activity) -> Words {
    let lang = format.lang;
    let who = activity.who.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let plain = |icon: &'static str, head: String, rest: String| Words {
        icon,
        head,
        rest,
        quote: String::new(),
        link: None,
        moved: false,
    };
    match &activity.what {
        Happening::FormSubmitted { form, site, message, answers } => Words {
            quote: asked(lang, message, answers),
            moved: true,
            ..plain(
                "form",
                tr!(lang, timeline.form_submitted, form = form.get(lang).to_owned()),
                site.clone(),
            )
        },
        Happening::LeadEntered => plain("lead", tr!(lang, timeline.lead_entered), who),
        Happening::Call(call) => {
            let head = match (call.direction, call.minutes) {
                (Direction::Outgoing, 0) => tr!(lang, timeline.call),
                (Direction::Outgoing, n) => tr!(lang, timeline.call_minutes, n = n),
                (Direction::Incoming, 0) => tr!(lang, timeline.call_in),
                (Direction::Incoming, n) => tr!(lang, timeline.call_in_minutes, n = n),
            };
            Words {
                quote: call.note.clone(),
                ..plain("call", head, list(&[&who, &outcome(lang, call.outcome).to_lowercase()]))
            }
        }
        Happening::Note { text } => {
            Words { quote: text.clone(), ..plain("note", tr!(lang, timeline.note), who) }
        }
        Happening::Meeting { text } => {
            Words { quote: text.clone(), ..plain("meet", tr!(lang, timeline.meeting), who) }
        }
        Happening::TaskMade { task, title, due_at } => {
            let title = crate::text::task_title(lang, *task, title);
            let due = tr!(lang, timeline.due, when = format.near(*due_at));
            plain("task", tr!(lang, timeline.task_made), list(&[&title, &due]))
        }
        Happening::TaskDone { task, title } => plain(
            "check",
            tr!(lang, timeline.task_done),
            list(&[&crate::text::task_title(lang, *task, title), &who]),
        ),
        Happening::Converted { deal, title } => Words {
            link: Some(format!("/deals/{deal}")),
            moved: true,
            ..plain("arrow", tr!(lang, timeline.converted), list(&[title, &who]))
        },
        Happening::Disqualified { reason, note } => Words {
            quote: note.clone(),
            ..plain("stop", tr!(lang, timeline.disqualified), list(&[reason.get(lang), &who]))
        },
        Happening::LeadReopened { note } => {
            Words { quote: note.clone(), ..plain("undo", tr!(lang, timeline.lead_reopened), who) }
        }
        Happening::Assigned { to } => plain("people", tr!(lang, timeline.assigned, name = to.clone()), who),
        Happening::DealOpened { stage } => Words {
            moved: true,
            ..plain("board", tr!(lang, timeline.deal_opened), list(&[stage.get(lang), &who]))
        },
        Happening::StageChanged { from, to, reason } => {
            let head = tr!(
                lang,
                timeline.stage_changed,
                from = from.get(lang).to_owned(),
                to = to.get(lang).to_owned()
            );
            Words { quote: reason.clone(), moved: true, ..plain("right", head, who) }
        }
        Happening::Waived { item, reason } => {
            let head = tr!(lang, timeline.waived, item = crate::text::refusal(lang, item));
            Words { quote: reason.clone(), ..plain("shield", head, who) }
        }
        Happening::Won { amount } => {
            let sum = amount.map(|money| format.money(money)).unwrap_or_default();
            Words { moved: true, ..plain("star", tr!(lang, timeline.won), list(&[&sum, &who])) }
        }
        Happening::Lost { reason, note } => Words {
            quote: note.clone(),
            ..plain("stop", tr!(lang, timeline.lost), list(&[reason.get(lang), &who]))
        },
        Happening::Reopened { stage } => {
            plain("undo", tr!(lang, timeline.reopened), list(&[stage.get(lang), &who]))
        }
        Happening::OfferSent { offer, number, revision, total, to } => {
            let sum = format.money(*total);
            let rest =
                tr!(lang, timeline.offer_sent_rest, revision = *revision, total = sum, to = to.clone());
            let head = tr!(lang, timeline.offer_sent, number = number.clone());
            Words { link: Some(format!("/offers/{offer}")), ..plain("send", head, list(&[&rest, &who])) }
        }
        Happening::OfferViewed { offer, number } => Words {
            link: Some(format!("/offers/{offer}")),
            ..plain("eye", tr!(lang, timeline.offer_viewed, number = number.clone()), String::new())
        },
        Happening::OfferAccepted { offer, number, by } => Words {
            link: Some(format!("/offers/{offer}")),
            moved: true,
            ..plain("check", tr!(lang, timeline.offer_accepted, number = number.clone()), by.clone())
        },
        Happening::OfferDeclined { offer, number, reason } => Words {
            link: Some(format!("/offers/{offer}")),
            quote: reason.clone(),
            ..plain("close", tr!(lang, timeline.offer_declined, number = number.clone()), String::new())
        },
        Happening::ActIssued { act: _, number, total } => plain(
            "offer",
            tr!(lang, timeline.act_issued, number = number.clone()),
            list(&[&format.money(*total), &who]),
        ),
        Happening::ActSigned { act: _, number, by } => Words {
            moved: true,
            ..plain("check", tr!(lang, timeline.act_signed, number = number.clone()), by.clone())
        },
        Happening::FeedbackAsked { to } => {
            plain("star", tr!(lang, timeline.feedback_asked), list(&[to, &who]))
        }
        Happening::FeedbackGiven { score, comment } => Words {
            quote: comment.clone(),
            moved: true,
            ..plain("star", tr!(lang, timeline.feedback_given, score = *score), String::new())
        },
        Happening::ConsentGiven { how } => {
            Words { quote: how.clone(), ..plain("shield", tr!(lang, timeline.consent_given), who) }
        }
        Happening::ConsentWithdrawn { reason } => {
            Words { quote: reason.clone(), ..plain("undo", tr!(lang, timeline.consent_withdrawn), who) }
        }
        Happening::Imported { source } => plain("download", tr!(lang, timeline.imported), source.clone()),
    }
}

/// What the visitor wrote, and below it what they answered to the form's other questions.
fn asked(lang: Lang, message: &str, answers: &[Said]) -> String {
    let answers = answers.iter().map(|said| format!("{}: {}", said.label.get(lang), said.value.get(lang)));
    let written = Some(message.to_owned()).filter(|message| !message.is_empty());
    written.into_iter().chain(answers).collect::<Vec<_>>().join("\n")
}
