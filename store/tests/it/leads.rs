//! Leads: found, given away, settled.

use chrono::TimeDelta;
use domain::access::{Action, Actor, Role};
use domain::activity::{Happening, Subject};
use domain::contact::PointKind;
use domain::id::{LeadId, UserId};
use domain::lead::{ConvertLead, LeadFilter, LeadStatus, MatchReason, NewLead};
use domain::{Currency, Fault, Money, Outcome, Problem, Refusal};
use sea_orm::{ConnectionTrait, Database};
use store::export::Table;
use store::{accounts, activities, contacts, deals, export, intake, leads, settings, tasks};
use uuid::Uuid;

use crate::harness::{T, both};
use crate::intake::fields;

both!(
    filters_choose,
    pages_follow_each_other_without_gaps,
    lists_and_pages_take_few_statements,
    another_teams_leads_are_not_found,
    who_only_reads_changes_nothing,
    a_lead_typed_in_needs_a_way_to_call_back,
    converting_makes_everything,
    converting_is_all_or_nothing,
    a_settled_lead_stays_settled,
    known_people_are_proposed_and_used,
    records_out_of_reach_are_not_proposed_nor_used,
    nobodys_lead_belongs_to_whoever_converts_it,
    disqualifying_needs_a_reason_and_ends_the_tasks,
    a_lead_is_given_with_its_tasks,
);

async fn names(t: &T, actor: &Actor, filter: LeadFilter) -> Vec<String> {
    let page = leads::list(&t.db, actor, filter).await.unwrap();
    assert_eq!(page.count as usize, page.rows.len());
    page.rows.into_iter().map(|row| row.name).collect()
}

fn text(text: &str) -> LeadFilter {
    LeadFilter { text: text.into(), ..LeadFilter::default() }
}

fn decide(lead: LeadId, version: i64) -> ConvertLead {
    ConvertLead {
        lead,
        version,
        contact: None,
        contact_name: "Анна Ветрова".into(),
        account: None,
        account_name: "ООО «Ветер»".into(),
        deal_title: "Аудит".into(),
        amount: Some(Money::new(10_000_000, Currency::Rub)),
        pipeline: None,
    }
}

async fn how_many(t: &T, table: Table) -> usize {
    export::page(&t.db, &t.admin, table, None).await.unwrap().0.len()
}

async fn filters_choose(t: &T) {
    let rep = t.user("Boris", Role::SalesRep, None).await;
    let new = |name: &str, phone: &str, email: &str, company: &str| NewLead {
        name: name.into(),
        phone: phone.into(),
        email: email.into(),
        company: company.into(),
        ..NewLead::default()
    };
    leads::create(&t.db, &t.admin, new("Елена Воробьёва", "8 (921) 555-01-38", "", "")).await.unwrap();
    t.pass(TimeDelta::hours(1));
    let middle = t.clock.now();
    leads::create(
        &t.db,
        &rep.actor(),
        new("Пётр", "+79215550139", "petr_50%@sever.ru", "ООО «Северная Верфь»"),
    )
    .await
    .unwrap();
    t.pass(TimeDelta::hours(1));
    let mut ad = fields(&[("name", "Ann"), ("phone", "+14155550100")]);
    ad.attribution.landing_url = "https://a.example/?yclid=1".into();
    let ann = intake::submit(&t.db, "call-back", ad, None).await.unwrap().id;

    let open = LeadFilter::default();
    assert_eq!(names(t, &t.admin, open.clone()).await, ["Ann", "Пётр", "Елена Воробьёва"]);
    for (part, found) in [
        ("ВОРОБЬЕВА", "Елена Воробьёва"),
        ("северная  верфь", "Пётр"),
        ("50%@", "Пётр"),
        ("0138", "Елена Воробьёва"),
        ("8 921 555 01 38", "Елена Воробьёва"),
        ("+1 415", "Ann"),
    ] {
        assert_eq!(names(t, &t.admin, text(part)).await, [found], "{part}");
    }
    assert!(names(t, &t.admin, text("0_38")).await.is_empty());
    let owner = LeadFilter { owner: Some(rep.id), ..open.clone() };
    assert_eq!(names(t, &t.admin, owner).await, ["Ann", "Пётр"]);
    let channel = LeadFilter { channel: "Yandex Direct".into(), ..open.clone() };
    assert_eq!(names(t, &t.admin, channel).await, ["Ann"]);
    assert_eq!(leads::channels(&t.db, &t.admin).await.unwrap(), ["Manual", "Yandex Direct"]);
    let since = LeadFilter { from: Some(middle), ..open.clone() };
    assert_eq!(names(t, &t.admin, since).await, ["Ann", "Пётр"]);
    let before = LeadFilter { until: Some(middle), ..open.clone() };
    assert_eq!(names(t, &t.admin, before).await, ["Елена Воробьёва"]);

    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap()[0].id;
    leads::disqualify(&t.db, &t.admin, ann, 1, Some(reason), "").await.unwrap();
    assert_eq!(names(t, &t.admin, open).await, ["Пётр", "Елена Воробьёва"]);
    let gone = LeadFilter { status: Some(LeadStatus::Disqualified), ..LeadFilter::default() };
    assert_eq!(names(t, &t.admin, gone).await, ["Ann"]);
    let all = LeadFilter { all: true, ..LeadFilter::default() };
    assert_eq!(names(t, &t.admin, all).await.len(), 3);
}

