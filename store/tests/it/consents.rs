//! Consents: what was agreed to, in which words, and taken back.

use domain::access::Role;
use domain::activity::Subject;
use domain::consent::{Consent, Purpose, RecordConsent};
use domain::id::LeadId;
use domain::settings::Settings;
use domain::{Fault, Label, Lang, Problem};
use store::export::{Table, page};
use store::{consents, contacts, intake, leads, settings};

use crate::harness::{T, both};
use crate::intake::fields;

both!(
    a_tick_is_kept_with_the_words_that_were_read,
    no_tick_and_another_text_are_no_consent,
    a_changed_text_is_a_new_version,
    a_consent_follows_the_lead_to_its_contact_and_can_be_withdrawn_there,
    only_who_may_write_the_person_records_and_withdraws,
    leads_are_exported_with_their_consent,
);

async fn submit(t: &T, said: &str, lang: Lang) -> LeadId {
    let mut submission = fields(&[("name", "Анна Ветрова"), ("phone", "+79215550138"), ("consent", said)]);
    submission.lang = Some(lang);
    intake::submit(&t.db.asked_from("203.0.113.9"), "call-back", submission, None).await.unwrap().id
}

async fn of(t: &T, lead: LeadId) -> Vec<Consent> {
    leads::record(&t.db, &t.admin, lead, None).await.unwrap().consents
}

fn by_hand(on: Subject) -> RecordConsent {
    RecordConsent { on, purpose: Purpose::Marketing, how: "on the phone".into() }
}

async fn a_tick_is_kept_with_the_words_that_were_read(t: &T) {
    let lead = submit(t, "1", Lang::Ru).await;
    let known = settings::show(&t.db, &t.admin).await.unwrap();
    let consents = of(t, lead).await;
    assert_eq!(consents.len(), 1);
    let consent = &consents[0];
    assert_eq!((consent.purpose, consent.version, consent.lang), (Purpose::Processing, 1, Lang::Ru));
    assert_eq!(consent.text, known.consent.ru);
    assert_eq!(consent.given_at, t.clock.now());
    assert_eq!(consent.ip, "203.0.113.9");
    assert_eq!(consent.form.as_ref().map(|form| form.en.as_str()), Some("Call me back"));
    assert_eq!((consent.withdrawn_at, consent.recorded_by.clone()), (None, None));
}

async fn no_tick_and_another_text_are_no_consent(t: &T) {
    for said in ["", "no", "false", "7"] {
        let lead = submit(t, said, Lang::En).await;
        assert_eq!(of(t, lead).await, [], "{said}");
    }
    let silent = settings::show(&t.db, &t.admin).await.unwrap();
    settings::save(&t.db, &t.admin, Settings { consent: Label::default(), ..silent }).await.unwrap();
    let lead = submit(t, "true", Lang::En).await;
    assert_eq!(of(t, lead).await, [], "there was nothing to agree to");
}

async fn a_changed_text_is_a_new_version(t: &T) {
    let before = submit(t, "true", Lang::En).await;
    let known = settings::show(&t.db, &t.admin).await.unwrap();
    // Another setting is no change of the text.
    let other = Settings { offer_days: 30, consent_version: 99, ..known.clone() };
    settings::save(&t.db, &t.admin, other).await.unwrap();
    assert_eq!(settings::show(&t.db, &t.admin).await.unwrap().consent_version, 1);
    let changed = Settings { consent: Label::new("Yes, please.", "Да."), ..known.clone() };
    settings::save(&t.db, &t.admin, changed).await.unwrap();
    let after = submit(t, "2", Lang::En).await;
    let told = |consents: Vec<Consent>| (consents[0].version, consents[0].text.clone());
    assert_eq!(told(of(t, before).await), (1, known.consent.en));
    assert_eq!(told(of(t, after).await), (2, "Yes, please.".to_owned()));
}

async fn a_consent_follows_the_lead_to_its_contact_and_can_be_withdrawn_there(t: &T) {
    let made = t.client(&t.admin, "Анна Ветрова", "+79215550138", "").await;
    let lead = leads::list(&t.db, &t.admin, domain::lead::LeadFilter { all: true, ..Default::default() });
    let lead = lead.await.unwrap().rows[0].id;
    // On the lead after its conversion, and on the contact.
    let first = consents::record(&t.db, &t.admin, by_hand(Subject::Lead(lead))).await.unwrap();
    consents::record(&t.db, &t.admin, by_hand(Subject::Contact(made.contact))).await.unwrap();
    let (.., of_contact) = contacts::show(&t.db, &t.admin, made.contact).await.unwrap();
    assert_eq!(of_contact.len(), 2);
    t.pass(chrono::TimeDelta::hours(1));
    let nothing = consents::withdraw(&t.db, &t.admin, first, " ").await;
    assert_eq!(nothing, Err(Problem::field("why", Fault::Required)));
    for why in ["asked for it", "a second time"] {
        consents::withdraw(&t.db, &t.admin, first, why).await.unwrap();
    }
    let consents = of(t, lead).await;
    assert_eq!(consents.len(), 1);
    assert_eq!(consents[0].withdrawn_at, Some(t.clock.now()));
    assert_eq!(consents[0].withdrawn_why, "asked for it");
    assert_eq!(consents[0].withdrawn_by.as_ref().map(|person| person.name.as_str()), Some("Анна Белова"));
}

async fn only_who_may_write_the_person_records_and_withdraws(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let owner = t.user("Boris Repin", Role::SalesRep, Some(north)).await.actor();
    let colleague = t.user("Clara Moss", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Denis Fox", Role::SalesRep, Some(south)).await.actor();
    let lead = t.lead(&owner, "Анна Ветрова", "+79215550138").await;
    let id = consents::record(&t.db, &owner, by_hand(Subject::Lead(lead))).await.unwrap();
    for (actor, answer) in [(&colleague, Problem::Forbidden), (&stranger, Problem::NotFound)] {
        let recorded = consents::record(&t.db, actor, by_hand(Subject::Lead(lead))).await;
        assert_eq!(recorded.err(), Some(answer.clone()));
        assert_eq!(consents::withdraw(&t.db, actor, id, "x").await.err(), Some(answer));
    }
    let bare = RecordConsent { how: " ".into(), ..by_hand(Subject::Lead(lead)) };
    let refused = consents::record(&t.db, &owner, bare).await;
    assert_eq!(refused.err(), Some(Problem::field("how", Fault::Required)));
    assert_eq!(of(t, lead).await.len(), 1);
}

async fn leads_are_exported_with_their_consent(t: &T) {
    let lead = submit(t, "on", Lang::En).await;
    submit(t, "", Lang::En).await;
    let id = of(t, lead).await[0].id;
    t.pass(chrono::TimeDelta::hours(1));
    consents::withdraw(&t.db, &t.admin, id, "asked for it").await.unwrap();
    let (rows, _) = page(&t.db, &t.admin, Table::Leads, None).await.unwrap();
    assert_eq!(rows[0]["consent_given_at"], "2026-11-24T09:00:00Z");
    assert_eq!(rows[0]["consent_version"], 1);
    assert_eq!(rows[0]["consent_withdrawn_at"], "2026-11-24T10:00:00Z");
    assert!(rows[1]["consent_given_at"].is_null() && rows[1]["consent_version"].is_null());
}
