//! The client's rating.

use domain::feedback::PublicSurvey;
use domain::{Lang, Problem};
use leptos::prelude::*;

use super::{Visit, bar, document, failed, fault};
use crate::ui::field::inside_text;

/// What the client chose and typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rating {
    pub score: Option<i32>,
    pub comment: String,
}

/// The rating page; after an answer it thanks, and the rating can be changed.
pub fn survey(
    visit: &Visit,
    survey: &PublicSurvey,
    token: &str,
    typed: &Rating,
    problem: Option<&Problem>,
) -> String {
    let lang = visit.lang;
    let chosen = typed.score.or(survey.answered);
    document(visit, tr!(lang, public.survey_title), || {
        let questions = questions(lang, token, chosen, typed, problem);
        let body = match survey.answered.filter(|_| problem.is_none()) {
            Some(score) => view! {
                <h1>{tr!(lang, public.survey_thanks)}</h1>
                <p role="status">{tr!(lang, public.survey_kept, score = score)}</p>
                <details><summary>{tr!(lang, public.survey_change)}</summary>{questions}</details>
            }
            .into_any(),
            None => view! {
                <h1>{tr!(lang, public.survey_title)}</h1>
                <p class="soft">{survey.deal_title.clone()}</p>
                {questions}
            }
            .into_any(),
        };
        view! {
            {bar(&survey.seller, ())}
            <main class="doc-single"><section class="doc-card">{body}</section></main>
        }
        .into_any()
    })
}

fn questions(
    lang: Lang,
    token: &str,
    chosen: Option<i32>,
    typed: &Rating,
    problem: Option<&Problem>,
) -> AnyView {
    let fault_of = |field: &str| problem.and_then(|problem| problem.fault_of(field));
    let scores = (0..=10).map(|score| {
        view! {
            <label class="score">
                <input type="radio" name="score" value=score required=true checked=chosen == Some(score)/>
                <span>{score}</span>
            </label>
        }
    });
    view! {
        <form class="stack" method="post" action=format!("/s/{token}")>
            <fieldset aria-describedby=fault_of("score").map(|_| "score-e")>
                <legend>{tr!(lang, public.survey_question)}</legend>
                <div class="scores">{scores.collect_view()}</div>
                <p class="row muted"><span>{tr!(lang, public.survey_low)}</span><span class="push">{tr!(lang, public.survey_high)}</span></p>
                {fault(lang, "score-e".into(), fault_of("score"))}
            </fieldset>
            <div class="field">
                <label for="comment">{tr!(lang, public.comment)}</label>
                <textarea class="textarea" id="comment" name="comment" rows="4" maxlength="4000"
                    aria-invalid=fault_of("comment").map(|_| "true") aria-describedby=fault_of("comment").map(|_| "comment-e")>
                    {inside_text(&typed.comment)}
                </textarea>
                {fault(lang, "comment-e".into(), fault_of("comment"))}
            </div>
            {failed(lang, problem)}
            <button class="button primary large" type="submit">{tr!(lang, public.survey_send)}</button>
        </form>
    }
    .into_any()
}
