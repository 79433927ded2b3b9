//! What the tests of deals and documents do again and again.

use domain::access::Actor;
use domain::deal::{Deal, MoveDeal, NewDeal};
use domain::id::{DealId, LineId, OfferId};
use domain::offer::{Offer, OfferAnswer, OfferLine, SaveOffer, SendOffer};
use domain::pipeline::{Requirement, StageKind};
use domain::{Currency, Lang, Money, Outcome};
use sea_orm::{ConnectionTrait, Database};
use store::{acts, deals, feedback, offers, settings};

use crate::harness::T;

pub(crate) const ORIGIN: &str = "https://crm.example";
pub(crate) const CLIENT: &str = "client@example.com";

pub(crate) fn rub(minor: i64) -> Money {
    Money::new(minor, Currency::Rub)
}

pub(crate) async fn deal(t: &T, actor: &Actor, title: &str, amount: Option<Money>) -> DealId {
    let new = NewDeal {
        title: title.into(),
        contact: None,
        account: None,
        amount,
        expected_close: None,
        pipeline: None,
    };
    deals::create(&t.db, actor, new).await.unwrap()
}

/// The deal as the admin sees it.
pub(crate) async fn shown(t: &T, id: DealId) -> Deal {
    deals::show(&t.db, &t.admin, id).await.unwrap()
}

/// A move to the stage in that place (from 0), from the version that stands.
pub(crate) async fn to_place(t: &T, actor: &Actor, id: DealId, place: usize) -> Outcome<i64> {
    let deal = shown(t, id).await;
    let to = deal.pipeline.stages[place].id;
    deals::advance(
        &t.db,
        actor,
        MoveDeal { id, version: deal.version, to, loss_reason: None, note: String::new() },
    )
    .await
}

pub(crate) async fn win(t: &T, actor: &Actor, id: DealId) -> Outcome<i64> {
    to_place(t, actor, id, 5).await
}

/// Lost for the first of the company's reasons.
pub(crate) async fn lose(t: &T, actor: &Actor, id: DealId) -> Outcome<i64> {
    let deal = shown(t, id).await;
    let reason = settings::loss_reasons(&t.db, actor).await.unwrap()[0].id;
    let to = deal.pipeline.of_kind(StageKind::Lost).unwrap().id;
    let step = MoveDeal { id, version: deal.version, to, loss_reason: Some(reason), note: "too dear".into() };
    deals::advance(&t.db, actor, step).await
}

/// What winning asks for in the pipeline of a fresh database.
pub(crate) const WINNING: [Requirement; 3] =
    [Requirement::OfferAccepted, Requirement::ActsSigned, Requirement::FeedbackAsked];

/// Every requirement of winning let pass by the admin.
pub(crate) async fn waive_all(t: &T, id: DealId) {
    for requirement in WINNING {
        deals::waive(&t.db, &t.admin, id, requirement, "an old customer").await.unwrap();
    }
}

pub(crate) fn line(
    name: &str,
    quantity_milli: i64,
    price_minor: i64,
    discount_bp: i32,
    vat_bp: i32,
) -> OfferLine {
    OfferLine {
        id: LineId(uuid::Uuid::nil()),
        service: None,
        name: name.into(),
        description: String::new(),
        unit: "ч".into(),
        quantity_milli,
        price_minor,
        discount_bp,
        vat_bp,
    }
}

/// Gross 1 849 520,00: the offer of the mock.
pub(crate) fn lines() -> Vec<OfferLine> {
    vec![
        line("Обследование", 1000, 18_500_000, 0, 2200),
        line("Настройка", 1000, 9_600_000, 0, 2200),
        line("Разработка", 120_000, 420_000, 1000, 2200),
        line("Сопровождение", 6000, 7_200_000, 500, 2200),
        line("Обучение", 14_000, 2_650_000, 0, 2200),
    ]
}

pub(crate) const GROSS: i64 = 184_952_000;

/// The draft of an offer with these lines.
pub(crate) fn draft(offer: &Offer, lines: Vec<OfferLine>) -> SaveOffer {
    SaveOffer {
        id: offer.id,
        version: offer.version,
        title: offer.revision.title.clone(),
        intro: "Как договорились".into(),
        terms: "50/50".into(),
        currency: Currency::Rub,
        valid_until: offer.revision.valid_until,
        lines,
    }
}

pub(crate) async fn drafted(t: &T, actor: &Actor, deal: DealId) -> OfferId {
    let id = offers::create(&t.db, actor, deal).await.unwrap();
    let offer = offers::show(&t.db, actor, id).await.unwrap();
    offers::save(&t.db, actor, draft(&offer, lines())).await.unwrap();
    id
}

pub(crate) async fn send(t: &T, actor: &Actor, id: OfferId) -> Outcome<()> {
    let version = offers::show(&t.db, actor, id).await?.version;
    let send = SendOffer { id, version, email: CLIENT.into(), message: "Жду ответа".into() };
    offers::send(&t.db, actor, send, ORIGIN, Lang::Ru).await
}

/// The token in the link of the offer's latest revision.
pub(crate) async fn token_of(t: &T, actor: &Actor, id: OfferId) -> String {
    let offer = offers::show(&t.db, actor, id).await.unwrap();
    offer.public_path.unwrap().strip_prefix("/o/").unwrap().to_owned()
}

pub(crate) fn accept() -> OfferAnswer {
    OfferAnswer::Accept { name: "Иван Петров".into() }
}

/// A sent and accepted offer.
pub(crate) async fn accepted(t: &T, actor: &Actor, deal: DealId) -> OfferId {
    let id = drafted(t, actor, deal).await;
    send(t, actor, id).await.unwrap();
    offers::answer(&t.db, &token_of(t, actor, id).await, accept()).await.unwrap();
    id
}

/// Everything that winning asks for, really done.
pub(crate) async fn fulfil(t: &T, actor: &Actor, deal: DealId) {
    accepted(t, actor, deal).await;
    let act = acts::create(&t.db, actor, deal).await.unwrap();
    acts::sign(&t.db, actor, act, 1, "Иван Петров").await.unwrap();
    feedback::ask(&t.db, actor, deal, CLIENT, ORIGIN, Lang::Ru).await.unwrap();
}

/// How many rows a condition finds, past the use cases.
pub(crate) async fn rows(t: &T, from: &str) -> i64 {
    let db = Database::connect(&t.url).await.unwrap();
    let count = format!("SELECT count(*) AS n FROM {from}");
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), count);
    db.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// How many statements something takes, the cached reference data aside.
pub(crate) async fn statements<V>(t: &T, work: impl AsyncFn() -> V) -> u64 {
    work().await;
    let before = t.db.statements();
    work().await;
    t.db.statements() - before
}
