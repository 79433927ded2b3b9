//! The audit log: what is kept, who reads it, and that nobody changes it unseen.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::access::{Actor, Role};
use domain::audit::{AuditFilter, FieldChange, FieldValue};
use domain::catalog::SaveService;
use domain::deal::{EditDeal, NewDeal};
use domain::settings::Settings;
use domain::{Currency, Fault, Label, Money, Problem};
use futures::future::join_all;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use sha2::{Digest, Sha256};
use store::audit::{self, Damage, Verdict};
use store::{catalog, deals, leads, settings, users};

use crate::harness::{T, both};

both!(
    a_log_that_nobody_touched_is_intact,
    the_hash_is_what_the_books_say,
    writers_at_once_leave_one_chain,
    an_edit_is_found,
    every_column_counts,
    a_deletion_in_the_middle_is_found,
    a_deletion_at_the_end_is_found,
    a_deletion_with_a_moved_head_is_found_for_good,
    a_swap_is_found,
    a_chain_computed_anew_has_no_seals,
    an_added_entry_is_found,
    a_log_emptied_whole_is_found,
    the_database_refuses_to_change_entries,
    values_that_are_gone_without_an_erasure_are_found,
    what_failed_leaves_no_entry,
    edits_keep_old_and_new,
    entries_are_read_newest_first_in_pages,
    filters_narrow,
    where_a_request_came_from_is_kept,
    the_export_holds_every_entry_once,
    only_admins_read_it,
);

async fn verdict(t: &T) -> Verdict {
    audit::verify(&t.db, &t.admin).await.unwrap()
}

async fn entries(t: &T) -> i64 {
    match verdict(t).await {
        Verdict::Intact { entries, .. } => entries,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    }
}

fn broken(seq: i64, damage: Damage) -> Verdict {
    Verdict::Broken { seq, damage }
}

/// A log of ten entries at least, and how many they are.
async fn filled(t: &T) -> i64 {
    for n in 0..10 {
        t.lead(&t.admin, &format!("Lead {n}"), "+79215550138").await;
    }
    entries(t).await
}

/// The database as somebody has it who does not have the secret; what would stop them is out of the way.
async fn thief(t: &T) -> DatabaseConnection {
    let conn = Database::connect(&t.url).await.unwrap();
    if t.url.starts_with("postgres") {
        sql(&conn, "DROP TRIGGER audit_entries_stay ON audit_entries").await;
    } else {
        sql(&conn, "DROP TRIGGER audit_entries_no_update").await;
        sql(&conn, "DROP TRIGGER audit_entries_no_delete").await;
    }
    conn
}

async fn sql(conn: &DatabaseConnection, text: &str) {
    conn.execute_unprepared(text).await.unwrap();
}

async fn a_log_that_nobody_touched_is_intact(t: &T) {
    let entries = filled(t).await;
    assert!(entries > 10, "{entries}");
    let Verdict::Intact { hash, .. } = verdict(t).await else { panic!("broken") };
    // A later start changes nothing.
    let again = crate::harness::open(&t.url, &t.clock).await;
    assert_eq!(audit::verify(&again, &t.admin).await, Ok(Verdict::Intact { entries, hash }));
}

