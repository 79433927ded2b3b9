//! The mail that tells people of their new lead: whoever calls back first gets the client.

use chrono::TimeDelta;
use domain::id::LeadId;
use domain::user::Standing;
use domain::{Lang, Outcome};
use sea_orm::EntityTrait;

use crate::calendar;
use crate::db::Tx;
use crate::entity::lead;
use crate::error::OrProblem;
use crate::outbox::Mail;
use crate::reference::Reference;

/// News that are older help nobody.
pub(crate) const NEWS_FOR: TimeDelta = TimeDelta::days(1);

/// The mail to whose lead it is now; `None` where there is nobody, or the client was answered already. `site` is the configured
/// public address.
pub(crate) async fn letter(tx: &Tx, reference: &Reference, id: LeadId, site: &str) -> Outcome<Option<Mail>> {
    let Some(lead) = lead::Entity::find_by_id(id.0).one(tx.conn()).await.db()? else { return Ok(None) };
    let waits = lead.first_response_at.is_none() && lead.status().is_open();
    let owner = lead.whose().owner.and_then(|id| reference.user(id));
    let Some(to) = owner.filter(|to| waits && to.active && to.standing == Standing::Joined) else {
        return Ok(None);
    };
    let lead = lead.seen_by(&reference.actor(to));
    let due = lead.call_due_at.map(|due| calendar::time(due, &to.time_zone)).unwrap_or_default();
    let link = format!("{}/leads/{id}", site.trim_end_matches('/'));
    let words = match to.lang {
        Lang::En => ["New lead", "Phone", "E-mail", "Company", "Channel", "Keyword", "Call by"],
        Lang::Ru => ["Новая заявка", "Телефон", "Почта", "Компания", "Канал", "Запрос", "Позвонить до"],
    };
    let [new, phone, email, company, channel, keyword, call_by] = words;
    let facts = [
        (phone, &lead.phone_raw),
        (email, &lead.email),
        (company, &lead.company),
        (channel, &lead.channel),
        (keyword, &lead.keyword),
        (call_by, &due),
    ];
    let facts: String = facts
        .into_iter()
        .filter(|(_, fact)| !fact.is_empty())
        .map(|(name, fact)| format!("{name}: {fact}\n"))
        .collect();
    let message = if lead.message.is_empty() { String::new() } else { format!("\n{}\n", lead.message) };
    Ok(Some(Mail {
        to: to.email.clone(),
        to_name: to.name.clone(),
        subject: format!("{new}: {}", lead.name),
        text: format!("{new}: {}\n\n{facts}{message}\n{link}\n", lead.name),
        message_id: format!("<lead-{id}@millrace>"),
    }))
}
