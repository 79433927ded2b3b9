//! Forms as marketers build them.

use domain::access::Role;
use domain::form::{ChannelOwner, Field, FieldKind, OwnerRule, Taker, Texts};
use domain::id::{FormId, TeamId, UserId};
use domain::user::Handover;
use domain::{Fault, Label, Problem};
use store::audit;
use store::forms::{self, SaveForm};
use store::users;

use crate::harness::{T, both};

both!(
    a_fresh_company_has_one_form,
    a_form_is_made_changed_and_switched_off,
    whoever_may_not_is_refused_before_anything_is_looked_at,
    an_address_belongs_to_one_form,
    a_stale_form_is_not_saved_over_a_newer_one,
    every_fault_is_named_at_its_field,
    every_fault_of_a_field_is_named,
    sites_are_kept_as_exact_origins,
    leads_go_to_those_who_are_there,
    what_was_changed_stands_in_the_audit_log,
);

fn field(kind: FieldKind, key: &str, label: &str) -> Field {
    Field {
        kind,
        key: key.into(),
        label: Label::new(label, ""),
        required: matches!(kind, FieldKind::Name | FieldKind::Phone),
        options: Vec::new(),
        value: String::new(),
    }
}

fn choice(key: &str, options: &[&str]) -> Field {
    let options = options.iter().map(|option| Label::new(*option, "")).collect();
    Field { options, ..field(FieldKind::Choice, key, "Which?") }
}

fn form(slug: &str) -> SaveForm {
    SaveForm {
        id: None,
        slug: slug.into(),
        name: Label::new("", "Аудит"),
        fields: vec![field(FieldKind::Name, "name", "Name"), field(FieldKind::Phone, "phone", "Phone")],
        texts: Texts { thanks: Label::new("Thanks", ""), ..Texts::default() },
        redirect: String::new(),
        origins: Vec::new(),
        call_back_minutes: 60,
        owner: OwnerRule::default(),
        duplicate_minutes: 10,
        guarded: true,
        active: true,
    }
}

/// What is wrong with a form that the administrator wants to save.
async fn faults(t: &T, form: SaveForm) -> Vec<(String, Fault)> {
    match forms::save(&t.db, &t.admin, form).await {
        Err(Problem::Invalid { fields }) => fields.into_iter().map(|f| (f.field, f.fault)).collect(),
        other => panic!("{other:?}"),
    }
}

fn named(faults: &[(&str, Fault)]) -> Vec<(String, Fault)> {
    faults.iter().map(|(field, fault)| ((*field).to_owned(), *fault)).collect()
}

async fn one(t: &T, id: FormId) -> domain::form::Form {
    let all = forms::list(&t.db, &t.admin).await.unwrap();
    all.into_iter().find(|form| form.id == id).unwrap()
}

async fn a_fresh_company_has_one_form(t: &T) {
    use FieldKind::{Consent, Email, Message, Name, Phone};
    let all = forms::list(&t.db, &t.admin).await.unwrap();
    let [form] = all.as_slice() else { panic!("one form: {all:?}") };
    assert_eq!((form.slug.as_str(), form.active, form.version), ("call-back", true, 1));
    let kinds: Vec<FieldKind> = form.fields.iter().map(|field| field.kind).collect();
    assert_eq!(kinds, [Name, Phone, Email, Message, Consent]);
    assert!(!form.fields[4].required);
    // It may be saved as it stands.
    forms::save(&t.db, &t.admin, SaveForm::from(form.clone())).await.unwrap();
    assert_eq!(one(t, form.id).await, domain::form::Form { version: 2, ..form.clone() });
}

