//! The rules that decide a lead's channel, and what is found, carried and told by it.

use domain::access::{Actor, Role};
use domain::account::ClientFilter;
use domain::attribution::{
    ChannelRule, Comparison, Condition, Fact, Origins, RULES, RawAttribution, SaveChannelRule, standard_rules,
};
use domain::audit::AuditFilter;
use domain::deal::{DealFilter, NewDeal};
use domain::id::{ContactId, DealId, LeadId};
use domain::lead::{ConvertLead, LeadFilter};
use domain::{Fault, Outcome, Problem};
use store::export::Table;
use store::{accounts, audit, channels, contacts, deals, export, intake, leads};

use crate::harness::{T, both};
use crate::intake::fields;

both!(
    a_company_begins_with_the_standard_rules,
    rules_are_for_those_who_may_change_forms,
    a_new_rule_is_asked_first_and_decides_from_then_on,
    rules_change_places_but_the_last_one,
    a_rule_is_removed_and_all_are_put_back,
    every_fault_of_a_rule_is_named,
    two_people_do_not_overwrite_each_others_rules,
    an_address_is_tested_by_the_rules_as_they_stand,
    contact_and_deal_came_the_leads_way,
    a_known_contact_keeps_where_it_came_from,
    lists_are_narrowed_by_what_records_came_by,
    nobody_learns_what_others_records_came_by,
    files_tell_what_records_came_by,
);

const AD: &str = "https://a.example/?utm_source=google&utm_medium=cpc&utm_campaign=Autumn&utm_term=audit";
const POST: &str = "https://a.example/?utm_source=telegram&utm_campaign=channel-post";

/// A lead that came to `landing`, and first to `first`.
async fn lead(t: &T, name: &str, landing: &str, first: &str) -> LeadId {
    let digits: u32 = name.chars().map(|c| c as u32 % 1000).sum();
    let mut submission = fields(&[("name", name), ("phone", &format!("+7921555{:04}", digits % 10_000))]);
    submission.attribution = RawAttribution {
        landing_url: landing.into(),
        first_landing_url: first.into(),
        ..RawAttribution::default()
    };
    intake::submit(&t.db, "call-back", submission, None).await.unwrap().id
}

async fn channel(t: &T, id: LeadId) -> String {
    leads::show(&t.db, &t.admin, id).await.unwrap().attribution.last.channel
}

async fn rules(t: &T) -> Vec<ChannelRule> {
    channels::list(&t.db, &t.admin).await.unwrap()
}

async fn names(t: &T) -> Vec<String> {
    rules(t).await.into_iter().map(|rule| rule.channel).collect()
}

fn rule(what: Fact, how: Comparison, value: &str, channel: &str) -> SaveChannelRule {
    let condition = Condition { what, how, value: value.into() };
    SaveChannelRule { id: None, conditions: vec![condition], channel: channel.into() }
}

/// The rule as it stands, with another name.
fn renamed(known: &ChannelRule, channel: &str) -> SaveChannelRule {
    SaveChannelRule {
        id: Some((known.id, known.version)),
        conditions: known.conditions.clone(),
        channel: channel.into(),
    }
}

async fn deeds(t: &T) -> Vec<String> {
    let log = audit::list(&t.db, &t.admin, &AuditFilter::default()).await.unwrap();
    let about = log.rows.into_iter().filter(|entry| entry.entity == "channel_rule");
    about.map(|entry| entry.action).collect()
}

async fn a_company_begins_with_the_standard_rules(t: &T) {
    let rules = rules(t).await;
    let standard = standard_rules();
    assert_eq!(rules.len(), standard.len());
    for (rule, standard) in rules.iter().zip(&standard) {
        assert_eq!((&rule.conditions, &rule.channel), (&standard.conditions, &standard.channel));
    }
    assert!(rules.last().unwrap().is_last());
    assert_eq!(channel(t, lead(t, "Ann", AD, "").await).await, "Google Ads");
    assert_eq!(channel(t, lead(t, "Bob", "", "").await).await, "Direct");
}

async fn rules_are_for_those_who_may_change_forms(t: &T) {
    let first = rules(t).await[0].clone();
    for (role, reads) in
        [(Role::HeadOfSales, true), (Role::SalesRep, false), (Role::Delivery, false), (Role::Viewer, false)]
    {
        let actor = t.user(&format!("Somebody {}", role.code()), role, None).await.actor();
        let commits = t.db.commits();
        assert_eq!(channels::list(&t.db, &actor).await.is_ok(), reads, "{role:?}");
        assert_eq!(channels::test(&t.db, &actor, AD, "").await.is_ok(), reads, "{role:?}");
        let forbidden = Err(Problem::Forbidden);
        let saved = channels::save(&t.db, &actor, renamed(&first, "Mine")).await;
        assert_eq!(saved.map(|_| ()), forbidden);
        assert_eq!(channels::shift(&t.db, &actor, first.id, false).await, forbidden);
        assert_eq!(channels::remove(&t.db, &actor, first.id, 1).await, forbidden);
        assert_eq!(channels::reset(&t.db, &actor).await, forbidden);
        assert_eq!(t.db.commits(), commits, "{role:?}");
    }
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    channels::save(&t.db, &marketer, renamed(&first, "All ads")).await.unwrap();
    assert_eq!(names(t).await[0], "All ads");
}

