//! The demo's second form, and what was sent through both that was no lead: bots, and people whose number was wrong.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::access::Actor;
use domain::form::{ChannelOwner, Field, FieldKind, NewSubmission, OwnerRule, Taker, Texts};
use domain::{Label, Problem};
use store::forms::SaveForm;
use store::intake::{Evidence, Guard};

use super::Demo;
use super::company::Staff;

/// The address of the second form.
pub const AUDIT: &str = "audit";
/// What it offers to choose from.
const TOPICS: [(&str, &str); 3] = [
    ("Sales department", "Отдел продаж"),
    ("Security", "Безопасность"),
    ("Network and servers", "Сеть и серверы"),
];

/// The form on the page about audits.
pub async fn build(demo: &Demo, staff: &Staff) -> Result<(), Problem> {
    let field = |kind: FieldKind, key: &str, en: &str, ru: &str| Field {
        kind,
        key: key.to_owned(),
        label: Label::new(en, ru),
        required: matches!(kind, FieldKind::Name | FieldKind::Phone | FieldKind::Choice),
        options: Vec::new(),
        value: String::new(),
    };
    let topics = TOPICS.map(|(en, ru)| Label::new(en, ru)).to_vec();
    let page = demo.say("Page about audits", "Страница об аудите");
    let form = SaveForm {
        id: None,
        slug: AUDIT.to_owned(),
        name: Label::new("Audit request", "Заявка на аудит"),
        fields: vec![
            field(FieldKind::Name, "name", "Your name", "Ваше имя"),
            field(FieldKind::Phone, "phone", "Phone", "Телефон"),
            field(FieldKind::Email, "email", "E-mail", "Эл. почта"),
            field(FieldKind::Company, "company", "Company", "Компания"),
            Field {
                options: topics,
                ..field(FieldKind::Choice, "topic", "What shall we look at?", "Что посмотреть?")
            },
            field(FieldKind::Checkbox, "urgent", "It is urgent", "Это срочно"),
            field(FieldKind::Consent, "", "", ""),
            Field {
                value: page.to_owned(), ..field(FieldKind::Hidden, "page", "Sent from", "Отправлено с")
            },
        ],
        texts: Texts {
            title: Label::new("Have it looked at", "Закажите аудит"),
            note: Label::new(
                "We answer within half an hour on working days.",
                "В рабочие дни отвечаем за полчаса.",
            ),
            button: Label::new("Request an audit", "Заказать аудит"),
            thanks: Label::new("Thank you! We are on it.", "Спасибо! Уже занимаемся."),
        },
        redirect: String::new(),
        origins: vec!["https://north-bridge.example".to_owned()],
        call_back_minutes: 30,
        owner: OwnerRule {
            by_channel: vec![ChannelOwner {
                channel: "Referral".to_owned(),
                taker: Taker::User(staff.head.id),
            }],
            otherwise: Taker::Turn,
        },
        duplicate_minutes: 60,
        guarded: true,
        active: true,
    };
    store::forms::save(&demo.db, &Actor::SYSTEM, form).await?;
    Ok(())
}

/// What a visitor answers to the second form beside who they are.
pub fn answers(demo: &Demo, index: usize) -> Vec<(String, String)> {
    let (en, ru) = TOPICS[index / 10 % TOPICS.len()];
    let mut answers = vec![("topic".to_owned(), demo.say(en, ru).to_owned())];
    if index % 20 == 4 {
        answers.push(("urgent".to_owned(), "on".to_owned()));
    }
    answers
}

/// A wrong number, two bots, and somebody who may be none.
pub async fn doubtful(demo: &Demo) -> Result<(), Problem> {
    demo.clock.set(demo.now - TimeDelta::hours(5));
    let (anna, igor) = (demo.say("Anna Roberts", "Анна Романова"), demo.say("Igor Pines", "Игорь Соснин"));
    let db = demo.db.asked_from("203.0.113.24");
    let wrong = sent(demo, &[("name", anna), ("phone", "12"), ("email", "anna@mail.example")]);
    // The answer is what the visitor reads; it stands in the log once the next one does.
    if store::intake::submit(&db, "call-back", wrong, None).await.is_ok() {
        return Err(Problem::Internal);
    }
    let form = store::forms::public(&demo.db, "call-back").await?;
    let spam = "<a href=\"https://pills.example\">Cheap pills</a>";
    let bots = [
        (
            vec![("name", "Best Seo"), ("phone", "+1 202 555 0190"), ("message", spam)],
            "https://pills.example",
        ),
        (vec![("name", igor), ("phone", "+7 812 555 01 91"), ("email", "igor@mail.example")], ""),
        (vec![("name", "test"), ("phone", "+1 202 555 0192"), ("message", "test")], ""),
    ];
    for (fields, honeypot) in bots {
        let evidence = Evidence { honeypot: honeypot.to_owned(), ..Evidence::default() };
        let verdict = store::intake::judge(&demo.db, Guard::STANDARD, &form, &evidence);
        let db = demo.db.asked_from("198.51.100.7");
        store::intake::submit_judged(&db, "call-back", sent(demo, &fields), None, verdict).await?;
    }
    Ok(())
}

fn sent(demo: &Demo, fields: &[(&str, &str)]) -> NewSubmission {
    let fields: BTreeMap<_, _> =
        fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    NewSubmission { fields, lang: Some(demo.lang), ..NewSubmission::default() }
}
