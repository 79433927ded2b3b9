//! Asking the client for a rating.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Actor};
use domain::activity::Happening;
use domain::feedback::{Feedback, PublicSurvey, check_score};
use domain::id::{DealId, SurveyId};
use domain::input::Checks;
use domain::{Lang, Outcome, Problem};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use crate::db::Tx;
use crate::entity::{contact, deal, survey};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::outbox::Mail;
use crate::{Db, deals, token};

/// What links to surveys are derived for.
const PURPOSE: &str = "survey";
/// Days that a link can be answered.
const ANSWERABLE_DAYS: i64 = 30;

/// The path of the client's page.
pub(crate) fn path(db: &Db, survey: SurveyId, nonce: &str) -> String {
    format!("/s/{}", token::derive(db, PURPOSE, survey.0, nonce))
}

/// Asks for a rating: a link, and a mail when there is an address. Asked again, there is a new link and the old one stops
/// working; an answer that was given stays until it is changed. `origin` is the configured public address.
pub async fn ask(
    db: &Db,
    actor: &Actor,
    deal: DealId,
    email: &str,
    origin: &str,
    lang: Lang,
) -> Outcome<Feedback> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = deals::load(tx, actor, Action::Write, deal).await?;
        let mut checks = Checks::new();
        let email = checks.email("email", email);
        checks.finish()?;
        let survey = renew(db, tx, &deal, &email, lang).await?;
        let path = path(db, SurveyId(survey.id), &survey.nonce);
        if !email.is_empty() {
            let link = format!("{}{path}", origin.trim_end_matches('/'));
            tx.mail(letter(tx, &deal, &reference.settings.company, &email, &link, lang).await?).await?;
        }
        tx.activity(actor, deal.links(), Happening::FeedbackAsked { to: email.clone() }).await?;
        tx.audit(actor, "ask", "survey", survey.id, json!({ "deal": deal.id, "to": email })).await?;
        tx.changed(deal.change());
        Ok(Feedback {
            id: SurveyId(survey.id),
            deal: deal.id(),
            asked_at: survey.asked_at,
            sent_to: survey.sent_to,
            answered_at: survey.answered_at,
            score: survey.score,
            comment: survey.comment,
            public_path: Some(path),
        })
    })
    .await
}

/// The deal's survey under a new link.
async fn renew(db: &Db, tx: &Tx, deal: &deal::Model, email: &str, lang: Lang) -> Outcome<survey::Model> {
    let before =
        survey::Entity::find().filter(survey::Column::DealId.eq(deal.id)).one(tx.conn()).await.db()?;
    let id = before.as_ref().map_or_else(new_id, |survey| survey.id);
    let nonce = token::random()?;
    let mut asked = survey::ActiveModel {
        id: Set(id),
        deal_id: Set(deal.id),
        token_hash: Set(token::hash(&token::derive(db, PURPOSE, id, &nonce))),
        nonce: Set(nonce),
        asked_at: Set(tx.now()),
        expires_at: Set(tx.now() + TimeDelta::days(ANSWERABLE_DAYS)),
        sent_to: Set(email.to_owned()),
        lang: Set(lang.code().to_owned()),
        ..Default::default()
    };
    if before.is_some() {
        asked.update(tx.conn()).await.db()
    } else {
        asked.comment = Set(String::new());
        asked.insert(tx.conn()).await.db()
    }
}

async fn letter(
    tx: &Tx,
    deal: &deal::Model,
    company: &str,
    to: &str,
    link: &str,
    lang: Lang,
) -> Outcome<Mail> {
    let contact = match deal.contact_id {
        Some(id) => contact::Entity::find_by_id(id).one(tx.conn()).await.db()?,
        None => None,
    };
    let to_name = contact.map(|contact| contact.name).unwrap_or_default();
    let name = if to_name.is_empty() { String::new() } else { format!(", {to_name}") };
    let title = &deal.title;
    let (subject, text) = match lang {
        Lang::En => (
            format!("How did we do? {company} asks for your rating"),
            format!(
                "Hello{name}!\n\nWe have worked for you on “{title}”. How likely are you to recommend us, from 0 to 10?\n\
                 One click is enough:\n{link}\n\nThank you!\n{company}\n"
            ),
        ),
        Lang::Ru => (
            format!("Как мы справились? {company} просит оценку"),
            format!(
                "Здравствуйте{name}!\n\nМы работали для вас: «{title}». Порекомендуете ли вы нас? Оцените от 0 до 10.\n\
                 Достаточно одного нажатия:\n{link}\n\nСпасибо!\n{company}\n"
            ),
        ),
    };
    Ok(Mail {
        to: to.to_owned(),
        to_name,
        subject,
        text,
        message_id: format!("<survey-{}@millrace>", new_id()),
    })
}

/// The rating page behind a client's link.
pub async fn public(db: &Db, token: &str) -> Outcome<PublicSurvey> {
    let reference = db.reference().await?;
    let survey = find(db.read(), token, db.now()).await?;
    let deal = deal::Entity::find_by_id(survey.deal_id).one(db.read()).await.db()?;
    Ok(PublicSurvey {
        seller: reference.settings.company.clone(),
        deal_title: deal.ok_or_else(|| broken("a survey about no deal"))?.title,
        answered: survey.score,
        lang: Lang::from_tag(&survey.lang).unwrap_or(reference.settings.lang),
    })
}

/// The client's rating; it can be changed until the link expires.
pub async fn answer(db: &Db, token: &str, score: i32, comment: &str) -> Outcome<()> {
    db.write(async |tx| {
        let survey = find(tx.conn(), token, tx.now()).await?;
        let score = check_score(score)?;
        let mut checks = Checks::new();
        let comment = checks.paragraph("comment", comment, 4000);
        checks.finish()?;
        if survey.score == Some(score) && survey.comment == comment {
            return Ok(());
        }
        let deal = deals::load(tx, &Actor::SYSTEM, Action::Write, DealId(survey.deal_id)).await?;
        survey::ActiveModel {
            id: Set(survey.id),
            score: Set(Some(score)),
            comment: Set(comment.clone()),
            answered_at: Set(Some(tx.now())),
            ..Default::default()
        }
        .update(tx.conn())
        .await
        .db()?;
        tx.audit(&Actor::SYSTEM, "answer", "survey", survey.id, json!({ "score": score })).await?;
        tx.activity(&Actor::SYSTEM, deal.links(), Happening::FeedbackGiven { score, comment }).await?;
        tx.changed(deal.change());
        Ok(())
    })
    .await
}

async fn find(conn: &impl ConnectionTrait, token: &str, now: DateTime<Utc>) -> Outcome<survey::Model> {
    let survey = survey::Entity::find()
        .filter(survey::Column::TokenHash.eq(token::hash(token)))
        .one(conn)
        .await
        .db()?
        .ok_or(Problem::NotFound)?;
    if survey.expires_at <= now { Err(Problem::Expired) } else { Ok(survey) }
}
