//! A person's data: all of it on request, none of it after an erasure.

use domain::access::{Actor, Role};
use domain::activity::{CallLog, CallOutcome, Direction, LogActivity, Logged, Subject};
use domain::attribution::RawAttribution;
use domain::consent::{Purpose, RecordConsent};
use domain::id::{ContactId, DealId, LeadId, LineId};
use domain::lead::ConvertLead;
use domain::offer::{OfferAnswer, OfferLine, SaveOffer, SendOffer};
use domain::privacy::{ERASED, Part, Why};
use domain::task::{NewTask, TaskKind};
use domain::{Currency, Fault, Lang, Problem};
use sea_orm::{ConnectionTrait, Database};
use store::audit::{self, Verdict};
use store::privacy::{self, Who};
use store::{
    activities, acts, backup, consents, contacts, deals, feedback, intake, leads, offers, outbox, tasks,
};

use crate::harness::{SITE, T, both};
use crate::intake::fields;

both!(
    everything_about_a_person_is_told,
    nothing_of_an_erased_person_is_left_in_the_database,
    an_erasure_is_typed_and_only_admins_do_it,
    what_stays_is_told_and_works_on,
    others_with_the_same_name_or_phone_lose_nothing,
    a_person_is_found_by_address_and_phone,
    what_was_restored_is_erased_again,
    a_short_name_takes_nothing_but_itself,
);

const NAME: &str = "Ирина Соколова-Вебер";
const TYPED_PHONE: &str = "8 (921) 700-12-34";
const EMAIL: &str = "irina.weber@client.example";
/// What must be found nowhere: spellings of the name, the phone's digits, the address.
const WORDS: [&str; 9] = [
    NAME,
    "Соколова-Вебер",
    "соколова-вебер",
    TYPED_PHONE,
    "9217001234",
    EMAIL,
    "irina.weber",
    "просила не звонить в среду",
    "203.0.113.77",
];

struct Story {
    lead: LeadId,
    contact: ContactId,
    deal: DealId,
}

/// A request by the form, a conversion, an offer that was accepted, an act that was signed, a rating, consents, tasks, notes.
async fn story(t: &T) -> Story {
    let (db, me) = (&t.db, &t.admin);
    let mut submission = fields(&[
        ("name", NAME),
        ("phone", TYPED_PHONE),
        ("email", EMAIL),
        ("message", &format!("Это {NAME}, пишите на {EMAIL}")),
        ("consent", "true"),
        ("nickname", EMAIL),
    ]);
    submission.attribution = RawAttribution {
        landing_url: format!(
            "https://agency.example/?utm_source=news&utm_content={EMAIL}&email={EMAIL}&gclid=abc"
        ),
        referrer: format!("https://mail.example/inbox?user={}", EMAIL.replace('@', "%40")),
        first_landing_url: format!("https://agency.example/?contact={EMAIL}#{EMAIL}"),
        first_referrer: String::new(),
    };
    let visitor = db.asked_from("203.0.113.77");
    let lead = intake::submit(&visitor, "call-back", submission, Some(EMAIL)).await.unwrap().id;
    let call = CallLog {
        direction: Direction::Outgoing,
        outcome: CallOutcome::Reached,
        minutes: 3,
        note: "просила не звонить в среду".into(),
    };
    let log = async |on, what| {
        activities::log(db, me, LogActivity { on, what, next: None }).await.unwrap();
    };
    log(Subject::Lead(lead), Logged::Call(call)).await;
    let proposed = leads::propose(db, me, lead).await.unwrap();
    let convert = ConvertLead {
        lead,
        version: proposed.version,
        contact: None,
        contact_name: NAME.into(),
        account: None,
        account_name: "ООО «Мельница»".into(),
        deal_title: format!("Аудит для {NAME}"),
        amount: None,
        pipeline: None,
    };
    let made = leads::convert(db, me, convert).await.unwrap();
    let task = NewTask {
        kind: TaskKind::Call,
        title: format!("Позвонить {NAME} на {TYPED_PHONE}"),
        due_at: t.clock.now(),
        assignee: None,
        on: Subject::Deal(made.deal),
    };
    tasks::create(db, me, task).await.unwrap();
    log(Subject::Deal(made.deal), Logged::Note { text: format!("{NAME} согласна") }).await;
    log(Subject::Account(made.account.unwrap()), Logged::Note { text: format!("Директор: {NAME}") }).await;
    let hand = RecordConsent {
        on: Subject::Contact(made.contact),
        purpose: Purpose::Marketing,
        how: format!("письмом с {EMAIL}"),
    };
    let consent = consents::record(db, me, hand).await.unwrap();
    consents::withdraw(db, me, consent, &format!("{NAME} передумала")).await.unwrap();
    document(t, made.deal).await;
    feedback::ask(db, me, made.deal, EMAIL, "https://crm.example", Lang::Ru).await.unwrap();
    Story { lead, contact: made.contact, deal: made.deal }
}