async fn a_new_rule_is_asked_first_and_decides_from_then_on(t: &T) {
    let before = lead(t, "Ann", AD, "").await;
    let typed = rule(Fact::UtmCampaign, Comparison::StartsWith, " AUTUMN ", " Autumn {source} ");
    let id = channels::save(&t.db, &t.admin, typed).await.unwrap();
    let first = rules(t).await[0].clone();
    assert_eq!((first.id, first.channel.as_str(), first.version), (id, "Autumn {source}", 1));
    assert_eq!(first.conditions[0].value, "AUTUMN");
    assert_eq!(channel(t, lead(t, "Bob", AD, POST).await).await, "Autumn Google");
    assert_eq!(channel(t, before).await, "Google Ads", "the past is not rewritten");
    assert_eq!(deeds(t).await, ["save"]);
}

async fn rules_change_places_but_the_last_one(t: &T) {
    let narrow = rule(Fact::UtmSource, Comparison::Is, "google", "Narrow");
    let wide = rule(Fact::UtmMedium, Comparison::Is, "cpc", "Wide");
    let narrow = channels::save(&t.db, &t.admin, narrow).await.unwrap();
    let wide = channels::save(&t.db, &t.admin, wide).await.unwrap();
    assert_eq!(names(t).await[..2], ["Wide", "Narrow"]);
    channels::shift(&t.db, &t.admin, wide, false).await.unwrap();
    assert_eq!(names(t).await[..2], ["Narrow", "Wide"]);
    assert_eq!(channel(t, lead(t, "Ann", AD, "").await).await, "Narrow");
    // Beyond the ends nothing moves, and the last rule stays where it is.
    let (all, commits) = (names(t).await, deeds(t).await.len());
    channels::shift(&t.db, &t.admin, narrow, true).await.unwrap();
    let rules = rules(t).await;
    let [.., lowest, last] = rules.as_slice() else { panic!("at least two rules") };
    channels::shift(&t.db, &t.admin, lowest.id, false).await.unwrap();
    channels::shift(&t.db, &t.admin, last.id, true).await.unwrap();
    channels::shift(&t.db, &t.admin, last.id, false).await.unwrap();
    assert_eq!((names(t).await, deeds(t).await.len()), (all, commits));
    let unknown = domain::id::ChannelRuleId(uuid::Uuid::nil());
    assert_eq!(channels::shift(&t.db, &t.admin, unknown, true).await, Err(Problem::NotFound));
}

async fn a_rule_is_removed_and_all_are_put_back(t: &T) {
    let rules = rules(t).await;
    let (first, last) = (&rules[0], rules.last().unwrap());
    channels::remove(&t.db, &t.admin, first.id, 1).await.unwrap();
    assert_eq!(names(t).await[0], rules[1].channel);
    assert_eq!(channel(t, lead(t, "Ann", AD, "").await).await, "Other ads");
    assert_eq!(
        channels::remove(&t.db, &t.admin, last.id, 1).await,
        Err(Problem::field("id", Fault::ReadOnly))
    );
    assert_eq!(channels::remove(&t.db, &t.admin, first.id, 1).await, Err(Problem::NotFound));
    channels::save(&t.db, &t.admin, renamed(last, "Nobody knows")).await.unwrap();
    assert_eq!(channel(t, lead(t, "Bob", "", "").await).await, "Nobody knows");

    channels::reset(&t.db, &t.admin).await.unwrap();
    let standard: Vec<String> = standard_rules().into_iter().map(|rule| rule.channel).collect();
    assert_eq!(names(t).await, standard);
    assert_eq!(deeds(t).await, ["reset", "save", "remove"]);
}

