//! What happened in 90 days: 60 leads, 40 deals in every stage, and what is planned around today.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use domain::Problem;
use domain::access::{Actor, Sharing};
use domain::activity::{CallLog, CallOutcome, Direction, LogActivity, Logged, Subject};
use domain::attribution::RawAttribution;
use domain::catalog::Service;
use domain::deal::{DealFilter, NewDeal};
use domain::form::NewSubmission;
use domain::id::{DealId, LeadId};
use domain::lead::ConvertLead;
use domain::share::With;
use domain::task::{NewTask, TaskKind};
use domain::user::User;

use super::company::Staff;
use super::walk::{Stage, send_offer, walk};
use super::{DAYS, Demo, forms, words};

const LEADS: usize = 60;
/// Leads that became deals; four more deals come from old clients.
const CONVERTED: usize = 36;
/// Leads whose form was sent with a consent; the first of them takes it back.
const AGREED: [usize; 2] = [1, LEADS - 1];

/// 60 leads, 40 deals.
pub async fn leads_and_deals(demo: &Demo, staff: &Staff, services: &[Service]) -> Result<(), Problem> {
    let admin = staff.admin.actor();
    let pipeline =
        store::settings::pipelines(&demo.db, &admin).await?.into_iter().next().ok_or(Problem::Internal)?;
    let reasons =
        store::settings::loss_reasons(&demo.db, &admin).await?.into_iter().map(|reason| reason.id).collect();
    let stage = Stage { pipeline, reasons, services };
    for index in 0..LEADS {
        // Evenly over the days; the last three today, still waiting for their first call.
        let fresh = index >= LEADS - 3;
        let born = if fresh {
            demo.at(demo.now, [-100, -40, -15][index + 3 - LEADS])
        } else {
            let day = DAYS * index as i64 / LEADS as i64;
            demo.at(working_hour(demo.now - TimeDelta::days(DAYS - day)), (index as i64 * 37) % 420)
        };
        let lead = submit(demo, index).await?;
        if fresh {
            continue;
        }
        let owner = owner_of(demo, staff, lead).await?;
        first_call(demo, &owner, lead, born, index).await?;
        if index == AGREED[0] {
            withdraw(demo, &owner, lead).await?;
        }
        if index < CONVERTED + 12 && index % 4 != 3 {
            let deal = convert(demo, &owner, lead, born, index).await?;
            walk(demo, staff, &stage, &owner, deal, born, index).await?;
        } else if index % 4 == 3 && index < LEADS - 8 {
            demo.at(born, 26 * 60);
            let version = store::leads::show(&demo.db, &owner.actor(), lead).await?.version;
            let reason = stage.reasons.get(index % stage.reasons.len().max(1)).copied();
            store::leads::disqualify(&demo.db, &owner.actor(), lead, version, reason, "").await?;
        }
    }
    for index in 0..4 {
        let owner = &staff.reps[index % staff.reps.len()];
        let born = demo.at(working_hour(demo.now - TimeDelta::days(40 - index as i64 * 9)), 90);
        let title = demo.say("Support, next year", "Сопровождение на следующий год").to_owned();
        let new = NewDeal {
            title,
            contact: None,
            account: None,
            amount: None,
            expected_close: None,
            pipeline: None,
        };
        let deal = store::deals::create(&demo.db, &owner.actor(), new).await?;
        walk(demo, staff, &stage, owner, deal, born, index + 2).await?;
    }
    fresh_offers(demo, staff, &stage).await?;
    share_one(demo, staff).await
}

/// A deal that its owner works on together with a colleague.
async fn share_one(demo: &Demo, staff: &Staff) -> Result<(), Problem> {
    let deals = store::deals::list(&demo.db, &staff.admin.actor(), DealFilter::default()).await?.rows;
    let Some(deal) = deals.first() else { return Ok(()) };
    let owner = deal.owner.as_ref().map(|owner| owner.id);
    let Some(colleague) = staff.reps.iter().find(|rep| Some(rep.id) != owner) else { return Ok(()) };
    let (on, with) = (Subject::Deal(deal.id), With::User(colleague.id));
    store::shares::share(&demo.db, &staff.head.actor(), on, with, Sharing::Write).await
}

/// Three offers that wait for an answer now: those of the past were answered or ran out.
async fn fresh_offers(demo: &Demo, staff: &Staff, stage: &Stage<'_>) -> Result<(), Problem> {
    let prepare = stage.pipeline.open_stages().nth(1).map(|stage| stage.id);
    let filter = DealFilter { stage: prepare, ..DealFilter::default() };
    let deals = store::deals::list(&demo.db, &staff.admin.actor(), filter).await?.rows;
    for (index, deal) in deals.iter().take(3).enumerate() {
        demo.at(demo.now, -60 * (20 + index as i64 * 9));
        send_offer(demo, stage, &staff.head, deal.id, index).await?;
    }
    Ok(())
}