async fn pages_follow_each_other_without_gaps(t: &T) {
    for i in 0..120 {
        t.lead(&t.admin, &format!("Lead {i}"), &format!("+79215550{i:03}")).await;
        if i % 7 == 0 {
            t.pass(TimeDelta::seconds(1));
        }
    }
    let mut numbers = Vec::new();
    let mut cursor = None;
    loop {
        let page =
            leads::list(&t.db, &t.admin, LeadFilter { cursor, ..LeadFilter::default() }).await.unwrap();
        assert_eq!(page.count, 120);
        numbers.extend(page.rows.iter().map(|row| row.number));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(numbers, (1..=120).rev().collect::<Vec<_>>());
    let bad = LeadFilter { cursor: Some("nonsense".into()), ..LeadFilter::default() };
    assert_eq!(
        leads::list(&t.db, &t.admin, bad).await.map(|page| page.count),
        Err(Problem::field("cursor", Fault::Unknown))
    );
}

async fn lists_and_pages_take_few_statements(t: &T) {
    let mut last = None;
    for i in 0..10 {
        last = Some(t.lead(&t.admin, "Lead", &format!("+7921555010{i}")).await);
    }
    leads::channels(&t.db, &t.admin).await.unwrap();
    let before = t.db.statements();
    leads::list(&t.db, &t.admin, LeadFilter::default()).await.unwrap();
    assert_eq!(t.db.statements() - before, 2);
    let before = t.db.statements();
    leads::record(&t.db, &t.admin, last.unwrap(), None).await.unwrap();
    assert_eq!(t.db.statements() - before, 4);
}

async fn another_teams_leads_are_not_found(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let mine = t.user("Boris", Role::SalesRep, Some(north)).await.actor();
    let colleague = t.user("Clara", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Dmitri", Role::SalesRep, Some(south)).await.actor();
    let delivery = t.user("Elena", Role::Delivery, Some(north)).await.actor();
    let lead = t.lead(&mine, "Анна Ветрова", "+79215550138").await;
    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap()[0].id;

    assert_eq!(names(t, &colleague, LeadFilter::default()).await, ["Анна Ветрова"]);
    assert!(names(t, &stranger, LeadFilter::default()).await.is_empty());
    assert!(names(t, &stranger, text("Ветрова")).await.is_empty());
    assert!(leads::channels(&t.db, &stranger).await.unwrap().is_empty());
    assert_eq!(
        leads::list(&t.db, &delivery, LeadFilter::default()).await.map(|p| p.count),
        Err(Problem::Forbidden)
    );

    for (actor, problem) in
        [(&stranger, Problem::NotFound), (&delivery, Problem::NotFound), (&colleague, Problem::Forbidden)]
    {
        if problem == Problem::NotFound {
            assert_eq!(leads::show(&t.db, actor, lead).await.map(|l| l.id), Err(problem.clone()));
            let story = activities::timeline(&t.db, actor, Subject::Lead(lead), None).await;
            assert_eq!(story.map(|page| page.count), Err(problem.clone()));
            let open = tasks::open_on(&t.db, actor, Subject::Lead(lead)).await;
            assert_eq!(open.map(|tasks| tasks.len()), Err(problem.clone()));
        }
        assert_eq!(leads::propose(&t.db, actor, lead).await.map(|p| p.lead), Err(problem.clone()));
        assert_eq!(leads::convert(&t.db, actor, decide(lead, 1)).await, Err(problem.clone()));
        // Rights come before input: a stranger learns nothing from what is wrong with theirs.
        let empty = ConvertLead { deal_title: String::new(), ..decide(lead, 1) };
        assert_eq!(leads::convert(&t.db, actor, empty).await, Err(problem.clone()));
        assert_eq!(leads::disqualify(&t.db, actor, lead, 1, Some(reason), "").await, Err(problem.clone()));
        assert_eq!(leads::assign(&t.db, actor, lead, 1, stranger.user.unwrap()).await, Err(problem));
    }
    let nobody = LeadId(Uuid::nil());
    assert_eq!(leads::show(&t.db, &t.admin, nobody).await.map(|l| l.id), Err(Problem::NotFound));
}

async fn who_only_reads_changes_nothing(t: &T) {
    let lead = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    for role in [Role::Marketer, Role::Viewer] {
        let actor = t.user(role.code(), role, None).await.actor();
        assert!(actor.reaches(Action::Read, domain::access::Entity::Lead));
        assert_eq!(leads::show(&t.db, &actor, lead).await.unwrap().id, lead);
        assert_eq!(leads::convert(&t.db, &actor, decide(lead, 1)).await, Err(Problem::Forbidden));
        let new = NewLead { name: "x".into(), phone: "+79215550138".into(), ..NewLead::default() };
        assert_eq!(leads::create(&t.db, &actor, new).await, Err(Problem::Forbidden));
    }
    assert_eq!(how_many(t, Table::Leads).await, 1);
}

async fn a_lead_typed_in_needs_a_way_to_call_back(t: &T) {
    let bad = |lead: NewLead| async move { leads::create(&t.db, &t.admin, lead).await.unwrap_err() };
    let problem = bad(NewLead::default()).await;
    assert_eq!(
        [problem.fault_of("name"), problem.fault_of("phone")],
        [Some(Fault::Required), Some(Fault::Required)]
    );
    let problem =
        bad(NewLead { name: "A".into(), phone: "abc".into(), email: "x".into(), ..NewLead::default() }).await;
    assert_eq!(
        [problem.fault_of("phone"), problem.fault_of("email")],
        [Some(Fault::NotAPhone), Some(Fault::NotAnEmail)]
    );
    assert_eq!(how_many(t, Table::Leads).await, 0);

    let by_mail = NewLead { name: "A".into(), email: "a@b.co".into(), ..NewLead::default() };
    let id = leads::create(&t.db, &t.admin, by_mail).await.unwrap();
    let lead = leads::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!((lead.number, lead.form, lead.attribution.last.channel.as_str()), (1, None, "Manual"));
    assert_eq!(lead.owner.map(|owner| owner.id), t.admin.user);
    assert_eq!(tasks::open_on(&t.db, &t.admin, Subject::Lead(id)).await.unwrap().len(), 1);
    let story = activities::timeline(&t.db, &t.admin, Subject::Lead(id), None).await.unwrap();
    assert_eq!(story.rows[0].what, Happening::LeadEntered);
}

async fn converting_makes_everything(t: &T) {
    let rep = t.user("Boris", Role::SalesRep, Some(t.team("North").await)).await;
    let mut ad = fields(&[("name", "Анна Ветрова"), ("phone", "8 921 555-01-38"), ("email", "anna@wind.ru")]);
    ad.attribution.landing_url = "https://a.example/?utm_source=google&utm_medium=cpc&utm_term=audit".into();
    let lead = intake::submit(&t.db, "call-back", ad, None).await.unwrap().id;
    let me = rep.actor();
    let proposed = leads::propose(&t.db, &me, lead).await.unwrap();
    assert_eq!(
        (proposed.contact_name.as_str(), proposed.deal_title.as_str()),
        ("Анна Ветрова", "Анна Ветрова")
    );
    assert_eq!(proposed.pipelines[0].1.en, "Services");
    let made = leads::convert(&t.db, &me, decide(lead, proposed.version)).await.unwrap();

    let lead = leads::show(&t.db, &me, lead).await.unwrap();
    assert_eq!((lead.status, lead.call_due_at), (LeadStatus::Converted, None));
    assert_eq!((lead.contact, lead.account, lead.deal), (Some(made.contact), made.account, Some(made.deal)));
    let (contact, ..) = contacts::show(&t.db, &me, made.contact).await.unwrap();
    assert_eq!(contact.account.as_ref().map(|(id, _)| *id), made.account);
    assert_eq!(
        (contact.point(PointKind::Phone), contact.point(PointKind::Email)),
        (Some("8 921 555-01-38"), Some("anna@wind.ru"))
    );
    let account = accounts::show(&t.db, &me, made.account.unwrap()).await.unwrap();
    assert_eq!((account.name.as_str(), account.contacts.len(), account.deals.len()), ("ООО «Ветер»", 1, 1));
    let deal = deals::show(&t.db, &me, made.deal).await.unwrap();
    assert_eq!((deal.title.as_str(), deal.number, deal.lead), ("Аудит", 1, Some(lead.id)));
    assert_eq!(deal.stage().unwrap().name.en, "Clarify needs");
    assert_eq!(
        (deal.source.last.channel.as_str(), deal.source.last.keyword.as_str()),
        ("Google Ads", "audit")
    );
    assert_eq!((deal.whose, deal.amount), (lead.whose, Some(Money::new(10_000_000, Currency::Rub))));
    assert_eq!(deal.tasks.len(), 1, "the first call goes along");
    assert_eq!(deal.tasks[0].deal, Some(made.deal));

    let story = activities::timeline(&t.db, &me, Subject::Deal(made.deal), None).await.unwrap();
    let codes: Vec<_> = story.rows.iter().map(|a| a.what.code()).collect();
    assert_eq!(codes.iter().filter(|code| **code == "converted").count(), 1);
    assert!(codes.contains(&"deal_opened") && codes.contains(&"form_submitted"), "{codes:?}");
}

async fn converting_is_all_or_nothing(t: &T) {
    let lead = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    let nothing_was_made = async || {
        assert_eq!(how_many(t, Table::Contacts).await, 0);
        assert_eq!(how_many(t, Table::Accounts).await, 0);
        assert_eq!(how_many(t, Table::Deals).await, 0);
        assert_eq!(leads::show(&t.db, &t.admin, lead).await.unwrap().status, LeadStatus::New);
    };
    assert_eq!(leads::convert(&t.db, &t.admin, decide(lead, 7)).await, Err(Problem::Conflict { version: 1 }));
    nothing_was_made().await;

    let bad = ConvertLead {
        contact_name: " ".into(),
        deal_title: "x".repeat(201),
        amount: Some(Money::new(-1, Currency::Rub)),
        ..decide(lead, 1)
    };
    let problem = leads::convert(&t.db, &t.admin, bad).await.unwrap_err();
    assert_eq!(
        ["contact_name", "deal_title", "amount"].map(|field| problem.fault_of(field)),
        [Some(Fault::Required), Some(Fault::TooLong(200)), Some(Fault::OutOfRange)]
    );
    nothing_was_made().await;

    // The deal comes last: when its first move cannot be kept, contact and account are taken back.
    let raw = Database::connect(&t.url).await.unwrap();
    raw.execute_unprepared("ALTER TABLE stage_changes RENAME TO away").await.unwrap();
    assert_eq!(leads::convert(&t.db, &t.admin, decide(lead, 1)).await, Err(Problem::Internal));
    nothing_was_made().await;
    raw.execute_unprepared("ALTER TABLE away RENAME TO stage_changes").await.unwrap();
    leads::convert(&t.db, &t.admin, decide(lead, 1)).await.unwrap();
    assert_eq!(how_many(t, Table::Deals).await, 1);
}

async fn a_settled_lead_stays_settled(t: &T) {
    let lead = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    leads::convert(&t.db, &t.admin, decide(lead, 1)).await.unwrap();
    let settled: Problem = Problem::refused(Refusal::LeadSettled);
    assert_eq!(leads::convert(&t.db, &t.admin, decide(lead, 2)).await, Err(settled.clone()));
    assert_eq!(leads::propose(&t.db, &t.admin, lead).await.map(|p| p.lead), Err(settled.clone()));
    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap()[0].id;
    assert_eq!(leads::disqualify(&t.db, &t.admin, lead, 2, Some(reason), "").await, Err(settled));
    assert_eq!(how_many(t, Table::Deals).await, 1);
}

async fn known_people_are_proposed_and_used(t: &T) {
    let known = t.client(&t.admin, "Анна Ветрова", "8 (921) 555-01-38", "ООО «Ветер»").await;
    let single = t.client(&t.admin, "Пётр Сомов", "+7 921 555-01-39", "").await;
    let new = NewLead {
        name: "Аня".into(),
        phone: "+79215550138".into(),
        email: "anna@wind.ru".into(),
        company: "ооо «ветер»".into(),
        ..NewLead::default()
    };
    let lead = leads::create(&t.db, &t.admin, new).await.unwrap();
    let proposed = leads::propose(&t.db, &t.admin, lead).await.unwrap();
    let [contact] = proposed.contacts.as_slice() else { panic!("{:?}", proposed.contacts) };
    assert_eq!(
        (contact.id, contact.why, contact.detail.as_str()),
        (known.contact, MatchReason::SamePhone, "ООО «Ветер»")
    );
    let [account] = proposed.accounts.as_slice() else { panic!("{:?}", proposed.accounts) };
    assert_eq!((Some(account.id), account.why), (known.account, MatchReason::ItsAccount));

    let convert = ConvertLead { contact: Some(known.contact), account: known.account, ..decide(lead, 1) };
    let made = leads::convert(&t.db, &t.admin, convert).await.unwrap();
    assert_eq!((made.contact, made.account), (known.contact, known.account));
    let (contact, deals, _) = contacts::show(&t.db, &t.admin, known.contact).await.unwrap();
    assert_eq!((contact.points.len(), deals.len()), (2, 2), "the phone was there, the e-mail is new");

    // A contact without an account joins the one that is chosen.
    let lead = t.lead(&t.admin, "Пётр", "+79215550139").await;
    let convert = ConvertLead { contact: Some(single.contact), account: known.account, ..decide(lead, 1) };
    leads::convert(&t.db, &t.admin, convert).await.unwrap();
    let (contact, ..) = contacts::show(&t.db, &t.admin, single.contact).await.unwrap();
    assert_eq!(contact.account.map(|(id, _)| id), known.account);
}

async fn records_out_of_reach_are_not_proposed_nor_used(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let mine = t.user("Boris", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Dmitri", Role::SalesRep, Some(south)).await.actor();
    let theirs = t.client(&stranger, "Анна Ветрова", "+79215550138", "ООО «Ветер»").await;
    let new = NewLead {
        name: "Анна".into(),
        phone: "+79215550138".into(),
        company: "ООО «Ветер»".into(),
        ..NewLead::default()
    };
    let lead = leads::create(&t.db, &mine, new).await.unwrap();
    let proposed = leads::propose(&t.db, &mine, lead).await.unwrap();
    assert!(proposed.contacts.is_empty() && proposed.accounts.is_empty());
    let contact = ConvertLead { contact: Some(theirs.contact), ..decide(lead, 1) };
    assert_eq!(leads::convert(&t.db, &mine, contact).await, Err(Problem::field("contact", Fault::Unknown)));
    let account = ConvertLead { account: theirs.account, ..decide(lead, 1) };
    assert_eq!(leads::convert(&t.db, &mine, account).await, Err(Problem::field("account", Fault::Unknown)));
    assert_eq!(how_many(t, Table::Deals).await, 1);
}

async fn nobodys_lead_belongs_to_whoever_converts_it(t: &T) {
    let team = t.team("North").await;
    let rep = t.user("Boris", Role::SalesRep, Some(team)).await.actor();
    let lead = t.lead(&Actor::SYSTEM, "Анна Ветрова", "+79215550138").await;
    assert_eq!(leads::show(&t.db, &rep, lead).await.unwrap().owner, None);
    let made = leads::convert(&t.db, &rep, decide(lead, 1)).await.unwrap();
    let lead = leads::show(&t.db, &rep, lead).await.unwrap();
    assert_eq!((lead.whose.owner, lead.whose.team), (rep.user, Some(team)));
    assert_eq!(deals::show(&t.db, &rep, made.deal).await.unwrap().whose, lead.whose);
}

async fn disqualifying_needs_a_reason_and_ends_the_tasks(t: &T) {
    let lead = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    let say = async |version, reason, note: &str| {
        leads::disqualify(&t.db, &t.admin, lead, version, reason, note).await
    };
    assert_eq!(say(1, None, "").await, Err(Problem::refused(Refusal::ReasonNeeded)));
    let unknown = domain::id::LossReasonId(Uuid::nil());
    assert_eq!(say(1, Some(unknown), "").await, Err(Problem::field("reason", Fault::Unknown)));
    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap().remove(0);
    assert_eq!(say(9, Some(reason.id), "").await, Err(Problem::Conflict { version: 1 }));
    assert_eq!(
        say(1, Some(reason.id), &"x".repeat(2001)).await,
        Err(Problem::field("note", Fault::TooLong(2000)))
    );
    assert_eq!(leads::show(&t.db, &t.admin, lead).await.unwrap().status, LeadStatus::New);
    say(1, Some(reason.id), "не наш профиль").await.unwrap();

    let row = leads::show(&t.db, &t.admin, lead).await.unwrap();
    assert_eq!((row.status, row.version, row.call_due_at), (LeadStatus::Disqualified, 2, None));
    assert_eq!(row.disqualified_reason, Some(reason.name.clone()));
    assert!(tasks::open_on(&t.db, &t.admin, Subject::Lead(lead)).await.unwrap().is_empty());
    let story = activities::timeline(&t.db, &t.admin, Subject::Lead(lead), None).await.unwrap();
    let note = "не наш профиль".to_owned();
    assert!(
        story
            .rows
            .iter()
            .any(|a| a.what == Happening::Disqualified { reason: reason.name.clone(), note: note.clone() })
    );
}

async fn a_lead_is_given_with_its_tasks(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Boris", Role::SalesRep, Some(north)).await;
    let other = t.user("Dmitri", Role::SalesRep, Some(south)).await;
    let viewer = t.user("Victor", Role::Viewer, None).await;
    let head = t.user("Helen", Role::HeadOfSales, None).await.actor();
    let lead = t.lead(&rep.actor(), "Анна Ветрова", "+79215550138").await;
    let give = async |actor: &Actor, version, to: UserId| -> Outcome<()> {
        leads::assign(&t.db, actor, lead, version, to).await
    };
    assert_eq!(give(&rep.actor(), 1, other.id).await, Err(Problem::Forbidden));
    let unknown = Problem::field("owner", Fault::Unknown);
    assert_eq!(give(&head, 1, viewer.id).await, Err(unknown.clone()));
    assert_eq!(give(&head, 1, UserId(Uuid::nil())).await, Err(unknown));
    assert_eq!(give(&head, 3, other.id).await, Err(Problem::Conflict { version: 1 }));
    give(&head, 1, other.id).await.unwrap();

    assert_eq!(leads::show(&t.db, &rep.actor(), lead).await.map(|l| l.id), Err(Problem::NotFound));
    let given = leads::show(&t.db, &other.actor(), lead).await.unwrap();
    assert_eq!((given.whose.owner, given.whose.team), (Some(other.id), Some(south)));
    let tasks = tasks::open_on(&t.db, &other.actor(), Subject::Lead(lead)).await.unwrap();
    assert_eq!(tasks[0].assignee.as_ref().unwrap().id, other.id);
}