fn digest(parts: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// The commitments and hashes of an export, computed by the description in `store/src/audit/chain.rs` alone.
fn recomputed(rows: &[store::export::Row], edit: impl Fn(i64, &str) -> String) -> Vec<(i64, String, String)> {
    let mut before = String::new();
    let mut hashes = Vec::new();
    for row in rows {
        let text = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
        let id = |column: &str| row[column].as_str().map(|id| id.parse::<uuid::Uuid>().unwrap());
        let seq = row["seq"].as_i64().unwrap();
        let at: chrono::DateTime<chrono::Utc> = text("at").parse().unwrap();
        let values = [
            b"millrace audit values 1".to_vec(),
            text("salt").into_bytes(),
            text("origin").into_bytes(),
            edit(seq, &text("changes")).into_bytes(),
        ];
        let commitment = if row["erased_by"].is_null() { digest(&values) } else { text("commitment") };
        before = digest(&[
            b"millrace audit entry 1".to_vec(),
            seq.to_be_bytes().to_vec(),
            at.timestamp().to_be_bytes().to_vec(),
            at.timestamp_subsec_nanos().to_be_bytes().to_vec(),
            id("actor_id").map(|id| id.as_bytes().to_vec()).unwrap_or_default(),
            text("action").into_bytes(),
            text("entity").into_bytes(),
            id("entity_id").unwrap().as_bytes().to_vec(),
            commitment.clone().into_bytes(),
            before.into_bytes(),
        ]);
        hashes.push((seq, commitment, before.clone()));
    }
    hashes
}

async fn exported(t: &T) -> Vec<store::export::Row> {
    let (rows, next) = audit::export(&t.db, &t.admin, None).await.unwrap();
    assert_eq!(next, None);
    rows
}

async fn the_hash_is_what_the_books_say(t: &T) {
    t.clock.set(t.clock.now() + TimeDelta::nanoseconds(123_456_789));
    let entries = filled(t).await;
    let rows = exported(t).await;
    assert_eq!(rows.len() as i64, entries);
    for (row, (seq, commitment, hash)) in rows.iter().zip(recomputed(&rows, |_, changes| changes.to_owned()))
    {
        assert_eq!(row["commitment"].as_str(), Some(commitment.as_str()), "{seq}");
        assert_eq!(row["hash"].as_str(), Some(hash.as_str()), "{seq}");
    }
}

async fn writers_at_once_leave_one_chain(t: &T) {
    let before = entries(t).await;
    let (db, actor) = (&t.db, &t.admin);
    let made = join_all((0..20).map(|n| async move {
        let lead = domain::lead::NewLead {
            name: format!("Lead {n}"),
            phone: "+79215550138".into(),
            ..Default::default()
        };
        let (db, actor) = (db.clone(), actor.clone());
        tokio::spawn(async move { leads::create(&db, &actor, lead).await }).await.unwrap()
    }))
    .await;
    assert!(made.iter().all(Result::is_ok), "{made:?}");
    assert_eq!(entries(t).await, before + 20);
}

async fn an_edit_is_found(t: &T) {
    filled(t).await;
    let conn = thief(t).await;
    sql(&conn, "UPDATE audit_entries SET actor_id = NULL WHERE seq = 5").await;
    assert_eq!(verdict(t).await, broken(5, Damage::Changed));
    // What is written after it hides nothing.
    t.lead(&t.admin, "Later", "+79215550138").await;
    assert_eq!(verdict(t).await, broken(5, Damage::Changed));
}

async fn every_column_counts(t: &T) {
    let last = filled(t).await;
    let conn = thief(t).await;
    // From the end to the beginning, so that each is the first bad one.
    let edits = [
        "at = '2026-11-24 09:00:01+00:00'",
        "origin = '10.0.0.1'",
        "action = 'view'",
        "entity = 'deal'",
        "changes = '{}'",
        "salt = 'x'",
        "commitment = 'x'",
        "hash = 'x'",
        "entity_id = (SELECT e.entity_id FROM audit_entries e WHERE e.seq = 2)",
    ];
    for (at, edit) in (1..).zip(edits) {
        let seq = last - at;
        sql(&conn, &format!("UPDATE audit_entries SET {edit} WHERE seq = {seq}")).await;
        assert_eq!(verdict(t).await, broken(seq, Damage::Changed), "{edit}");
    }
    sql(&conn, "UPDATE audit_entries SET seal = 'x' WHERE seq = 2").await;
    assert_eq!(verdict(t).await, broken(2, Damage::Forged));
}

async fn a_deletion_in_the_middle_is_found(t: &T) {
    filled(t).await;
    let conn = thief(t).await;
    sql(&conn, "DELETE FROM audit_entries WHERE seq IN (6, 7)").await;
    assert_eq!(verdict(t).await, broken(6, Damage::Missing));
    // Closing the gap does not help.
    sql(&conn, "UPDATE audit_entries SET seq = seq - 1000 WHERE seq > 7").await;
    sql(&conn, "UPDATE audit_entries SET seq = seq + 998 WHERE seq < 0").await;
    assert_eq!(verdict(t).await, broken(6, Damage::Changed));
}

async fn a_deletion_at_the_end_is_found(t: &T) {
    let last = filled(t).await;
    let conn = thief(t).await;
    sql(&conn, &format!("DELETE FROM audit_entries WHERE seq > {}", last - 2)).await;
    assert_eq!(verdict(t).await, broken(last - 1, Damage::Missing));
    t.lead(&t.admin, "Later", "+79215550138").await;
    assert_eq!(verdict(t).await, broken(last - 1, Damage::Missing));
}

async fn a_deletion_with_a_moved_head_is_found_for_good(t: &T) {
    let last = filled(t).await;
    let conn = thief(t).await;
    sql(&conn, &format!("DELETE FROM audit_entries WHERE seq > {}", last - 2)).await;
    // The seal of the entry that is the last one now is no seal of a head.
    sql(
        &conn,
        "UPDATE audit_head SET entries = (SELECT max(seq) FROM audit_entries), \
           hash = (SELECT hash FROM audit_entries ORDER BY seq DESC LIMIT 1), \
           seal = (SELECT seal FROM audit_entries ORDER BY seq DESC LIMIT 1)",
    )
    .await;
    assert_eq!(verdict(t).await, broken(last - 1, Damage::CutOff));
    // Business goes on, and does not heal it.
    for name in ["Later", "Later still"] {
        t.lead(&t.admin, name, "+79215550138").await;
        assert_eq!(verdict(t).await, broken(last - 1, Damage::Forged));
    }
}

async fn a_swap_is_found(t: &T) {
    filled(t).await;
    let conn = thief(t).await;
    for step in ["seq = -1 WHERE seq = 4", "seq = 4 WHERE seq = 8", "seq = 8 WHERE seq = -1"] {
        sql(&conn, &format!("UPDATE audit_entries SET {step}")).await;
    }
    assert_eq!(verdict(t).await, broken(4, Damage::Changed));
}

async fn a_chain_computed_anew_has_no_seals(t: &T) {
    filled(t).await;
    let rows = exported(t).await;
    let forged = r#"{"number":99}"#;
    let hashes =
        recomputed(&rows, |seq, changes| if seq == 6 { forged.to_owned() } else { changes.to_owned() });
    let conn = thief(t).await;
    sql(&conn, &format!("UPDATE audit_entries SET changes = '{forged}' WHERE seq = 6")).await;
    for (seq, commitment, hash) in &hashes {
        let values = format!("commitment = '{commitment}', hash = '{hash}'");
        sql(&conn, &format!("UPDATE audit_entries SET {values} WHERE seq = {seq}")).await;
    }
    let (.., end) = hashes.last().unwrap();
    sql(&conn, &format!("UPDATE audit_head SET hash = '{end}'")).await;
    assert_eq!(verdict(t).await, broken(6, Damage::Forged));
}

async fn an_added_entry_is_found(t: &T) {
    let last = filled(t).await;
    let conn = thief(t).await;
    let copy = |seq: i64| {
        format!(
            "INSERT INTO audit_entries (seq, at, actor_id, origin, action, entity, entity_id, changes, salt, commitment, hash, seal) \
             SELECT {seq}, at, actor_id, origin, action, entity, entity_id, changes, salt, commitment, hash, seal \
             FROM audit_entries WHERE seq = 3"
        )
    };
    sql(&conn, &copy(last + 1)).await;
    assert_eq!(verdict(t).await, broken(last + 1, Damage::Added));
    sql(&conn, &copy(0)).await;
    assert_eq!(verdict(t).await, broken(0, Damage::Added));
}

async fn a_log_emptied_whole_is_found(t: &T) {
    filled(t).await;
    let conn = thief(t).await;
    sql(&conn, "DELETE FROM audit_entries").await;
    sql(&conn, "DELETE FROM audit_head").await;
    // Starting anew makes no new log.
    let again = crate::harness::open(&t.url, &t.clock).await;
    assert_eq!(audit::verify(&again, &t.admin).await, Ok(broken(1, Damage::CutOff)));
    sql(&conn, "INSERT INTO audit_head (id, entries, hash, seal) VALUES (1, 0, '', '')").await;
    assert_eq!(verdict(t).await, broken(1, Damage::CutOff));
}

async fn the_database_refuses_to_change_entries(t: &T) {
    let before = filled(t).await;
    let conn = Database::connect(&t.url).await.unwrap();
    for change in ["UPDATE audit_entries SET action = 'x' WHERE seq = 1", "DELETE FROM audit_entries"] {
        let error = conn.execute_unprepared(change).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(entries(t).await, before);
}

async fn values_that_are_gone_without_an_erasure_are_found(t: &T) {
    let last = filled(t).await;
    let conn = Database::connect(&t.url).await.unwrap();
    let empty = |seq: i64, by: i64| {
        let gone = "origin = '', changes = '{}', salt = ''";
        format!("UPDATE audit_entries SET {gone}, erased_by = {by} WHERE seq = {seq}")
    };
    let error = conn.execute_unprepared(&empty(5, last)).await.unwrap_err();
    assert!(error.to_string().contains("append-only"), "{error}");
    let conn = thief(t).await;
    sql(&conn, &empty(5, last)).await;
    assert_eq!(verdict(t).await, broken(5, Damage::Emptied));
    // An entry that says it was an erasure, and is none of this instance's.
    let said = format!(
        "UPDATE audit_entries SET entity = 'person', action = 'erase', changes = '{{\"leads\":0,\"contacts\":0,\"entries\":[5]}}' \
         WHERE seq = {last}"
    );
    sql(&conn, &said).await;
    assert_eq!(verdict(t).await, broken(last, Damage::Changed));
}

fn new_deal() -> NewDeal {
    NewDeal {
        title: "Audit".into(),
        contact: None,
        account: None,
        amount: None,
        expected_close: None,
        pipeline: None,
    }
}

async fn what_failed_leaves_no_entry(t: &T) {
    let before = filled(t).await;
    let stale = settings::save(&t.db, &t.admin, Settings { vat_bp: -1, ..Settings::default() }).await;
    assert!(stale.is_err());
    let deal = new_deal();
    let id = deals::create(&t.db, &t.admin, deal).await.unwrap();
    let edit =
        EditDeal { id, version: 7, title: "x".into(), amount: None, expected_close: None, probability: None };
    assert_eq!(deals::edit(&t.db, &t.admin, edit).await, Err(Problem::Conflict { version: 1 }));
    assert_eq!(entries(t).await, before + 1);
}

async fn last_changes(t: &T, entity: &str) -> Vec<FieldChange> {
    let filter = AuditFilter { entity: entity.into(), ..AuditFilter::default() };
    audit::list(&t.db, &t.admin, &filter).await.unwrap().rows.remove(0).changes
}

fn change(field: &str, before: FieldValue, after: FieldValue) -> FieldChange {
    FieldChange { field: field.into(), before: Some(before), after }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.into())
}

async fn edits_keep_old_and_new(t: &T) {
    let boris = t.user("Boris Repin", Role::SalesRep, None).await;
    let deal = new_deal();
    let id = deals::create(&t.db, &t.admin, deal).await.unwrap();
    let amount = Money::new(150_000, Currency::Rub);
    let edit = EditDeal {
        id,
        version: 1,
        title: "Audit".into(),
        amount: Some(amount),
        expected_close: None,
        probability: None,
    };
    deals::edit(&t.db, &t.admin, edit).await.unwrap();
    let expected = vec![change("amount", FieldValue::Nothing, FieldValue::Money(amount))];
    assert_eq!(last_changes(t, "deal").await, expected);
    deals::assign(&t.db, &t.admin, id, 2, boris.id).await.unwrap();
    assert_eq!(
        last_changes(t, "deal").await,
        [change("owner", text("Анна Белова"), text("Boris Repin"))],
        "people by their names"
    );

    let lead = t.lead(&t.admin, "Elena", "+79215550138").await;
    leads::assign(&t.db, &t.admin, lead, 1, boris.id).await.unwrap();
    assert_eq!(last_changes(t, "lead").await, [change("owner", text("Анна Белова"), text("Boris Repin"))]);
    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap().remove(0);
    leads::disqualify(&t.db, &t.admin, lead, 2, Some(reason.id), "").await.unwrap();
    let changes = last_changes(t, "lead").await;
    assert!(changes.contains(&change("status", text("new"), text("disqualified"))), "{changes:?}");
    assert!(changes.contains(&change("loss_reason", FieldValue::Nothing, FieldValue::Label(reason.name))));

    let edit = users::EditUser {
        id: boris.id,
        version: boris.version,
        name: "Boris Repin".into(),
        role: Role::Viewer,
        team: None,
    };
    users::edit(&t.db, &t.admin, edit).await.unwrap();
    assert_eq!(last_changes(t, "user").await, [change("role", text("sales_rep"), text("viewer"))]);

    let known = settings::show(&t.db, &t.admin).await.unwrap();
    settings::save(&t.db, &t.admin, Settings { offer_days: 30, ..known }).await.unwrap();
    assert_eq!(
        last_changes(t, "settings").await,
        [change("offer_days", FieldValue::Number(14), FieldValue::Number(30))]
    );

    let mut service = SaveService {
        id: None,
        code: "A".into(),
        name: Label::new("Audit", "Аудит"),
        description: Label::default(),
        category: None,
        unit: Label::new("hour", "час"),
        price: Money::new(100, Currency::Rub),
        vat_bp: 2000,
        active: true,
    };
    let made = catalog::save_service(&t.db, &t.admin, service.clone()).await.unwrap();
    service.id = Some((made, 1));
    service.price.minor = 200;
    catalog::save_service(&t.db, &t.admin, service).await.unwrap();
    let price = |minor| FieldValue::Money(Money::new(minor, Currency::Rub));
    assert_eq!(last_changes(t, "service").await, [change("price", price(100), price(200))]);
    let category = catalog::save_category(&t.db, &t.admin, None, Label::new("One", "")).await.unwrap();
    catalog::save_category(&t.db, &t.admin, Some(category), Label::new("Two", "")).await.unwrap();
    let label = |name: &str| FieldValue::Label(Label::new(name, ""));
    assert_eq!(last_changes(t, "service_category").await, [change("name", label("One"), label("Two"))]);
}

async fn entries_are_read_newest_first_in_pages(t: &T) {
    for n in 0..60 {
        t.lead(&t.admin, &format!("Lead {n}"), "+79215550138").await;
    }
    let all = entries(t).await;
    let mut filter = AuditFilter::default();
    let first = audit::list(&t.db, &t.admin, &filter).await.unwrap();
    assert_eq!((first.rows.len(), first.count as i64), (50, all));
    assert_eq!((first.rows[0].name.as_str(), first.rows[0].action.as_str()), ("Lead 59", "register"));
    assert_eq!(first.rows[0].who.as_ref().map(|who| who.name.as_str()), Some("Анна Белова"));
    filter.cursor = first.next;
    let second = audit::list(&t.db, &t.admin, &filter).await.unwrap();
    let seqs: Vec<i64> = first.rows.iter().chain(&second.rows).map(|row| row.seq).collect();
    assert_eq!(seqs, (1..=all).rev().collect::<Vec<_>>());
    assert_eq!(second.next, None);
    filter.cursor = Some("x".into());
    let bad = audit::list(&t.db, &t.admin, &filter).await.map(|page| page.count);
    assert_eq!(bad, Err(Problem::field("cursor", Fault::Unknown)));

    let before = t.db.statements();
    audit::list(&t.db, &t.admin, &AuditFilter::default()).await.unwrap();
    assert_eq!(t.db.statements() - before, 3);
}

async fn filters_narrow(t: &T) {
    let boris = t.user("Boris Repin", Role::SalesRep, None).await;
    t.pass(TimeDelta::hours(1));
    let from = t.clock.now();
    t.lead(&boris.actor(), "Elena", "+79215550138").await;
    t.pass(TimeDelta::hours(1));
    let until = t.clock.now();
    t.lead(&t.admin, "Clara", "+79215550139").await;
    let count = async |filter: AuditFilter| audit::list(&t.db, &t.admin, &filter).await.unwrap().rows.len();
    assert_eq!(count(AuditFilter { actor: Some(boris.id), ..AuditFilter::default() }).await, 1);
    assert_eq!(count(AuditFilter { entity: "lead".into(), ..AuditFilter::default() }).await, 2);
    assert_eq!(count(AuditFilter { action: "register".into(), ..AuditFilter::default() }).await, 2);
    let period = AuditFilter { from: Some(from), until: Some(until), ..AuditFilter::default() };
    assert_eq!(count(period).await, 1);
    assert_eq!(count(AuditFilter { from: Some(until), ..AuditFilter::default() }).await, 1);
    assert_eq!(count(AuditFilter { entity: "nonsense".into(), ..AuditFilter::default() }).await, 0);
}

async fn where_a_request_came_from_is_kept(t: &T) {
    let lead =
        domain::lead::NewLead { name: "Elena".into(), phone: "+79215550138".into(), ..Default::default() };
    leads::create(&t.db.asked_from("192.0.2.7"), &t.admin, lead).await.unwrap();
    let newest = audit::list(&t.db, &t.admin, &AuditFilter::default()).await.unwrap().rows.remove(0);
    assert_eq!(newest.origin, "192.0.2.7");
    entries(t).await;
}

async fn the_export_holds_every_entry_once(t: &T) {
    for _ in 0..6 {
        let visitors = (0..100).map(|n| {
            let fields = crate::intake::fields(&[("name", &format!("V{n}")), ("phone", "+79215550138")]);
            store::intake::submit(&t.db, "call-back", fields, None)
        });
        assert!(join_all(visitors).await.iter().all(Result::is_ok));
    }
    let all = entries(t).await;
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let (page, next) = audit::export(&t.db, &t.admin, cursor.as_deref()).await.unwrap();
        rows.extend(page.into_iter().map(|row| row["seq"].as_i64().unwrap()));
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(rows, (1..=all).collect::<Vec<_>>());
}

async fn only_admins_read_it(t: &T) {
    for role in Role::ALL {
        let actor = t.user(role.code(), role, None).await.actor();
        let expected = if role == Role::Admin { Ok(()) } else { Err(Problem::Forbidden) };
        let listed = audit::list(&t.db, &actor, &AuditFilter::default()).await.map(drop);
        let exported = audit::export(&t.db, &actor, None).await.map(drop);
        let verified = audit::verify(&t.db, &actor).await.map(drop);
        assert_eq!([listed, exported, verified], [expected.clone(), expected.clone(), expected], "{role:?}");
    }
    assert!(audit::verify(&t.db, &Actor::SYSTEM).await.is_ok());
}