async fn a_form_is_made_changed_and_switched_off(t: &T) {
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    let hidden = Field { value: " landing A ".into(), ..field(FieldKind::Hidden, "page", "Page") };
    let mut fields = form("").fields;
    fields.push(choice("branch", &["North", " North ", "South", ""]));
    fields.push(field(FieldKind::Consent, "whatever", "is not used"));
    fields.push(hidden);
    let new = SaveForm { fields, ..form(" Audit-2026 ") };
    let id = forms::save(&t.db, &marketer, new).await.unwrap();
    let made = forms::public(&t.db, "audit-2026").await.unwrap();
    assert_eq!((made.id, made.version, made.name.ru.as_str()), (id, 1, "Аудит"));
    let keys: Vec<&str> = made.fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["name", "phone", "branch", "consent", "page"]);
    let options: Vec<&str> = made.fields[2].options.iter().map(|option| option.en.as_str()).collect();
    assert_eq!(options, ["North", "South"]);
    assert_eq!(
        (made.fields[3].label.clone(), made.fields[4].value.as_str()),
        (Label::default(), "landing A")
    );

    // In force at once, also for those who read the cached forms.
    let changed = SaveForm { call_back_minutes: 15, ..SaveForm::from((*made).clone()) };
    assert_eq!(forms::save(&t.db, &marketer, changed).await, Ok(id));
    let changed = forms::public(&t.db, "audit-2026").await.unwrap();
    assert_eq!((changed.call_back_minutes, changed.version), (15, 2));
    let off = SaveForm { active: false, ..SaveForm::from((*changed).clone()) };
    forms::save(&t.db, &marketer, off).await.unwrap();
    assert_eq!(forms::public(&t.db, "audit-2026").await, Err(Problem::NotFound));
    let slugs: Vec<String> =
        forms::list(&t.db, &marketer).await.unwrap().into_iter().map(|form| form.slug).collect();
    assert_eq!(slugs, ["audit-2026", "call-back"]);
}

async fn whoever_may_not_is_refused_before_anything_is_looked_at(t: &T) {
    for role in [Role::HeadOfSales, Role::SalesRep, Role::Delivery, Role::Viewer] {
        let actor = t.user(role.code(), role, None).await.actor();
        let reads = role == Role::HeadOfSales;
        assert_eq!(forms::list(&t.db, &actor).await.is_ok(), reads, "{role:?}");
        let nonsense = SaveForm { call_back_minutes: -1, ..form("") };
        assert_eq!(forms::save(&t.db, &actor, nonsense).await, Err(Problem::Forbidden), "{role:?}");
    }
    let unknown = SaveForm { id: Some((FormId(uuid::Uuid::nil()), 1)), ..form("x1") };
    assert_eq!(forms::save(&t.db, &t.admin, unknown).await, Err(Problem::NotFound));
    assert_eq!(forms::list(&t.db, &t.admin).await.unwrap().len(), 1);
}

async fn an_address_belongs_to_one_form(t: &T) {
    assert_eq!(faults(t, form("call-back")).await, named(&[("slug", Fault::Taken)]));
    let id = forms::save(&t.db, &t.admin, form("audit")).await.unwrap();
    let moved = SaveForm { id: Some((id, 1)), ..form("CALL-BACK") };
    assert_eq!(faults(t, moved).await, named(&[("slug", Fault::Taken)]));
    let moved = SaveForm { id: Some((id, 1)), ..form("audit-2") };
    forms::save(&t.db, &t.admin, moved).await.unwrap();
    assert_eq!(forms::public(&t.db, "audit").await, Err(Problem::NotFound));
}

async fn a_stale_form_is_not_saved_over_a_newer_one(t: &T) {
    let id = forms::save(&t.db, &t.admin, form("audit")).await.unwrap();
    let of = |version| SaveForm { id: Some((id, version)), ..form("audit") };
    forms::save(&t.db, &t.admin, of(1)).await.unwrap();
    let stale = SaveForm { call_back_minutes: 5, ..of(1) };
    assert_eq!(forms::save(&t.db, &t.admin, stale).await, Err(Problem::Conflict { version: 2 }));
    assert_eq!(one(t, id).await.call_back_minutes, 60);
}