/// Tasks due yesterday, today and tomorrow on open deals; a few deals are left without a next step.
pub async fn plans(demo: &Demo, staff: &Staff) -> Result<(), Problem> {
    demo.clock.set(demo.now);
    let deals = store::deals::list(&demo.db, &staff.admin.actor(), DealFilter::default()).await?.rows;
    for (index, deal) in deals.iter().enumerate() {
        let Some(owner) =
            deal.owner.as_ref().and_then(|owner| staff.reps.iter().find(|rep| rep.id == owner.id))
        else {
            continue;
        };
        let hours = match index % 6 {
            0 => -20,
            1 => 3,
            2 => 26,
            3 => 5,
            4 => 24 * 6,
            _ => continue,
        };
        let (kind, title) = match index % 3 {
            0 => (TaskKind::Call, demo.say("Ask about the dates", "Спросить о сроках")),
            1 => (TaskKind::Meeting, demo.say("Agree the scope", "Согласовать состав работ")),
            _ => (TaskKind::Mail, demo.say("Send the estimate", "Отправить смету")),
        };
        let due_at = demo.now + TimeDelta::hours(hours);
        let task = NewTask { kind, title: title.into(), due_at, assignee: None, on: Subject::Deal(deal.id) };
        store::tasks::create(&demo.db, &owner.actor(), task).await?;
    }
    Ok(())
}

async fn submit(demo: &Demo, index: usize) -> Result<LeadId, Problem> {
    let (landing_url, referrer) = words::way(demo.lang, index);
    let mut fields = BTreeMap::from([
        ("name".to_owned(), words::name(demo.lang, index).to_owned()),
        ("phone".to_owned(), words::phone(demo.lang, index)),
        ("email".to_owned(), format!("client{index}@mail.example")),
        ("company".to_owned(), words::firm(demo.lang, index).to_owned()),
        ("message".to_owned(), words::request(demo.lang, index).to_owned()),
    ]);
    if AGREED.contains(&index) {
        fields.insert(domain::consent::FIELD.to_owned(), "true".to_owned());
    }
    // Every tenth came through the other form.
    let slug = if index % 10 == 4 { forms::AUDIT } else { "call-back" };
    if slug == forms::AUDIT {
        fields.extend(forms::answers(demo, index));
    }
    let attribution = RawAttribution { landing_url, referrer: referrer.into(), ..RawAttribution::default() };
    let submission = NewSubmission { fields, attribution, lang: Some(demo.lang) };
    Ok(store::intake::submit(&demo.db, slug, submission, None).await?.id)
}

/// Leads went to the reps in turn; the story goes on with whoever got it.
async fn owner_of(demo: &Demo, staff: &Staff, lead: LeadId) -> Result<User, Problem> {
    let owner = store::leads::show(&demo.db, &Actor::SYSTEM, lead).await?.whose.owner;
    Ok(staff.reps.iter().find(|rep| Some(rep.id) == owner).unwrap_or(&staff.head).clone())
}

async fn first_call(
    demo: &Demo,
    owner: &User,
    lead: LeadId,
    born: DateTime<Utc>,
    index: usize,
) -> Result<(), Problem> {
    demo.at(born, 8 + (index as i64 * 13) % 75);
    let note = demo.say(
        "Works with an outside admin, not happy. Decides by the end of the month.",
        "Приходящий админ не успевает. Решают до конца месяца.",
    );
    let call = CallLog {
        direction: Direction::Outgoing,
        outcome: CallOutcome::Reached,
        minutes: 3 + index as i32 % 9,
        note: note.into(),
    };
    let entry = LogActivity { on: Subject::Lead(lead), what: Logged::Call(call), next: None };
    store::activities::log(&demo.db, &owner.actor(), entry).await
}

async fn withdraw(demo: &Demo, owner: &User, lead: LeadId) -> Result<(), Problem> {
    let record = store::leads::record(&demo.db, &owner.actor(), lead, None).await?;
    let why = demo.say("Asked for it on the phone", "Попросил по телефону");
    for consent in record.consents {
        store::consents::withdraw(&demo.db, &owner.actor(), consent.id, why).await?;
    }
    Ok(())
}

async fn convert(
    demo: &Demo,
    owner: &User,
    lead: LeadId,
    born: DateTime<Utc>,
    index: usize,
) -> Result<DealId, Problem> {
    demo.at(born, 150);
    let actor = owner.actor();
    let proposal = store::leads::propose(&demo.db, &actor, lead).await?;
    let decision = ConvertLead {
        lead,
        version: proposal.version,
        contact: proposal.contacts.first().map(|found| found.id),
        contact_name: proposal.contact_name,
        account: proposal.accounts.first().map(|found| found.id),
        account_name: words::firm(demo.lang, index).into(),
        deal_title: words::request(demo.lang, index).into(),
        amount: None,
        pipeline: None,
    };
    Ok(store::leads::convert(&demo.db, &actor, decision).await?.deal)
}

/// Nine o'clock UTC of that day, moved off a weekend.
fn working_hour(day: DateTime<Utc>) -> DateTime<Utc> {
    let shift = match day.weekday() {
        Weekday::Sat => -1,
        Weekday::Sun => -2,
        _ => 0,
    };
    let day = day + TimeDelta::days(shift);
    day.date_naive().and_hms_opt(9, 0, 0).map_or(day, |at| at.and_utc())
}