/// An offer, sent and accepted by the client, with the act that they signed.
async fn document(t: &T, deal: DealId) {
    let (db, me) = (&t.db, &t.admin);
    let id = offers::create(db, me, deal).await.unwrap();
    let draft = offers::show(db, me, id).await.unwrap();
    let line = OfferLine {
        id: LineId(uuid::Uuid::nil()),
        service: None,
        name: format!("Аудит, заказчик {NAME}"),
        description: String::new(),
        unit: String::new(),
        quantity_milli: 1000,
        price_minor: 10_000,
        discount_bp: 0,
        vat_bp: 0,
    };
    let save = SaveOffer {
        id,
        version: draft.version,
        title: format!("Для {NAME}"),
        intro: String::new(),
        terms: String::new(),
        currency: Currency::Rub,
        valid_until: draft.revision.valid_until,
        lines: vec![line],
    };
    let version = offers::save(db, me, save).await.unwrap();
    let send =
        SendOffer { id, version, email: EMAIL.into(), message: format!("Здравствуйте, {NAME}!") };
    offers::send(db, me, send, "https://crm.example", Lang::Ru).await.unwrap();
    let sent = offers::show(db, me, id).await.unwrap();
    let token = sent.public_path.unwrap().rsplit('/').next().unwrap().to_owned();
    let client = db.asked_from("203.0.113.77");
    offers::answer(&client, &token, OfferAnswer::Accept { name: NAME.into() }).await.unwrap();
    let act = acts::create(db, me, deal).await.unwrap();
    acts::sign(db, me, act, 1, NAME).await.unwrap();
}

/// Every place in the database where one of `WORDS` stands.
async fn found(t: &T) -> Vec<String> {
    let conn = Database::connect(&t.url).await.unwrap();
    if let Some(path) = t.url.strip_prefix("sqlite://") {
        conn.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
        let mut bytes = std::fs::read(path).unwrap();
        bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
        let holds = |word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        return WORDS.iter().filter(|word| holds(word)).map(|word| (*word).to_owned()).collect();
    }
    let columns = "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns \
                   WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')";
    let mut found = Vec::new();
    for row in conn
        .query_all_raw(sea_orm::Statement::from_string(conn.get_database_backend(), columns))
        .await
        .unwrap()
    {
        let (table, column): (String, String) =
            (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap());
        for word in WORDS {
            let count =
                format!("SELECT count(*) AS n FROM \"{table}\" WHERE position('{word}' in \"{column}\") > 0");
            let count = sea_orm::Statement::from_string(conn.get_database_backend(), count);
            let count: i64 = conn.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap();
            if count > 0 {
                found.push(format!("{table}.{column}: {word}"));
            }
        }
    }
    found
}

async fn intact(t: &T) -> i64 {
    match audit::verify(&t.db, &t.admin).await.unwrap() {
        Verdict::Intact { entries, .. } => entries,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    }
}

async fn everything_about_a_person_is_told(t: &T) {
    let story = story(t).await;
    let told = privacy::export(&t.db, &t.admin, &Who::Contact(story.contact)).await.unwrap();
    assert_eq!(told["person"]["names"], serde_json::json!([NAME]));
    assert_eq!(told["person"]["phones"], serde_json::json!(["+79217001234"]));
    assert_eq!(told["leads"][0]["name"], NAME);
    assert_eq!(told["submissions"][0]["fields"]["nickname"], EMAIL);
    assert_eq!(told["visits"].as_array().unwrap().len(), 2);
    for (part, count) in [
        ("contacts", 1),
        ("consents", 2),
        ("deals", 1),
        ("offers", 1),
        ("offer_revisions", 1),
        ("acts", 1),
        ("ratings", 1),
        ("mails", 2),
        ("tasks", 2),
    ] {
        assert_eq!(told[part].as_array().unwrap().len(), count, "{part}");
    }
    let notes = serde_json::to_string(&told["activities"]).unwrap();
    assert!(notes.contains("просила не звонить в среду"), "{notes}");
    assert!(told["audit_entries"].as_array().unwrap().len() > 8);
    let all = serde_json::to_string(&told).unwrap();
    for secret in ["token_hash", "nonce", "body_hash"] {
        assert!(!all.contains(secret), "{secret}");
    }
    // The same person, asked for by the lead.
    let by_lead = privacy::export(&t.db, &t.admin, &Who::Lead(story.lead)).await.unwrap();
    assert_eq!(by_lead["contacts"], told["contacts"]);
}