async fn every_fault_is_named_at_its_field(t: &T) {
    let bad = SaveForm {
        name: Label::default(),
        texts: Texts { title: Label::new("x".repeat(201), ""), ..Texts::default() },
        redirect: " ".into(),
        call_back_minutes: 0,
        duplicate_minutes: 1441,
        ..form("Привет")
    };
    assert_eq!(
        faults(t, bad).await,
        named(&[
            ("name", Fault::Required),
            ("slug", Fault::WrongType),
            ("title", Fault::TooLong(200)),
            ("thanks", Fault::Required),
            ("call_back_minutes", Fault::OutOfRange),
            ("duplicate_minutes", Fault::OutOfRange),
        ])
    );
    for slug in ["", "a", "a b", "a/b", "a_b", "..", &"x".repeat(61)] {
        let fault = if slug.is_empty() { Fault::Required } else { Fault::WrongType };
        assert_eq!(faults(t, form(slug)).await, named(&[("slug", fault)]), "{slug}");
    }
    let longest = SaveForm { call_back_minutes: 10_080, duplicate_minutes: 1440, ..form(&"x".repeat(60)) };
    forms::save(&t.db, &t.admin, longest).await.unwrap();
    // Who is sent on needs no thanks; and what is dangerous to be sent to is refused.
    let sent =
        |redirect: &str| SaveForm { redirect: redirect.into(), texts: Texts::default(), ..form("sent") };
    for redirect in
        ["http://example.com", "javascript:alert(1)", "https://a:b@example.com/", "https://exa mple.com"]
    {
        let wrong = faults(t, sent(redirect)).await;
        assert_eq!(wrong, named(&[("redirect", Fault::WrongType)]), "{redirect}");
    }
    let id = forms::save(&t.db, &t.admin, sent("example.com/спасибо")).await.unwrap();
    let kept = one(t, id).await.redirect;
    assert_eq!(kept, "https://example.com/%D1%81%D0%BF%D0%B0%D1%81%D0%B8%D0%B1%D0%BE");
}

async fn every_fault_of_a_field_is_named(t: &T) {
    let with = |fields: Vec<Field>| SaveForm { fields, ..form("fields") };
    let base = || form("").fields;
    assert_eq!(faults(t, with(Vec::new())).await, named(&[("fields", Fault::Required)]));
    assert_eq!(faults(t, with(base()[..1].to_vec())).await, named(&[("fields", Fault::Required)]));
    assert_eq!(
        faults(t, with(vec![choice("x", &["a", "b"]); 31])).await,
        named(&[("fields", Fault::TooLong(30))])
    );

    let mut fields = base();
    fields.extend([
        field(FieldKind::Email, "", " "),
        choice("branch", &["One", "One"]),
        choice("branch", &["One", "Two"]),
        field(FieldKind::Checkbox, "Agree", "Agree?"),
        field(FieldKind::Checkbox, "website", "Agree?"),
        field(FieldKind::Checkbox, "email", "Agree?"),
        field(FieldKind::Hidden, "", ""),
        field(FieldKind::Name, "again", "Name"),
    ]);
    assert_eq!(
        faults(t, with(fields)).await,
        named(&[
            ("fields.2.label", Fault::Required),
            ("fields.3.options", Fault::Required),
            ("fields.4.key", Fault::Taken),
            ("fields.5.key", Fault::WrongType),
            ("fields.6.key", Fault::Taken),
            ("fields.7.key", Fault::Taken),
            ("fields.8.key", Fault::Required),
            ("fields.8.label", Fault::Required),
            ("fields.8.value", Fault::Required),
            ("fields.9.key", Fault::Taken),
        ])
    );

    // Whoever asks has to be reached: by phone, or by e-mail.
    let mut fields = base();
    (fields[0].required, fields[1].required) = (false, false);
    assert_eq!(faults(t, with(fields.clone())).await, named(&[("fields.1.required", Fault::Required)]));
    fields.push(field(FieldKind::Email, "", "E-mail"));
    let id = forms::save(&t.db, &t.admin, with(fields)).await.unwrap();
    let required: Vec<bool> = one(t, id).await.fields.iter().map(|field| field.required).collect();
    assert_eq!(required, [true, false, false], "a name is always asked for");
}