async fn every_fault_of_a_rule_is_named(t: &T) {
    let fault = async |rule: SaveChannelRule, field: &str| {
        channels::save(&t.db, &t.admin, rule).await.unwrap_err().fault_of(field)
    };
    let good = rule(Fact::Site, Comparison::Is, "a.example", "Site");
    let nameless = SaveChannelRule { channel: " ".into(), ..good.clone() };
    assert_eq!(fault(nameless, "channel").await, Some(Fault::Required));
    let unasked = SaveChannelRule { conditions: Vec::new(), ..good.clone() };
    assert_eq!(fault(unasked, "conditions").await, Some(Fault::Required));
    let kind = rule(Fact::Kind, Comparison::Is, "sauna", "Sauna");
    assert_eq!(fault(kind, "value_0").await, Some(Fault::Unknown));
    let last = rules(t).await.pop().unwrap();
    let asking = SaveChannelRule { id: Some((last.id, last.version)), ..good.clone() };
    assert_eq!(fault(asking, "conditions").await, Some(Fault::ReadOnly));
    for _ in rules(t).await.len()..RULES {
        channels::save(&t.db, &t.admin, good.clone()).await.unwrap();
    }
    assert_eq!(fault(good, "channel").await, Some(Fault::OutOfRange));
}

async fn two_people_do_not_overwrite_each_others_rules(t: &T) {
    let first = rules(t).await[0].clone();
    channels::save(&t.db, &t.admin, renamed(&first, "Mine")).await.unwrap();
    let conflict = Problem::Conflict { version: 2 };
    let late = channels::save(&t.db, &t.admin, renamed(&first, "Theirs")).await;
    assert_eq!(late.map(|_| ()), Err(conflict.clone()));
    assert_eq!(channels::remove(&t.db, &t.admin, first.id, 1).await, Err(conflict));
    assert_eq!(names(t).await[0], "Mine");
}

async fn an_address_is_tested_by_the_rules_as_they_stand(t: &T) {
    let before = t.db.commits();
    let explained = channels::test(&t.db, &t.admin, AD, "https://www.google.com/").await.unwrap();
    assert_eq!((explained.touch.channel.as_str(), explained.rule), ("Google Ads", Some(0)));
    assert_eq!((explained.source.as_str(), explained.touch.keyword.as_str()), ("Google", "audit"));
    assert_eq!(t.db.commits(), before);
    let mine = rule(Fact::Referrer, Comparison::Contains, "partner", "Partner {referrer}");
    channels::save(&t.db, &t.admin, mine).await.unwrap();
    let explained = channels::test(&t.db, &t.admin, AD, "https://partner.example/x").await.unwrap();
    assert_eq!((explained.touch.channel.as_str(), explained.rule), ("Partner partner.example", Some(0)));
    let explained = channels::test(&t.db, &t.admin, "rubbish", "\0").await.unwrap();
    assert_eq!((explained.touch.channel.as_str(), explained.rule), ("Direct", Some(standard_rules().len())));
}

/// What a conversion made of a lead: with a new contact, or with that one.
async fn convert(t: &T, lead: LeadId, name: &str, contact: Option<ContactId>) -> (ContactId, DealId) {
    let version = leads::show(&t.db, &t.admin, lead).await.unwrap().version;
    let convert = ConvertLead {
        lead,
        version,
        contact,
        contact_name: name.into(),
        account: None,
        account_name: if contact.is_none() { format!("{name} Ltd") } else { String::new() },
        deal_title: format!("Deal of {name}"),
        amount: None,
        pipeline: None,
    };
    let made = leads::convert(&t.db, &t.admin, convert).await.unwrap();
    (made.contact, made.deal)
}

async fn contact_and_deal_came_the_leads_way(t: &T) {
    let lead = lead(t, "Ann", AD, POST).await;
    let (contact, deal) = convert(t, lead, "Ann", None).await;
    let origin = leads::show(&t.db, &t.admin, lead).await.unwrap().attribution;
    assert_eq!((origin.first.channel.as_str(), origin.last.channel.as_str()), ("Telegram", "Google Ads"));
    assert_eq!(contacts::show(&t.db, &t.admin, contact).await.unwrap().0.source, origin);
    assert_eq!(deals::show(&t.db, &t.admin, deal).await.unwrap().source, origin);
    // A further deal of the contact has no lead of its own.
    let more = NewDeal {
        title: "More".into(),
        contact: Some(contact),
        account: None,
        amount: None,
        expected_close: None,
        pipeline: None,
    };
    let more = deals::create(&t.db, &t.admin, more).await.unwrap();
    let shown = deals::show(&t.db, &t.admin, more).await.unwrap();
    assert_eq!((shown.source, shown.lead), (origin, None));
}

async fn a_known_contact_keeps_where_it_came_from(t: &T) {
    let (contact, _) = convert(t, lead(t, "Ann", POST, "").await, "Ann", None).await;
    let (same, deal) = convert(t, lead(t, "Anna", AD, "").await, "Ann", Some(contact)).await;
    assert_eq!(same, contact);
    let kept = contacts::show(&t.db, &t.admin, contact).await.unwrap().0.source;
    assert_eq!(kept.last.channel, "Telegram");
    assert_eq!(deals::show(&t.db, &t.admin, deal).await.unwrap().source.last.channel, "Google Ads");
}