async fn nothing_of_an_erased_person_is_left_in_the_database(t: &T) {
    let story = story(t).await;
    assert!(found(t).await.len() >= WORDS.len(), "the test looks where the words are");
    let before = intact(t).await;
    privacy::erase(&t.db, &t.admin, &Who::Lead(story.lead), NAME).await.unwrap();
    assert_eq!(found(t).await, Vec::<String>::new());
    assert_eq!(intact(t).await, before + 1, "the erasure is the one new entry, and the chain holds");
}

async fn an_erasure_is_typed_and_only_admins_do_it(t: &T) {
    let story = story(t).await;
    let who = Who::Contact(story.contact);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
        let actor = t.user(&format!("user {}", role.code()), role, None).await.actor();
        let refused = Some(Problem::Forbidden);
        assert_eq!(privacy::preview(&t.db, &actor, &who).await.err(), refused, "{role:?}");
        assert_eq!(privacy::export(&t.db, &actor, &who).await.err(), refused, "{role:?}");
        assert_eq!(privacy::erase(&t.db, &actor, &who, NAME).await.err(), refused, "{role:?}");
        assert_eq!(privacy::erasures(&t.db, &actor).await.err(), refused, "{role:?}");
    }
    let commits = t.db.commits();
    let wrong = privacy::erase(&t.db, &t.admin, &who, "Ирина").await;
    assert_eq!(wrong.err(), Some(Problem::field("confirm", Fault::Unknown)));
    assert_eq!(t.db.commits(), commits);
    privacy::erase(&t.db, &t.admin, &who, &NAME.to_lowercase()).await.unwrap();
    assert_eq!(privacy::preview(&t.db, &t.admin, &who).await.err(), Some(Problem::NotFound));
    let nobody = Who::Email("nobody@client.example".into());
    assert_eq!(privacy::preview(&t.db, &t.admin, &nobody).await.err(), Some(Problem::NotFound));
}

async fn what_stays_is_told_and_works_on(t: &T) {
    let story = story(t).await;
    let who = Who::Contact(story.contact);
    let preview = privacy::preview(&t.db, &t.admin, &who).await.unwrap();
    assert_eq!(preview.name, NAME);
    assert!(preview.known_by.contains(&TYPED_PHONE.to_owned()), "{:?}", preview.known_by);
    let count = |part| preview.going.iter().find(|(of, _)| *of == part).map(|(_, count)| *count);
    assert_eq!((count(Part::Leads), count(Part::Deals), count(Part::Mails)), (Some(1), Some(1), Some(2)));
    let why: Vec<_> = preview.staying.iter().map(|stay| stay.why).collect();
    assert_eq!(why, [Why::SignedAct, Why::AcceptedOffer, Why::LegalEntity]);

    privacy::erase(&t.db, &t.admin, &who, NAME).await.unwrap();
    let lead = leads::record(&t.db, &t.admin, story.lead, None).await.unwrap();
    assert_eq!((lead.lead.name.as_str(), lead.lead.email.as_str()), (ERASED, ""));
    assert_eq!(lead.consents.len(), 1, "that they agreed stays a fact");
    let (contact, with, _) = contacts::show(&t.db, &t.admin, story.contact).await.unwrap();
    assert_eq!((contact.name.as_str(), contact.points.len(), with.len()), (ERASED, 0, 1));
    assert_eq!(contact.account.map(|(_, name)| name).as_deref(), Some("ООО «Мельница»"));
    let deal = deals::show(&t.db, &t.admin, story.deal).await.unwrap();
    assert_eq!(deal.title, format!("Аудит для {ERASED}"));
    assert!(outbox::take(&t.db, SITE, 10).await.unwrap().is_empty(), "nothing is sent to them any more");
    let timeline = activities::timeline(&t.db, &t.admin, Subject::Deal(story.deal), None).await.unwrap();
    assert!(timeline.rows.len() > 8);
    let open = t.lead(&t.admin, "Новый Человек", "+79995550138").await;
    privacy::erase(&t.db, &t.admin, &Who::Lead(open), "Новый Человек").await.unwrap();
    let settled = leads::show(&t.db, &t.admin, open).await.unwrap();
    assert!(!settled.status.is_open(), "nobody waits for a call that cannot be made");
    assert!(tasks::open_on(&t.db, &t.admin, Subject::Lead(open)).await.unwrap().is_empty());
    intact(t).await;
}

