//! How the demo's deals go through the process, and where some of them leave it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Problem;
use domain::access::Actor;
use domain::catalog::Service;
use domain::deal::{EditDeal, MoveDeal};
use domain::id::{DealId, LineId, LossReasonId, OfferId, StageId};
use domain::offer::{OfferAnswer, OfferLine, SaveOffer, SendOffer};
use domain::pipeline::{Pipeline, Requirement, StageKind};
use domain::user::User;

use super::company::Staff;
use super::{Demo, process, words};

/// Where the deals stand, by how far they came: open stages 0–6, won, lost.
const ENDS: [End; 11] = [
    End::Open(0),
    End::Won,
    End::Open(2),
    End::Lost(1),
    End::Open(1),
    End::Won,
    End::Open(3),
    End::Lost(2),
    End::Open(LAST),
    End::Open(4),
    End::Open(5),
];
/// The last stage before a deal is won: acts and feedback.
const LAST: usize = 6;
/// Deals that go into delivery without its kick-off, …
const SKIPPING: [usize; 2] = [12, 38];
/// … that come back from it because something else is wanted, …
const TURNING: [usize; 2] = [16, 20];
/// … whose work began before the offer was accepted, because the head let that pass, …
const WAIVED: [usize; 2] = [17, 28];
/// … and of which something was said to be known that was not: it was found out later, or never.
const LATE: [usize; 2] = [13, 24];
const FORGETTING: [usize; 1] = [34];
const ORIGIN: &str = "https://crm.north-bridge.example";

#[derive(Clone, Copy)]
enum End {
    Open(usize),
    Won,
    /// Lost out of that open stage.
    Lost(usize),
}

/// The company as the stories need it.
pub(super) struct Stage<'a> {
    pub(super) pipeline: Pipeline,
    pub(super) reasons: Vec<LossReasonId>,
    pub(super) services: &'a [Service],
}

/// Takes the deal as far as its end, with an offer from the third stage on, an act and a rating where it was won.
pub(super) async fn walk(
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
        End::Won => LAST,
    };
    // Young deals cannot have come far: the story ends at the present. Delivery goes quicker than selling.
    let days = |n: usize| 3 * n.min(3) as i64 + 2 * n.saturating_sub(3) as i64;
    let step = |n: usize| born + TimeDelta::minutes(300) + TimeDelta::days(days(n) + index as i64 % 2);
    let open: Vec<_> = stage.pipeline.open_stages().collect();
    let mut offer = None;
    for (n, to) in open.iter().enumerate().skip(1).take(last) {
        if step(n) >= demo.now {
            return Ok(());
        }
        if n == 4 && SKIPPING.contains(&index) {
            continue;
        }
        if n == 4 && TURNING.contains(&index) {
            demo.at(step(n), -36 * 60);
            let note = demo.say("They want another scope", "Хотят другой состав работ");
            advance(demo, &actor, deal, open[2].id, None, note).await?;
            demo.at(step(n), -20 * 60);
            advance(demo, &actor, deal, open[3].id, None, "").await?;
        }
        demo.clock.set(step(n));
        if n == 2 {
            offer = Some(send_offer(demo, stage, owner, deal, index).await?);
        }
        if n == 2 && (FORGETTING.contains(&index) || LATE.contains(&index)) {
            process::reconsider(demo, &actor, deal, open[0], LATE.contains(&index)).await?;
        }
        if n == 3 && WAIVED.contains(&index) {
            let reason =
                demo.say("Accepted on the phone, the paper follows", "Согласовано устно, бумага будет");
            let head = staff.head.actor();
            store::deals::waive(&demo.db, &head, deal, Requirement::OfferAccepted, reason).await?;
        } else if n == 3
            && let Some(offer) = offer
        {
            accept(demo, &actor, offer, words::name(demo.lang, index)).await?;
        }
        process::tick_all(demo, &actor, deal, open[n - 1]).await?;
        advance(demo, &actor, deal, to.id, None, "").await?;
    }
    let finish = step(last + 1);
    if finish >= demo.now {
        return Ok(());
    }
    demo.clock.set(finish);
    match end {
        End::Open(LAST) => wrap_up(demo, &actor, deal, finish, index).await.map(|_| ()),
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
                "",
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
            advance(demo, &actor, deal, won.id, None, "").await
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
    to: StageId,
    loss_reason: Option<LossReasonId>,
    note: &str,
) -> Result<(), Problem> {
    let version = store::deals::show(&demo.db, actor, deal).await?.version;
    let step = MoveDeal { id: deal, version, to, loss_reason, note: note.to_owned() };
    store::deals::advance(&demo.db, actor, step).await.map(|_| ())
}

/// An offer of a few of the company's services, on its way to the client.
pub(super) async fn send_offer(
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
