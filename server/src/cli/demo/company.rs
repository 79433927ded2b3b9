//! The demo's company: two teams, six people, a catalog.

use base64::Engine;
use domain::access::{Actor, Role};
use domain::catalog::{SaveService, Service};
use domain::user::{NewUser, User};
use domain::{Currency, Label, Money, Problem};

use super::Demo;

/// A generated login.
pub struct Login {
    pub role: &'static str,
    pub email: String,
    pub password: String,
}

/// The people of the company by what they do.
pub struct Staff {
    pub admin: User,
    pub head: User,
    pub reps: Vec<User>,
}

/// Six users in two teams with fresh random passwords.
pub async fn staff(demo: &Demo) -> Result<(Staff, Vec<Login>), Problem> {
    let system = Actor::SYSTEM;
    let mut settings = store::settings::show(&demo.db, &system).await?;
    settings.company = demo.say("North Bridge Consulting", "Северный мост").into();
    settings.company_details = demo
        .say(
            "12 Harbour Street, Tallinn\n+372 555 0117\nVAT EE100000001",
            "ООО «Северный мост», Санкт-Петербург\n+7 812 555-01-17\nИНН 7801555021",
        )
        .into();
    settings.lang = demo.lang;
    settings.currency = if demo.lang == domain::Lang::Ru { Currency::Rub } else { Currency::Eur };
    settings.time_zone = demo.say("Europe/Tallinn", "Europe/Moscow").into();
    settings.vat_bp = if demo.lang == domain::Lang::Ru { 2200 } else { 2400 };
    store::settings::save(&demo.db, &system, settings).await?;

    let city = store::users::add_team(&demo.db, &system, demo.say("City", "Город"), None).await?;
    let coast = store::users::add_team(&demo.db, &system, demo.say("Coast", "Побережье"), None).await?;
    let people = [
        ("Olga Severin", "Ольга Северцева", "olga", Role::Admin, None),
        ("Viktor Hale", "Виктор Лемешев", "viktor", Role::HeadOfSales, Some(city.id)),
        ("Anna Bell", "Анна Белова", "anna", Role::SalesRep, Some(city.id)),
        ("Ilya Falk", "Илья Соколов", "ilya", Role::SalesRep, Some(city.id)),
        ("Marta Lind", "Марта Линдквист", "marta", Role::SalesRep, Some(coast.id)),
        ("Timur Grant", "Тимур Гареев", "timur", Role::Delivery, Some(coast.id)),
    ];
    let (mut users, mut logins) = (Vec::new(), Vec::new());
    for (en, ru, mailbox, role, team) in people {
        let password = password()?;
        let email = format!("{mailbox}@north-bridge.example");
        let new = NewUser {
            email: email.clone(),
            name: demo.say(en, ru).into(),
            role,
            team,
            lang: demo.lang,
            password: password.clone(),
        };
        users.push(store::users::add(&demo.db, &system, new).await?);
        logins.push(Login { role: role.code(), email, password });
    }
    let mut users = users.into_iter();
    let (Some(admin), Some(head)) = (users.next(), users.next()) else { return Err(Problem::Internal) };
    let reps = users.filter(|user| user.role == Role::SalesRep).collect();
    Ok((Staff { admin, head, reps }, logins))
}

/// 16 random characters.
fn password() -> Result<String, Problem> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(|_| Problem::Internal)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// (code, name, unit, price in whole units of the currency) of a service; prices in roubles are the same numbers times 100.
type Item = (&'static str, (&'static str, &'static str), (&'static str, &'static str), i64);

const CATALOG: [((&str, &str), &[Item]); 4] = [
    (
        ("Consulting", "Консультации"),
        &[
            (
                "CON-1",
                ("Business process survey", "Обследование бизнес-процессов"),
                ("project", "проект"),
                1850,
            ),
            ("CON-2", ("Sales department audit", "Аудит отдела продаж"), ("project", "проект"), 2400),
            ("CON-3", ("Strategy session, one day", "Стратегическая сессия, день"), ("day", "день"), 960),
            ("CON-4", ("Consultant’s hour", "Час консультанта"), ("h", "ч"), 85),
        ],
    ),
    (
        ("Migration", "Миграция"),
        &[
            (
                "MIG-1",
                ("Migration plan and schedule", "План миграции и график окон"),
                ("project", "проект"),
                960,
            ),
            ("MIG-2", ("Mailbox migration", "Перенос почтовых ящиков"), ("mailbox", "ящ."), 42),
            ("MIG-3", ("File and rights migration", "Перенос файлов и прав доступа"), ("TB", "ТБ"), 720),
            ("MIG-4", ("On-call in the first weeks", "Дежурство в первые недели"), ("day", "дн."), 265),
        ],
    ),
    (
        ("Support", "Сопровождение"),
        &[
            ("SUP-1", ("Office support, per seat", "Сопровождение офиса, за место"), ("seat", "место"), 29),
            ("SUP-2", ("Server support", "Сопровождение серверов"), ("server", "сервер"), 140),
            ("SUP-3", ("Helpdesk, 24 hours", "Служба поддержки, круглосуточно"), ("month", "мес."), 690),
            ("SUP-4", ("Visit outside the contract", "Выезд вне договора"), ("visit", "выезд"), 120),
        ],
    ),
    (
        ("Training and security", "Обучение и безопасность"),
        &[
            (
                "TRN-1",
                ("Staff training, group of 15", "Обучение сотрудников, группа 15 человек"),
                ("group", "гр."),
                540,
            ),
            ("SEC-1", ("Security audit", "Аудит безопасности"), ("project", "проект"), 1860),
            (
                "SEC-2",
                ("Backup and recovery set-up", "Резервное копирование под ключ"),
                ("project", "проект"),
                1120,
            ),
        ],
    ),
];

/// 15 services in 4 categories.
pub async fn catalog(demo: &Demo) -> Result<Vec<Service>, Problem> {
    let system = Actor::SYSTEM;
    let settings = store::settings::company(&demo.db).await?;
    let rate = if settings.currency == Currency::Rub { 100 } else { 1 };
    for ((en, ru), items) in CATALOG {
        let category = store::catalog::save_category(&demo.db, &system, None, Label::new(en, ru)).await?;
        for (code, name, unit, price) in items {
            let service = SaveService {
                id: None,
                code: (*code).into(),
                name: Label::new(name.0, name.1),
                description: Label::default(),
                category: Some(category),
                unit: Label::new(unit.0, unit.1),
                price: Money::new(price * 100 * rate, settings.currency),
                vat_bp: settings.vat_bp,
                active: true,
            };
            store::catalog::save_service(&demo.db, &system, service).await?;
        }
    }
    Ok(store::catalog::show(&demo.db, &system).await?.services)
}