async fn others_with_the_same_name_or_phone_lose_nothing(t: &T) {
    let phone = "+79217001234";
    let one = t.lead(&t.admin, "Анна Ветрова", phone).await;
    let at_same_phone = t.lead(&t.admin, "Борис Ветров", phone).await;
    let namesake = t.lead(&t.admin, "Анна Ветрова", "+79210000001").await;
    let twin = t.lead(&t.admin, "Анна  ветрова", phone).await;
    let preview = privacy::preview(&t.db, &t.admin, &Who::Lead(one)).await.unwrap();
    assert_eq!(preview.going[0], (Part::Leads, 2), "the same name with the same phone is the same person");
    privacy::erase(&t.db, &t.admin, &Who::Lead(one), "Анна Ветрова").await.unwrap();
    let name = async |id| leads::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!((name(one).await.name.as_str(), name(twin).await.name.as_str()), (ERASED, ERASED));
    let other = name(at_same_phone).await;
    assert_eq!((other.name.as_str(), other.phone.as_str()), ("Борис Ветров", phone));
    assert_eq!(name(namesake).await.name, "Анна Ветрова");
}

async fn a_person_is_found_by_address_and_phone(t: &T) {
    let story = story(t).await;
    for who in [Who::Email(EMAIL.to_uppercase()), Who::Phone("+7 921 700 12 34".into())] {
        let told = privacy::export(&t.db, &Actor::SYSTEM, &who).await.unwrap();
        assert_eq!(told["leads"][0]["id"], story.lead.to_string());
    }
    let bad = privacy::preview(&t.db, &t.admin, &Who::Phone("abc".into())).await;
    assert_eq!(bad.err(), Some(Problem::field("phone", Fault::NotAPhone)));
}

async fn what_was_restored_is_erased_again(t: &T) {
    let story = story(t).await;
    let other = t.lead(&t.admin, "Борис Ветров", "+79210000001").await;
    let (_, older) = backup::write(&t.db, &t.admin, None, Vec::new()).await.unwrap();
    privacy::erase(&t.db, &t.admin, &Who::Contact(story.contact), NAME).await.unwrap();
    let list = privacy::erasures(&t.db, &t.admin).await.unwrap();
    assert_eq!(list.len(), 2, "a lead and a contact");
    assert!(list.iter().all(|hash| hash.len() == 43 && !hash.contains(&story.lead.to_string())));
    backup::restore(&t.db, &t.admin, older.as_slice(), true).await.unwrap();
    assert!(!found(t).await.is_empty());
    assert_eq!(privacy::replay(&t.db, &t.admin, &list).await, Ok(1));
    assert_eq!(found(t).await, Vec::<String>::new());
    assert_eq!(leads::show(&t.db, &t.admin, other).await.unwrap().name, "Борис Ветров");
    assert_eq!(privacy::erasures(&t.db, &t.admin).await.unwrap(), list);
    intact(t).await;
    assert_eq!(privacy::replay(&t.db, &t.admin, &list).await, Ok(0));
}

async fn a_short_name_takes_nothing_but_itself(t: &T) {
    // "ann" stands in the key "channel" of the deal's source.
    let made = t.client(&t.admin, "Ann", "+79217001234", "").await;
    let source = deals::show(&t.db, &t.admin, made.deal).await.unwrap().source;
    privacy::erase(&t.db, &t.admin, &Who::Contact(made.contact), "Ann").await.unwrap();
    let deal = deals::show(&t.db, &t.admin, made.deal).await.unwrap();
    assert_eq!((deal.title.as_str(), deal.source), ("Deal of —", source));
}
