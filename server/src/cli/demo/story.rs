//! What happened in 90 days: 60 leads, 40 deals in every stage, and what is planned around today.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use domain::Problem;
use domain::access::{Actor, Sharing};
use domain::activity::{CallLog, CallOutcome, Direction, LogActivity, Logged, Subject};
use domain::attribution::RawAttribution;
use domain::catalog::Service;
use domain::deal::{DealFilter, EditDeal, MoveDeal, NewDeal};
use domain::form::NewSubmission;
use domain::id::{DealId, LeadId, LineId, LossReasonId, OfferId};
use domain::lead::ConvertLead;
use domain::offer::{OfferAnswer, OfferLine, SaveOffer, SendOffer};
use domain::pipeline::{Pipeline, StageKind};
use domain::share::With;
use domain::task::{NewTask, TaskKind};
use domain::user::User;

use super::company::Staff;
use super::{DAYS, Demo, forms, process, words};

const LEADS: usize = 60;
/// Leads that became deals; four more deals come from old clients.
const CONVERTED: usize = 36;
/// Where the deals stand, by how far they came: open stages 0–4, won, lost.
const ENDS: [End; 10] = [
    End::Open(0),
    End::Won,
    End::Open(2),
    End::Lost(1),
    End::Open(1),
    End::Won,
    End::Open(3),
    End::Lost(2),
    End::Open(4),
    End::Open(0),
];
/// Leads whose form was sent with a consent; the first of them takes it back.
const AGREED: [usize; 2] = [1, LEADS - 1];
const ORIGIN: &str = "https://crm.north-bridge.example";

#[derive(Clone, Copy)]
enum End {
    Open(usize),
    Won,
    /// Lost out of that open stage.
    Lost(usize),
}

/// The company as the stories need it.
struct Stage<'a> {
    pipeline: Pipeline,
    reasons: Vec<LossReasonId>,
    services: &'a [Service],
}

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

/// Takes the deal as far as its end, with an offer from the third stage on, an act and a rating where it was won.
async fn walk(
    demo: &Demo,
    staff: &Staff,
    stage: &Stage<'_>,
    owner: &User,
    deal: DealId,
    born: DateTime<Utc>,
    index: usize,
) -> Result<(), Problem> {
    let actor = owner.actor();
    let end = ENDS[index % ENDS.len()];
    let last = match end {
        End::Open(at) | End::Lost(at) => at,
        End::Won => 4,
    };
    // Young deals cannot have come far: the story ends at the present.
    let step = |n: usize| born + TimeDelta::minutes(300) + TimeDelta::days(3 * n as i64 + index as i64 % 2);
    let open: Vec<_> = stage.pipeline.open_stages().collect();
    let mut offer = None;
    for (n, to) in open.iter().enumerate().skip(1).take(last) {
        if step(n) >= demo.now {
            return Ok(());
        }
        demo.clock.set(step(n));
        if n == 2 {
            offer = Some(send_offer(demo, stage, owner, deal, index).await?);
        }
        if n == 3
            && let Some(offer) = offer
        {
            accept(demo, &actor, offer, words::name(demo.lang, index)).await?;
        }
        process::tick_all(demo, &actor, deal, open[n - 1]).await?;
        advance(demo, &actor, deal, to.id, None).await?;
    }
    let finish = step(last + 1);
    if finish >= demo.now {
        return Ok(());
    }
    demo.clock.set(finish);
    match end {
        End::Open(4) => wrap_up(demo, &actor, deal, finish, index).await.map(|_| ()),
        End::Open(_) => Ok(()),
        End::Lost(_) => {
            let lost = stage.pipeline.of_kind(StageKind::Lost).ok_or(Problem::Internal)?;
            process::finish_tasks(demo, &actor, deal, &stage.pipeline).await?;
            advance(
                demo,
                &actor,
                deal,
                lost.id,
                stage.reasons.get(index % stage.reasons.len().max(1)).copied(),
            )
            .await
        }
        End::Won => {
            let token = wrap_up(demo, &actor, deal, finish, index).await?;
            demo.at(finish, 120);
            let score = [10, 9, 8, 10, 6, 9][index % 6];
            let comment = demo.say("On time and without fuss.", "В срок и без лишних слов.");
            store::feedback::answer(&demo.db, &token, score, if score >= 8 { comment } else { "" }).await?;
            let won = stage.pipeline.of_kind(StageKind::Won).ok_or(Problem::Internal)?;
            let actor = if index.is_multiple_of(2) { actor } else { staff.head.actor() };
            advance(demo, &actor, deal, won.id, None).await
        }
    }
}