async fn lists_are_narrowed_by_what_records_came_by(t: &T) {
    let (ann, bob) = (lead(t, "Ann", AD, "").await, lead(t, "Bob", POST, "").await);
    let of_leads = async |filter: LeadFilter| -> Vec<String> {
        let page = leads::list(&t.db, &t.admin, LeadFilter { all: true, ..filter }).await.unwrap();
        assert_eq!(page.count as usize, page.rows.len());
        page.rows.into_iter().map(|row| row.name).collect()
    };
    let (ad, autumn, audit) = ("Google Ads".to_owned(), "Autumn".to_owned(), "audit".to_owned());
    let by = |channel: &str, campaign: &str, keyword: &str| LeadFilter {
        channel: channel.into(),
        campaign: campaign.into(),
        keyword: keyword.into(),
        ..LeadFilter::default()
    };
    assert_eq!(of_leads(by("", "", "")).await, ["Bob", "Ann"]);
    assert_eq!(of_leads(by(&ad, "", "")).await, ["Ann"]);
    assert_eq!(of_leads(by("", " Autumn ", "")).await, ["Ann"]);
    // What was typed with a capital finds what was searched for without.
    assert_eq!(of_leads(by("", "", "Audit")).await, ["Ann"]);
    assert_eq!(of_leads(by("", "Channel-Post", "")).await, ["Bob"]);
    assert!(of_leads(by(&ad, "channel-post", "")).await.is_empty());
    assert!(of_leads(by("", "Autum", "")).await.is_empty());

    convert(t, ann, "Ann", None).await;
    convert(t, bob, "Bob", None).await;
    for filter in [
        DealFilter { channel: ad.clone(), ..DealFilter::default() },
        DealFilter { campaign: autumn.clone(), ..DealFilter::default() },
        DealFilter { keyword: audit.clone(), ..DealFilter::default() },
    ] {
        let page = deals::list(&t.db, &t.admin, filter.clone()).await.unwrap();
        assert_eq!(page.count, 1);
        assert_eq!(
            (page.rows[0].title.as_str(), page.rows[0].channel.as_str()),
            ("Deal of Ann", "Google Ads")
        );
        let board = deals::board(&t.db, &t.admin, None, filter).await.unwrap();
        assert_eq!(board.columns.iter().map(|column| column.count).sum::<u64>(), 1);
    }
    for filter in [
        ClientFilter { channel: ad, ..ClientFilter::default() },
        ClientFilter { campaign: autumn, ..ClientFilter::default() },
        ClientFilter { keyword: audit, text: "ann".into(), ..ClientFilter::default() },
    ] {
        let page = accounts::clients(&t.db, &t.admin, &filter).await.unwrap();
        assert_eq!((page.count, page.rows[0].name.as_str()), (1, "Ann Ltd"), "{filter:?}");
    }
    let alone = ClientFilter { channel: "Google Ads".into(), text: "bob".into(), ..ClientFilter::default() };
    assert_eq!(accounts::clients(&t.db, &t.admin, &alone).await.unwrap().count, 0);
}

async fn nobody_learns_what_others_records_came_by(t: &T) {
    let rep = t.user("Boris", Role::SalesRep, Some(t.team("North").await)).await.actor();
    let stranger = t.user("Dora", Role::SalesRep, Some(t.team("South").await)).await.actor();
    let ann = lead(t, "Ann", AD, "").await;
    let version = leads::show(&t.db, &t.admin, ann).await.unwrap().version;
    leads::assign(&t.db, &t.admin, ann, version, rep.user.unwrap()).await.unwrap();
    convert(t, ann, "Ann", None).await;
    let told = async |actor: &Actor| -> Outcome<[Origins; 3]> {
        Ok([
            leads::origins(&t.db, actor).await?,
            deals::origins(&t.db, actor).await?,
            accounts::origins(&t.db, actor).await?,
        ])
    };
    let all = Origins {
        channels: vec!["Google Ads".into()],
        campaigns: vec!["Autumn".into()],
        keywords: vec!["audit".into()],
    };
    assert_eq!(told(&rep).await, Ok([all.clone(), all.clone(), all]));
    assert_eq!(told(&stranger).await, Ok(Default::default()));
    let delivery = t.user("Elena", Role::Delivery, None).await.actor();
    assert_eq!(leads::origins(&t.db, &delivery).await, Err(Problem::Forbidden));
}

async fn files_tell_what_records_came_by(t: &T) {
    convert(t, lead(t, "Ann", AD, "").await, "Ann", None).await;
    for table in [Table::Contacts, Table::Deals] {
        let (rows, _) = export::page(&t.db, &t.admin, table, None).await.unwrap();
        let told = ["channel", "campaign", "keyword"].map(|column| rows[0][column].as_str().unwrap());
        assert_eq!(told, ["Google Ads", "Autumn", "audit"], "{table:?}");
    }
}