async fn sites_are_kept_as_exact_origins(t: &T) {
    let with = |origins: &[&str]| SaveForm {
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        ..form("sites")
    };
    for bad in ["http://example.com", "https://*.example.com", "https://u:p@example.com", "javascript:x"] {
        let wrong = faults(t, with(&["https://good.example", bad])).await;
        assert_eq!(wrong, named(&[("origins", Fault::WrongType)]), "{bad}");
    }
    let many: Vec<String> = (0..51).map(|n| format!("https://{n}.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(faults(t, with(&many)).await, named(&[("origins", Fault::TooLong(50))]));
    let typed =
        ["https://Example.com:443/landing", " example.com ", "", "http://localhost:3000", "пример.рф"];
    forms::save(&t.db, &t.admin, with(&typed)).await.unwrap();
    let kept = forms::public(&t.db, "sites").await.unwrap();
    assert_eq!(
        kept.origins,
        ["https://example.com", "http://localhost:3000", "https://xn--e1afmkfd.xn--p1ai"]
    );
    assert!(kept.allows("https://example.com") && !kept.allows("https://example.com.evil.example"));
    assert!(!kept.allows("null"));
}

async fn leads_go_to_those_who_are_there(t: &T) {
    let team = t.team("North").await;
    let user = t.user("Rep", Role::SalesRep, Some(team)).await;
    let exception = |channel: &str, taker| ChannelOwner { channel: channel.into(), taker };
    let with = |by_channel: Vec<ChannelOwner>, otherwise| SaveForm {
        owner: OwnerRule { by_channel, otherwise },
        ..form("owners")
    };
    let nobody = Taker::User(UserId(uuid::Uuid::nil()));
    let bad = vec![
        exception("Google Ads", Taker::Team(TeamId(uuid::Uuid::nil()))),
        exception(" ", Taker::Turn),
        exception("Google Ads", Taker::Turn),
    ];
    assert_eq!(
        faults(t, with(bad, nobody)).await,
        named(&[
            ("owner", Fault::Unknown),
            ("exceptions.0.taker", Fault::Unknown),
            ("exceptions.1.channel", Fault::Required),
            ("exceptions.2.channel", Fault::Taken),
        ])
    );
    let rule = with(vec![exception(" Google  Ads ", Taker::User(user.id))], Taker::Team(team));
    let id = forms::save(&t.db, &t.admin, rule).await.unwrap();
    let kept = one(t, id).await;
    assert_eq!(kept.owner.of("Google Ads"), Taker::User(user.id));
    assert_eq!(kept.owner.of("Yandex Direct"), Taker::Team(team));
    users::deactivate(&t.db, &t.admin, user.id, user.version, Handover::Unowned).await.unwrap();
    let again = SaveForm::from(kept);
    assert_eq!(faults(t, again).await, named(&[("exceptions.0.taker", Fault::Unknown)]));
}

async fn what_was_changed_stands_in_the_audit_log(t: &T) {
    let id = forms::save(&t.db, &t.admin, form("audit")).await.unwrap();
    let changed = SaveForm { id: Some((id, 1)), call_back_minutes: 15, ..form("audit") };
    forms::save(&t.db, &t.admin, changed).await.unwrap();
    let log = audit::list(&t.db, &t.admin, &Default::default()).await.unwrap();
    let entry = &log.rows[0];
    assert_eq!((entry.action.as_str(), entry.entity.as_str(), entry.id), ("save", "form", id.0));
    let fields: Vec<&str> = entry.changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["call_back_minutes"]);
}