/// The act, signed, and the client asked for a rating; answers the token of the question.
async fn wrap_up(
    demo: &Demo,
    actor: &Actor,
    deal: DealId,
    at: DateTime<Utc>,
    index: usize,
) -> Result<String, Problem> {
    let act = store::acts::create(&demo.db, actor, deal).await?;
    demo.at(at, 30);
    let version = store::acts::show(&demo.db, actor, act).await?.row.version;
    store::acts::sign(&demo.db, actor, act, version, words::name(demo.lang, index)).await?;
    let client = format!("client{index}@mail.example");
    let asked = store::feedback::ask(&demo.db, actor, deal, &client, ORIGIN, demo.lang).await?;
    let token = asked.public_path.as_deref().and_then(|path| path.rsplit('/').next());
    Ok(token.unwrap_or_default().to_owned())
}

async fn advance(
    demo: &Demo,
    actor: &Actor,
    deal: DealId,
    to: domain::id::StageId,
    loss_reason: Option<LossReasonId>,
) -> Result<(), Problem> {
    let version = store::deals::show(&demo.db, actor, deal).await?.version;
    let step = MoveDeal { id: deal, version, to, loss_reason, note: String::new() };
    store::deals::advance(&demo.db, actor, step).await.map(|_| ())
}

async fn send_offer(
    demo: &Demo,
    stage: &Stage<'_>,
    owner: &User,
    deal: DealId,
    index: usize,
) -> Result<OfferId, Problem> {
    let actor = owner.actor();
    let id = store::offers::create(&demo.db, &actor, deal).await?;
    let draft = store::offers::show(&demo.db, &actor, id).await?;
    let lines = (0..2 + index % 3)
        .filter_map(|n| stage.services.get((index * 3 + n * 4) % stage.services.len().max(1)))
        .map(|service| OfferLine {
            id: LineId(uuid::Uuid::nil()),
            service: Some(service.id),
            name: service.name.get(demo.lang).into(),
            description: String::new(),
            unit: service.unit.get(demo.lang).into(),
            quantity_milli: 1000 * (1 + (index as i64 * 5) % 24),
            price_minor: service.price.minor,
            discount_bp: if index.is_multiple_of(3) { 500 } else { 0 },
            vat_bp: service.vat_bp,
        })
        .collect();
    let save = SaveOffer {
        id,
        version: draft.version,
        title: draft.revision.title,
        intro: demo
            .say(
                "As we agreed on the phone, here is what we propose.",
                "По итогам разговора предлагаем следующее.",
            )
            .into(),
        terms: demo
            .say(
                "We begin five working days after acceptance. 30% in advance.",
                "Начинаем через пять рабочих дней после принятия. Аванс 30 %.",
            )
            .into(),
        currency: draft.revision.currency,
        valid_until: draft.revision.valid_until,
        lines,
    };
    let version = store::offers::save(&demo.db, &actor, save).await?;
    let send =
        SendOffer { id, version, email: format!("client{index}@mail.example"), message: String::new() };
    store::offers::send(&demo.db, &actor, send, ORIGIN, demo.lang).await?;
    process::finish_tasks(demo, &actor, deal, &stage.pipeline).await?;
    let record = store::deals::show(&demo.db, &actor, deal).await?;
    let edit = EditDeal {
        id: deal,
        version: record.version,
        title: record.title,
        amount: record.amount,
        expected_close: Some((demo.clock.now() + TimeDelta::days(30)).date_naive()),
        probability: None,
    };
    store::deals::edit(&demo.db, &actor, edit).await?;
    Ok(id)
}

async fn accept(demo: &Demo, actor: &Actor, offer: OfferId, name: &str) -> Result<(), Problem> {
    let path = store::offers::show(&demo.db, actor, offer).await?.public_path.unwrap_or_default();
    let token = path.rsplit('/').next().unwrap_or_default();
    store::offers::public(&demo.db, token, true).await?;
    store::offers::answer(&demo.db, token, OfferAnswer::Accept { name: name.to_owned() }).await
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
