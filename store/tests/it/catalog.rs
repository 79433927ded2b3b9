//! The catalog of services.

use domain::access::Role;
use domain::catalog::SaveService;
use domain::id::CategoryId;
use domain::{Fault, Label, Problem};
use store::catalog;

use crate::harness::{T, both};
use crate::sales::rub;

both!(services_are_kept_by_those_who_may, every_fault_is_named);

fn service(code: &str, name: &str) -> SaveService {
    SaveService {
        id: None,
        code: code.into(),
        name: Label::new("", name),
        description: Label::default(),
        category: None,
        unit: Label::new("hour", "час"),
        price: rub(420_000),
        vat_bp: 2200,
        active: true,
    }
}

async fn services_are_kept_by_those_who_may(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await.actor();
    assert_eq!(catalog::show(&t.db, &t.admin).await.unwrap(), Default::default());
    let category = catalog::save_category(&t.db, &t.admin, None, Label::new("Work", "Работы")).await.unwrap();
    catalog::save_category(&t.db, &t.admin, Some(category), Label::new("Works", "Работы")).await.unwrap();
    let new = SaveService { category: Some(category), ..service("B", "Разработка") };
    let id = catalog::save_service(&t.db, &t.admin, new.clone()).await.unwrap();
    catalog::save_service(&t.db, &t.admin, service("A", "Обследование")).await.unwrap();
    let shown = catalog::show(&t.db, &rep).await.unwrap();
    assert_eq!(shown.categories[0].name.en, "Works");
    assert_eq!(shown.services.iter().map(|service| service.code.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    assert_eq!(
        (shown.services[1].category, shown.services[1].price, shown.services[1].version),
        (Some(category), rub(420_000), 1)
    );

    let retired = SaveService { id: Some((id, 1)), active: false, ..new.clone() };
    assert_eq!(catalog::save_service(&t.db, &rep, retired.clone()).await, Err(Problem::Forbidden));
    catalog::save_service(&t.db, &t.admin, retired.clone()).await.unwrap();
    assert_eq!(catalog::save_service(&t.db, &t.admin, retired).await, Err(Problem::Conflict { version: 2 }));
    assert_eq!(catalog::show(&t.db, &rep).await.unwrap().services.len(), 1);
    assert_eq!(catalog::show(&t.db, &t.admin).await.unwrap().services.len(), 2);
}

async fn every_fault_is_named(t: &T) {
    let mut bad = service("", " ");
    (bad.price, bad.vat_bp) = (rub(-1), 10_001);
    let refused = catalog::save_service(&t.db, &t.admin, bad).await.unwrap_err();
    for (field, fault) in
        [("name", Fault::Required), ("price", Fault::OutOfRange), ("vat", Fault::OutOfRange)]
    {
        assert_eq!(refused.fault_of(field), Some(fault), "{field}");
    }
    let unknown = SaveService { category: Some(CategoryId(uuid::Uuid::nil())), ..service("X", "x") };
    let unknown = catalog::save_service(&t.db, &t.admin, unknown).await.unwrap_err();
    assert_eq!(unknown.fault_of("category"), Some(Fault::Unknown));
    // Any number without a code, one of each code.
    for _ in 0..2 {
        catalog::save_service(&t.db, &t.admin, service("", "Без кода")).await.unwrap();
    }
    catalog::save_service(&t.db, &t.admin, service("X", "x")).await.unwrap();
    let taken = catalog::save_service(&t.db, &t.admin, service("X", "y")).await.unwrap_err();
    assert_eq!(taken.fault_of("code"), Some(Fault::Taken));
    assert_eq!(catalog::show(&t.db, &t.admin).await.unwrap().services.len(), 3);
}
