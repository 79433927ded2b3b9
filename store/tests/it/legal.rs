//! Legal entities of accounts, and the payer and consignee of deals.

use domain::access::Role;
use domain::id::{AccountId, LegalEntityId};
use domain::legal::{Parties, SaveLegalEntity};
use domain::{Fault, Problem};
use store::{accounts, deals, legal, offers};

use crate::harness::{T, both};
use crate::sales::{deal, drafted, rows, send, shown, statements, token_of};

both!(
    an_account_has_legal_entities_with_true_numbers,
    who_may_not_change_the_account_changes_none_of_them,
    a_deal_names_payer_and_consignee_of_its_account,
);

fn yard(account: AccountId, name: &str) -> SaveLegalEntity {
    SaveLegalEntity {
        id: None,
        account,
        name: name.into(),
        country: "RU".into(),
        tax_id: "7707083893".into(),
        registration: "1027700132195".into(),
        address: "Мурманск, Портовый проезд, 1".into(),
        bank: "р/с 40702810900000000001".into(),
    }
}

async fn an_account_has_legal_entities_with_true_numbers(t: &T) {
    let account = t.client(&t.admin, "Елена", "8 (921) 555-01-38", "Верфь").await.account.unwrap();
    let id = legal::save(&t.db, &t.admin, yard(account, "ООО «Верфь»")).await.unwrap();
    legal::save(&t.db, &t.admin, yard(account, "ООО «Верфь-Сервис»")).await.unwrap();
    let wrong =
        SaveLegalEntity { tax_id: "7707083894".into(), ..yard(account, "ООО «Опечатка»") };
    let wrong = legal::save(&t.db, &t.admin, wrong).await.unwrap_err();
    assert_eq!(wrong.fault_of("tax_id"), Some(Fault::Mistyped));

    let page = accounts::show(&t.db, &t.admin, account).await.unwrap();
    let names: Vec<_> = page.legal.iter().map(|entity| entity.name.as_str()).collect();
    assert_eq!(names, ["ООО «Верфь»", "ООО «Верфь-Сервис»"]);
    assert_eq!(page.contacts.len(), 1);
    let count = statements(t, async || accounts::show(&t.db, &t.admin, account).await.unwrap()).await;
    assert_eq!(count, 3);

    let moved =
        SaveLegalEntity { id: Some((id, 1)), bank: "р/с 2".into(), ..yard(account, "АО «Верфь»") };
    legal::save(&t.db, &t.admin, moved.clone()).await.unwrap();
    assert_eq!(legal::save(&t.db, &t.admin, moved).await, Err(Problem::Conflict { version: 2 }));
    let page = accounts::show(&t.db, &t.admin, account).await.unwrap();
    assert_eq!((page.legal[0].name.as_str(), page.legal[0].version), ("АО «Верфь»", 2));
    assert_eq!(rows(t, "audit_entries WHERE entity = 'legal_entity'").await, 3);
}

async fn who_may_not_change_the_account_changes_none_of_them(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let owner = t.user("Owner", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let account = t.client(&owner, "Елена", "8 (921) 555-01-38", "Верфь").await.account.unwrap();
    let id = legal::save(&t.db, &owner, yard(account, "ООО «Верфь»")).await.unwrap();
    assert_eq!(legal::save(&t.db, &mate, yard(account, "x")).await, Err(Problem::Forbidden));
    assert_eq!(legal::save(&t.db, &stranger, yard(account, "x")).await, Err(Problem::NotFound));
    // Neither by its own id, with another account named.
    let own = t.client(&stranger, "Пётр", "8 (921) 555-01-39", "Порт").await.account.unwrap();
    let taken = SaveLegalEntity { id: Some((id, 1)), ..yard(own, "mine") };
    assert_eq!(legal::save(&t.db, &stranger, taken).await, Err(Problem::NotFound));
    let nowhere = yard(AccountId(uuid::Uuid::nil()), "x");
    assert_eq!(legal::save(&t.db, &owner, nowhere).await, Err(Problem::NotFound));
    assert_eq!(rows(t, "legal_entities").await, 1);
}

async fn a_deal_names_payer_and_consignee_of_its_account(t: &T) {
    let made = t.client(&t.admin, "Елена", "8 (921) 555-01-38", "Верфь").await;
    let other = t.client(&t.admin, "Пётр", "8 (921) 555-01-39", "Порт").await.account.unwrap();
    let account = made.account.unwrap();
    let payer = legal::save(&t.db, &t.admin, yard(account, "ООО «Верфь»")).await.unwrap();
    let foreign = legal::save(&t.db, &t.admin, yard(other, "ООО «Порт»")).await.unwrap();
    let set = async |payer, consignee| deals::set_parties(&t.db, &t.admin, made.deal, payer, consignee).await;

    set(Some(payer), Some(payer)).await.unwrap();
    set(Some(payer), None).await.unwrap();
    let people = shown(t, made.deal).await.people;
    assert_eq!(people.payer.as_ref().map(|party| party.name.as_str()), Some("ООО «Верфь»"));
    assert_eq!((people.consignee, people.entities.len()), (None, 1));
    for unknown in [foreign, LegalEntityId(uuid::Uuid::nil())] {
        let refused = set(Some(payer), Some(unknown)).await.unwrap_err();
        assert_eq!(refused.fault_of("consignee"), Some(Fault::Unknown));
    }
    assert_eq!(rows(t, "deal_parties").await, 1);

    // Its papers say all that is known of them, to those who may read the deal.
    let named = legal::parties(&t.db, &t.admin, made.deal).await.unwrap();
    let entity = named.payer.unwrap();
    assert_eq!((entity.id, entity.tax_id.as_str(), named.consignee), (payer, "7707083893", None));
    assert_eq!(entity.bank, "р/с 40702810900000000001");
    let offer = drafted(t, &t.admin, made.deal).await;
    send(t, &t.admin, offer).await.unwrap();
    let token = token_of(t, &t.admin, offer).await;
    let sent = offers::public(&t.db, &token, false).await.unwrap();
    assert_eq!(sent.parties.payer.map(|entity| entity.id), Some(payer));
    let south = t.team("Юг").await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    assert_eq!(legal::parties(&t.db, &stranger, made.deal).await, Err(Problem::NotFound));

    // A deal without an account has nothing to choose from.
    let alone = deal(t, &t.admin, "Склад", None).await;
    let refused = deals::set_parties(&t.db, &t.admin, alone, Some(payer), None).await.unwrap_err();
    assert_eq!(refused.fault_of("payer"), Some(Fault::Unknown));
    assert_eq!(legal::parties(&t.db, &t.admin, alone).await.unwrap(), Parties::default());
}
